package io.github.charlstm.cell;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What a {@link ResidualWrapper} makes of inputs and outputs (Python: {@code residual_fn}). */
@FunctionalInterface
public interface ResidualFunction {
  /**
   * Joins what goes in and what comes out.
   *
   * @param tf makes the operations
   * @param inputs of the wrapped cell, {@code [batch, inputDepth]}
   * @param outputs of the wrapped cell, {@code [batch, outputSize]}
   * @return the wrapper's output, {@code [batch, outputSize]}
   */
  Operand<TFloat32> apply(Ops tf, Operand<TFloat32> inputs, Operand<TFloat32> outputs);
}
