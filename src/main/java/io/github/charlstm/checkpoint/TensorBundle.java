package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.train.Save;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Files in the format of checkpoints for tensors that are no variables, such as a recurrent state
 * or a random seed.
 */
public final class TensorBundle {
  private TensorBundle() {}

  /**
   * Writes {@code prefix.index} and {@code prefix.data-00000-of-00001} of at least one tensor; a
   * missing folder is created.
   */
  public static void write(Path prefix, Map<String, ? extends Tensor> tensors) throws IOException {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("a tensor bundle needs at least one tensor, found none");
    }
    Map<String, Tensor> sorted = new TreeMap<>(tensors);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Session.Runner runner = session.runner();
      List<Operand<?>> inputs = new ArrayList<>();
      for (Tensor tensor : sorted.values()) {
        Class<? extends TType> type = ((TType) tensor).type();
        Operand<?> input = tf.placeholder(type, Placeholder.shape(tensor.shape()));
        inputs.add(input);
        runner.feed(input, tensor);
      }
      Placeholder<TString> file = tf.placeholder(TString.class);
      String[] names = sorted.keySet().toArray(new String[0]);
      String[] slices = Collections.nCopies(names.length, "").toArray(String[]::new);
      Save save = tf.train.save(file, tf.array(names), tf.array(slices), inputs);
      Saver.writing(
          prefix,
          path -> {
            try (TString fed = TString.scalarOf(path)) {
              runner.feed(file, fed).addTarget(save).run().close();
            }
          });
    }
  }

  /**
   * Opens a bundle and checks every checksum.
   *
   * @throws CheckpointException if a file is missing or damaged
   */
  public static CheckpointReader read(Path prefix) {
    CheckpointReader reader = CheckpointReader.open(prefix);
    reader.verifyAll();
    return reader;
  }
}
