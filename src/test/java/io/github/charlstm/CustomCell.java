package io.github.charlstm;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A user's own cell, with public API only: {@code h' = tanh(x W + h U)}, output {@code 2 h'}. */
public final class CustomCell extends RNNCell {
  private final int units;
  private GraphVariable<TFloat32> inputKernel;
  private GraphVariable<TFloat32> stateKernel;
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
  public void build(VariableScope scope, long inputDepth) {
    if (inputDepth < 1) {
      throw new IllegalArgumentException("unknown depth, found " + inputDepth);
    }
    if (inputKernel == null) {
      VariableScope own = scope.child("custom_cell");
      inputKernel = own.getVariable("input_kernel", Shape.of(inputDepth, units));
      stateKernel = own.getVariable("state_kernel", Shape.of(units, units));
      depth = inputDepth;
    }
  }

  @Override
  public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    if (inputKernel == null) {
      throw new IllegalStateException("build first");
    }
    requireInputs(inputs, depth);
    requireState(state);
    Operand<TFloat32> h =
        tf.math.tanh(
            tf.math.add(
                tf.linalg.matMul(inputs, inputKernel.value()),
                tf.linalg.matMul(state.flatten().get(0), stateKernel.value())));
    return new Step(tf.math.mul(h, tf.constant(2f)), new TensorState(h));
  }
}
