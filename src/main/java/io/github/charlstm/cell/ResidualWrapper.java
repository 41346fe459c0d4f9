package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

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
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    Step<T> step = inner.step(tf, inputs, state);
    return new Step<>(joined(tf, inputs, step.output()), step.state());
  }

  private <T extends TFloating> Operand<T> joined(Ops tf, Operand<T> inputs, Operand<T> outputs) {
    return Dtypes.as(residual.apply(tf, Dtypes.any(inputs), Dtypes.any(outputs)), inputs.type());
  }

  private static Operand<TFloating> sum(
      Ops tf, Operand<TFloating> inputs, Operand<TFloating> outputs) {
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
     * Computes the wrapper's output; all three are of the cell's type.
     *
     * @param inputs of the wrapped cell, {@code [batch, inputDepth]}
     * @param outputs of the wrapped cell, {@code [batch, outputSize]}
     * @return the wrapper's output, {@code [batch, outputSize]}
     */
    Operand<TFloating> apply(Ops tf, Operand<TFloating> inputs, Operand<TFloating> outputs);
  }
}
