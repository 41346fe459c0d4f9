package io.github.charlstm.loop;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** One step of a {@link Scan}. */
@FunctionalInterface
public interface Body<T extends TFloating> {
  /**
   * Builds the step; called once, whatever the number of steps. All operations must be made with
   * the given builder.
   *
   * @param tf builder of the body; tensors from outside may be used as inputs of its operations.
   *     {@code tf.scope().env()} is a {@link io.github.charlstm.graph.LoopEnvironment}
   * @param input this step's slice of the inputs, {@code [batch, ...]}
   * @param states after the previous step
   */
  Result<T> step(Ops tf, Operand<T> input, List<Operand<T>> states);

  /**
   * Output {@code [batch, ...]}, known except for the batch, and states of a step, as many as
   * before and of the same shapes; they may be tensors of the outer graph.
   */
  record Result<T extends TFloating>(Operand<T> output, List<? extends Operand<T>> states) {
    public Result {
      Objects.requireNonNull(output, "output");
      states = List.copyOf(states);
    }
  }
}
