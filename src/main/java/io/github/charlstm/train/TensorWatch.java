package io.github.charlstm.train;

import io.github.charlstm.model.NamedTensors;
import java.util.List;
import java.util.function.Supplier;

/** Tells those who want to look into a step of its tensors, and gets no tensor for nobody. */
final class TensorWatch {
  private TensorWatch() {}

  /**
   * Who wants to look into the next step.
   *
   * @param done steps that are done
   */
  static <L extends TensorListener> List<L> wanting(List<L> all, long done) {
    return all.stream().filter(listener -> listener.wantsTensors(done + 1)).toList();
  }

  /** Tells of the next step's gradients, if anybody listens. */
  static void gradients(
      List<? extends TensorListener> watchers, long done, Supplier<NamedTensors> gradients) {
    if (!watchers.isEmpty()) {
      try (NamedTensors tensors = gradients.get()) {
        watchers.forEach(watcher -> watcher.onGradients(done + 1, tensors.byName()));
      }
    }
  }

  /** Tells of the variables after the next step, if anybody listens. */
  static void variables(
      List<? extends TensorListener> watchers, long done, Supplier<NamedTensors> variables) {
    if (!watchers.isEmpty()) {
      try (NamedTensors tensors = variables.get()) {
        watchers.forEach(watcher -> watcher.onVariables(done + 1, tensors.byName()));
      }
    }
  }
}
