package io.github.charlstm.loop;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What a {@link Scan} does at each step. */
@FunctionalInterface
public interface Body {
  /**
   * Builds the step; called once, whatever the number of steps. All operations must be made with
   * the builder that is given.
   *
   * @param tf builder of the body; tensors from outside may be used as inputs of its operations.
   *     {@code tf.scope().env()} is a {@link io.github.charlstm.graph.LoopEnvironment}
   * @param input this step's slice of the inputs, {@code [batch, ...]}
   * @param states as the step before left them
   * @return the step's output, and the states for the next
   */
  Result step(Ops tf, Operand<TFloat32> input, List<Operand<TFloat32>> states);

  /**
   * What a step gives. Tensors from outside may be among it.
   *
   * @param output {@code [batch, ...]}, known but for the batch; stacked over time by the scan
   * @param states for the next step, as many as before and of the same shapes
   */
  record Result(Operand<TFloat32> output, List<? extends Operand<TFloat32>> states) {
    public Result {
      Objects.requireNonNull(output, "output");
      states = List.copyOf(states);
    }
  }
}
