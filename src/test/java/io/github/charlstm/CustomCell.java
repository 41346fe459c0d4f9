package io.github.charlstm;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** A user's own cell, with public API only: {@code h' = tanh(x W + h U)}, output {@code 2 h'}. */
public final class CustomCell extends RNNCell {
  private final int units;
  private GraphVariable<?> inputKernel;
  private GraphVariable<?> stateKernel;
  private long depth;

  public CustomCell(int units) {
    this.units = units;
  }

  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public StateSize stateSize() {
    return StateSize.of(units);
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    if (inputDepth < 1) {
      throw new IllegalArgumentException("unknown depth, found " + inputDepth);
    }
    if (inputKernel == null) {
      VariableScope own = scope.child("custom_cell");
      inputKernel = own.getVariable("input_kernel", dtype, Shape.of(inputDepth, units));
      stateKernel = own.getVariable("state_kernel", dtype, Shape.of(units, units));
      depth = inputDepth;
    }
  }

  @Override
  public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    if (inputKernel == null) {
      throw new IllegalStateException("build first");
    }
    requireInputs(inputs, depth);
    requireState(inputs, state);
    Class<T> dtype = inputs.type();
    Operand<T> h =
        tf.math.tanh(
            tf.math.add(
                tf.linalg.matMul(inputs, inputKernel.as(dtype).value()),
                tf.linalg.matMul(state.flatten().get(0), stateKernel.as(dtype).value())));
    return new Step<>(tf.math.mul(h, Dtypes.constant(tf, dtype, 2)), new TensorState<>(h));
  }
}
