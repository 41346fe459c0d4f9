package io.github.charlstm.cli;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.foreign.ModelDescription;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** {@code charlstm inspect}. */
final class InspectCommand implements Command {

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String summary() {
    return "names, shapes, types and settings of a checkpoint, its checksums verified; or what a model of Python holds";
  }

  @Override
  public List<Flag<?>> flags() {
    return Stream.of(List.of(RunFolders.CHECKPOINT), ExternalModelOptions.flags(false))
        .<Flag<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<String> examples() {
    return List.of(
        "inspect",
        "inspect --checkpoint checkpoints/anna/i600_l512",
        "inspect --saved-model exported/anna",
        "inspect --meta save/model.ckpt-100.meta",
        "inspect --graph-def frozen.pb");
  }

  @Override
  public void run(Flags flags, Console console) throws IOException {
    if (ExternalModelOptions.areGiven(flags, RunFolders.CHECKPOINT)) {
      ModelDescription model =
          console.during("verifying checksums", () -> ExternalModelOptions.describe(flags));
      if (console.json()) {
        console.result(InspectJson.of(model));
      } else {
        print(model, console.out());
      }
      return;
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    CheckpointReader reader = CheckpointReader.open(checkpoint.variables());
    console.during(
        "verifying checksums",
        () -> {
          reader.verifyAll();
          return checkpoint.lstmState();
        });
    if (console.json()) {
      console.result(InspectJson.of(checkpoint, reader));
      return;
    }
    var out = console.out();
    out.printf("checkpoint %s%n", checkpoint.folder());
    for (String description : checkpoint.descriptions()) {
      out.print(description);
    }
    out.printf("vocabulary: %s characters%n", checkpoint.vocabulary().size());
    long values = 0;
    int width = reader.tensors().keySet().stream().mapToInt(String::length).max().orElse(1);
    out.printf("%ntensors (%s, all checksums hold)%n", reader.tensors().size());
    for (TensorInfo tensor : reader.tensors().values()) {
      out.printf(Locale.ROOT, "  %-" + width + "s  %s%n", tensor.name(), tensor.typeAndShape());
      values += tensor.shape().size();
    }
    out.printf(Locale.ROOT, "%,d values%n", values);
  }

  private static void print(ModelDescription model, PrintStream out) {
    out.printf("graph %s, written by TensorFlow %s%n", model.file(), model.tensorFlow());
    if (!model.tags().isEmpty()) {
      out.printf("tags %s%n", model.tags());
    }
    model.signatures().forEach((key, lines) -> printList(out, "signature " + key, lines));
    printList(out, "placeholders", model.placeholders());
    out.printf("%nroles%n");
    model
        .roles()
        .forEach((role, tensors) -> tensors.forEach(t -> out.printf("  %-14s %s%n", role, t)));
    model.missing().ifPresent(reason -> out.printf("  not found: %s%n", reason));
    if (model.variables().isEmpty()) {
      out.printf("%nno tensors are restored from a checkpoint%n");
      return;
    }
    int width = model.variables().keySet().stream().mapToInt(String::length).max().orElse(1);
    printList(
        out,
        String.format(
            "tensors of %s (%s, all checksums hold)", model.checkpoint(), model.variables().size()),
        model.variables().entrySet().stream()
            .map(
                entry ->
                    String.format(
                        Locale.ROOT, "%-" + width + "s  %s", entry.getKey(), entry.getValue()))
            .toList());
  }

  private static void printList(PrintStream out, String title, List<String> lines) {
    out.printf("%n%s%n", title);
    lines.forEach(line -> out.printf("  %s%n", line));
  }
}
