package io.github.charlstm.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;

/**
 * One restore: everything is checked, then all variables get their values in one step.
 *
 * @param scope of the Saver's ops
 * @param variables all that the Saver has, in the order of its ops
 * @param reader of the checkpoint
 * @param names a variable's name to its tensor's name in the file
 */
record RestoreRun(
    String scope,
    SortedMap<String, TensorInfo> variables,
    CheckpointReader reader,
    SortedMap<String, String> names) {

  /** Gives the names of the file's tensors that were not used. */
  Set<String> run(Session session, boolean allowUnused) {
    Set<String> unused = new TreeSet<>(reader.tensors().keySet());
    unused.removeAll(names.values());
    requireFit(allowUnused ? Set.of() : unused);
    reader.verifyAll();
    assign(session);
    return unused;
  }

  private void requireFit(Set<String> unused) {
    List<String> missing = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    names.forEach(
        (name, stored) -> {
          String wanted = variables.get(name).typeAndShape();
          TensorInfo found = reader.tensors().get(stored);
          String label = name.equals(stored) ? name : name + " (in the file: " + stored + ")";
          if (found == null) {
            missing.add(label);
          } else if (!found.typeAndShape().equals(wanted)) {
            problems.add(
                String.format(
                    "%s is %s in the graph and %s in the file",
                    label, wanted, found.typeAndShape()));
          }
        });
    if (!missing.isEmpty()) {
      problems.add("missing in the file: " + String.join(", ", missing));
    }
    if (!unused.isEmpty()) {
      problems.add("in the file but not in the graph: " + String.join(", ", unused));
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          "checkpoint " + reader.prefix() + " does not fit: " + String.join("; ", problems));
    }
  }

  // The values are fed in place of what RestoreV2 gives, so that what was checked is what is used,
  // in either format and under any name. TensorFlow runs no op whose outputs are all fed.
  private void assign(Session session) {
    List<String> order = List.copyOf(variables.keySet());
    List<Tensor> values = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      names.forEach(
          (name, stored) -> {
            int i = order.indexOf(name);
            Tensor value = reader.readTensor(stored);
            values.add(value);
            runner.feed(scope + "/RestoreV2", i, value);
            runner.addTarget(scope + "/" + SaverOps.assignName(i));
          });
      if (!values.isEmpty()) {
        runner.run().close();
      }
    } catch (TensorFlowException e) {
      throw new CheckpointException(
          "checkpoint " + reader.prefix() + " cannot be restored: " + Saver.firstLine(e), e);
    } finally {
      values.forEach(Tensor::close);
    }
  }
}
