package io.github.charlstm.loop;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** One step of a {@link Scan}. */
@FunctionalInterface
public interface Body {
  /**
   * Builds the step; called once, whatever the number of steps. All operations must be made with
   * the given builder.
   *
   * @param tf builder of the body; tensors from outside may be used as inputs of its operations.
   *     {@code tf.scope().env()} is a {@link io.github.charlstm.graph.LoopEnvironment}
   * @param input this step's slice of the inputs, {@code [batch, ...]}
   * @param states after the previous step
   */
  Result step(Ops tf, Operand<TFloat32> input, List<Operand<TFloat32>> states);

  /**
   * Output {@code [batch, ...]}, known except for the batch, and states of a step, as many as
   * before and of the same shapes; they may be tensors of the outer graph.
   */
  record Result(Operand<TFloat32> output, List<? extends Operand<TFloat32>> states) {
    public Result {
      Objects.requireNonNull(output, "output");
      states = List.copyOf(states);
    }
  }
}
