package io.github.charlstm.cli;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Options;

/** {@code charlstm inspect}. */
final class InspectCommand implements Command {

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String summary() {
    return "names, shapes, types and settings of a checkpoint, its checksums verified";
  }

  @Override
  public Options options() {
    return CheckpointFlag.options();
  }

  @Override
  public List<String> examples() {
    return List.of("inspect", "inspect --checkpoint checkpoints/anna/i600_l512");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    TrainingCheckpoint checkpoint = CheckpointFlag.open(flags);
    CheckpointReader reader = CheckpointReader.open(checkpoint.variables());
    reader.verifyAll();
    checkpoint.lstmState();
    var out = console.out();
    out.printf("checkpoint %s%n", checkpoint.folder());
    for (String description : checkpoint.descriptions()) {
      out.print(description);
    }
    out.printf("vocabulary: %d characters%n", checkpoint.vocabulary().size());
    long values = 0;
    int width = reader.tensors().keySet().stream().mapToInt(String::length).max().orElse(1);
    out.printf("%ntensors (%d, all checksums hold)%n", reader.tensors().size());
    for (TensorInfo tensor : reader.tensors().values()) {
      out.printf("  %-" + width + "s  %s%n", tensor.name(), tensor.typeAndShape());
      values += tensor.shape().size();
    }
    out.printf("%,d values%n", values);
  }
}
