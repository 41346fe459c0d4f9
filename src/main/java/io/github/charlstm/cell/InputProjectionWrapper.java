package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Projects the inputs of a cell (Python: {@code tf.contrib.rnn.InputProjectionWrapper}).
 *
 * <p>The cell reads {@code activation(x kernel + bias)}, {@code [batch, numProj]}; output and state
 * are the cell's.
 *
 * <p>Variables: {@code input_projection_wrapper/kernel [inputDepth, numProj]}, with the scope's
 * default initializer, in TF1 glorot uniform; {@code input_projection_wrapper/bias [numProj]},
 * zeros; then the cell's, in the same scope.
 */
public final class InputProjectionWrapper extends ProjectionWrapper {
  private final int numProj;

  /**
   * Wraps a cell, without a nonlinearity.
   *
   * @param numProj width of the projected inputs, at least 1
   */
  public InputProjectionWrapper(RNNCell cell, int numProj) {
    this(builder(cell, numProj));
  }

  private InputProjectionWrapper(Builder options) {
    super(options, "input_projection_wrapper");
    numProj = options.numProj;
  }

  /**
   * Options, all at TF1's defaults.
   *
   * @param numProj width of the projected inputs, at least 1
   */
  public static Builder builder(RNNCell cell, int numProj) {
    return new Builder(cell, numProj);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ProjectionWrapper.Builder<Builder> {
    private final int numProj;

    private Builder(RNNCell cell, int numProj) {
      super(cell);
      this.numProj = requireWidth("InputProjectionWrapper", "a num_proj", numProj);
    }

    /** {@return a new wrapper of the same cell} */
    public InputProjectionWrapper build() {
      return new InputProjectionWrapper(this);
    }
  }

  @Override
  <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state) {
    requireInputs(inputs, projectedDepth());
    return inner.step(tf, projected(tf, inputs), state);
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    VariableScope own = own(scope);
    project(dtype, inputDepth, numProj);
    super.build(own, dtype, numProj);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    VariableScope own = own(scope);
    project(inputs.type(), inputDepth, numProj);
    return super.firstCall(own, numProj, tf, inputs, state);
  }
}
