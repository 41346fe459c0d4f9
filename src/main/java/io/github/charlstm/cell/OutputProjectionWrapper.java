package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Projects the outputs of a cell (Python: {@code tf.contrib.rnn.OutputProjectionWrapper}).
 *
 * <p>The output is {@code activation(h kernel + bias)}, {@code [batch, outputSize]}, with h the
 * cell's; the state is the cell's.
 *
 * <p>Variables: the cell's in scope {@code output_projection_wrapper}, then {@code
 * output_projection_wrapper/kernel [width of h, outputSize]}, with the scope's default initializer,
 * in TF1 glorot uniform; and {@code output_projection_wrapper/bias [outputSize]}, zeros.
 */
public final class OutputProjectionWrapper extends ProjectionWrapper {
  private final int outputSize;

  /**
   * Wraps a cell, without a nonlinearity.
   *
   * @param outputSize width of the projected outputs, at least 1
   */
  public OutputProjectionWrapper(RNNCell cell, int outputSize) {
    this(builder(cell, outputSize));
  }

  private OutputProjectionWrapper(Builder options) {
    super(options, "output_projection_wrapper");
    outputSize = options.outputSize;
  }

  /**
   * Options, all at TF1's defaults.
   *
   * @param outputSize width of the projected outputs, at least 1
   */
  public static Builder builder(RNNCell cell, int outputSize) {
    return new Builder(cell, outputSize);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ProjectionWrapper.Builder<Builder> {
    private final int outputSize;

    private Builder(RNNCell cell, int outputSize) {
      super(cell);
      this.outputSize = requireWidth("OutputProjectionWrapper", "an output_size", outputSize);
    }

    /** {@return a new wrapper of the same cell} */
    public OutputProjectionWrapper build() {
      return new OutputProjectionWrapper(this);
    }
  }

  @Override
  public int outputSize() {
    return outputSize;
  }

  // TF1 makes the projection's variables after the cell's.
  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    Step<T> step = inner.step(tf, inputs, state);
    project(inputs.type(), wrappedCell().outputSize(), outputSize);
    return new Step<>(projected(tf, step.output()), step.state());
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    super.build(own(scope), dtype, inputDepth);
    project(dtype, wrappedCell().outputSize(), outputSize);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    return super.firstCall(own(scope), inputDepth, tf, inputs, state);
  }
}
