package io.github.charlstm.cell;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adds a cell's inputs to its outputs (Python: {@code tf.nn.rnn_cell.ResidualWrapper}).
 *
 * <p>{@code output = inputs + cell output}, both {@code [batch, outputSize]}, so both need the same
 * width; or another function of the two. State, variables and their names are the cell's. Wu and
 * others, Google's neural machine translation system, arXiv:1609.08144.
 */
public final class ResidualWrapper extends CellWrapper {
  private final ResidualFunction residual;

  /** Adds the inputs to the outputs. */
  public ResidualWrapper(RNNCell cell) {
    this(cell, ResidualWrapper::sum);
  }

  /**
   * Combines inputs and outputs with a function.
   *
   * @param residual Python: {@code residual_fn}
   */
  public ResidualWrapper(RNNCell cell, ResidualFunction residual) {
    super(cell);
    this.residual = Objects.requireNonNull(residual, "residual");
  }

  @Override
  Step around(Inner inner, Ops tf, Operand<TFloat32> inputs, RNNState state) {
    Step step = inner.step(tf, inputs, state);
    return new Step(residual.apply(tf, inputs, step.output()), step.state());
  }

  private static Operand<TFloat32> sum(
      Ops tf, Operand<TFloat32> inputs, Operand<TFloat32> outputs) {
    if (!inputs.shape().isCompatibleWith(outputs.shape())) {
      throw new IllegalArgumentException(
          ("ResidualWrapper expects inputs and outputs of one shape, found inputs %s and outputs %s"
                  + " (give the wrapper a residual function that joins them)")
              .formatted(inputs.shape(), outputs.shape()));
    }
    return tf.math.add(inputs, outputs);
  }

  /** Combines inputs and outputs of a cell (Python: {@code residual_fn}). */
  @FunctionalInterface
  public interface ResidualFunction {
    /**
     * Computes the wrapper's output.
     *
     * @param inputs of the wrapped cell, {@code [batch, inputDepth]}
     * @param outputs of the wrapped cell, {@code [batch, outputSize]}
     * @return the wrapper's output, {@code [batch, outputSize]}
     */
    Operand<TFloat32> apply(Ops tf, Operand<TFloat32> inputs, Operand<TFloat32> outputs);
  }
}
