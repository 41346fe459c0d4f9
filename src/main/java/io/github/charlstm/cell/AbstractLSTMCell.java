package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What both LSTM cells share: the equations, the state and its two forms, the forget bias. */
abstract class AbstractLSTMCell extends LayerRNNCell {
  private final float forgetBias;
  private final boolean stateIsTuple;
  private GraphVariable<TFloat32> bias;

  AbstractLSTMCell(LstmBuilder<?> options, String defaultName) {
    super(options, defaultName);
    forgetBias = options.forgetBias;
    stateIsTuple = options.stateIsTuple;
  }

  /**
   * {@code [x, h] kernel + bias}, each {@code [batch, units]}, before the nonlinearities.
   *
   * @param i input gate
   * @param j new input
   * @param f forget gate
   * @param o output gate
   */
  record Sums(Operand<TFloat32> i, Operand<TFloat32> j, Operand<TFloat32> f, Operand<TFloat32> o) {

    static Sums of(Ops tf, Operand<TFloat32> sums) {
      List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), sums, 4L).output();
      return new Sums(ijfo.get(0), ijfo.get(1), ijfo.get(2), ijfo.get(3));
    }

    Sums withForgetBias(Ops tf, float forgetBias) {
      return new Sums(i, j, tf.math.add(f, tf.constant(forgetBias)), o);
    }

    /** The equations of the plain LSTM. */
    LSTMStateTuple newState(Ops tf, Operand<TFloat32> c, Activation activation) {
      Operand<TFloat32> newC =
          tf.math.add(
              tf.math.mul(c, tf.math.sigmoid(f)),
              tf.math.mul(tf.math.sigmoid(i), activation.apply(tf, j)));
      Operand<TFloat32> newH = tf.math.mul(activation.apply(tf, newC), tf.math.sigmoid(o));
      return new LSTMStateTuple(newC, newH);
    }
  }

  /** Takes apart a state of one tensor, c then h. */
  abstract LSTMStateTuple unpacked(Ops tf, Operand<TFloat32> state);

  /** c and h after the step. */
  abstract LSTMStateTuple newState(Ops tf, Sums sums, Operand<TFloat32> c);

  @Override
  final Step step(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    List<Operand<TFloat32>> leaves = state.flatten();
    LSTMStateTuple before =
        stateIsTuple
            ? new LSTMStateTuple(leaves.get(0), leaves.get(1))
            : unpacked(tf, leaves.get(0));
    Operand<TFloat32> sums = affine(tf, inputs, before.h(), kernel(), bias); // [B, 4U]
    LSTMStateTuple after = newState(tf, Sums.of(tf, sums), before.c());
    return new Step(
        after.h(),
        stateIsTuple ? after : new TensorState(tf.concat(after.flatten(), tf.constant(1))));
  }

  @Override
  public final StateSize stateSize() {
    return stateIsTuple
        ? StateSize.lstm(numUnits(), outputSize())
        : StateSize.of(Math.addExact(numUnits(), outputSize()));
  }

  /** Whether the cell computes the plain equations with tanh, from a state of two tensors. */
  boolean isPlain() {
    return stateIsTuple && hasTanh();
  }

  final void createBias(VariableScope own) {
    bias = own.getVariable("bias", Shape.of(4L * numUnits()), Initializers.zeros());
  }

  final GraphVariable<TFloat32> bias() {
    return bias;
  }

  final float forgetBias() {
    return forgetBias;
  }

  /** Options of both LSTM cells. */
  abstract static class LstmBuilder<B extends LstmBuilder<B>> extends ActivationBuilder<B> {
    private float forgetBias = 1f;
    private boolean stateIsTuple = true;

    LstmBuilder(String cell, int numUnits) {
      super(cell, numUnits);
    }

    /** Finite number added to the forget gate before its sigmoid; 1 by default. */
    public B forgetBias(float value) {
      this.forgetBias = requireFinite("forget_bias", value);
      return self();
    }

    /**
     * True, the default: the state is an {@link LSTMStateTuple}. False: it is one tensor {@code
     * [batch, units + outputSize]}, c then h.
     */
    public B stateIsTuple(boolean tuple) {
      this.stateIsTuple = tuple;
      return self();
    }
  }
}
