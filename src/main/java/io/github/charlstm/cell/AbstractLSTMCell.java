package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** What both LSTM cells share: the equations, the state and its two forms, the forget bias. */
abstract class AbstractLSTMCell extends LayerRNNCell {
  private final double forgetBias;
  private final boolean stateIsTuple;
  private GraphVariable<?> bias;

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
  record Sums<T extends TFloating>(Operand<T> i, Operand<T> j, Operand<T> f, Operand<T> o) {

    static <T extends TFloating> Sums<T> of(Ops tf, Operand<T> sums) {
      List<Output<T>> ijfo = tf.split(tf.constant(1), sums, 4L).output();
      return new Sums<>(ijfo.get(0), ijfo.get(1), ijfo.get(2), ijfo.get(3));
    }

    Sums<T> withForgetBias(Ops tf, double forgetBias) {
      return new Sums<>(i, j, tf.math.add(f, Dtypes.constant(tf, f.type(), forgetBias)), o);
    }

    /** The equations of the plain LSTM. */
    LSTMStateTuple<T> newState(Ops tf, Operand<T> c, Activation activation) {
      Operand<T> newC =
          tf.math.add(
              tf.math.mul(c, tf.math.sigmoid(f)),
              tf.math.mul(tf.math.sigmoid(i), activation.of(tf, j)));
      Operand<T> newH = tf.math.mul(activation.of(tf, newC), tf.math.sigmoid(o));
      return new LSTMStateTuple<>(newC, newH);
    }
  }

  /** Takes apart a state of one tensor, c then h. */
  abstract <T extends TFloating> LSTMStateTuple<T> unpacked(Ops tf, Operand<T> state);

  /** c and h after the step. */
  abstract <T extends TFloating> LSTMStateTuple<T> newState(Ops tf, Sums<T> sums, Operand<T> c);

  @Override
  final <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    List<Operand<T>> leaves = state.flatten();
    LSTMStateTuple<T> before =
        stateIsTuple
            ? new LSTMStateTuple<>(leaves.get(0), leaves.get(1))
            : unpacked(tf, leaves.get(0));
    Operand<T> sums = affine(tf, inputs, before.h(), kernel(), bias); // [B, 4U]
    LSTMStateTuple<T> after = newState(tf, Sums.of(tf, sums), before.c());
    return new Step<>(
        after.h(),
        stateIsTuple ? after : new TensorState<>(tf.concat(after.flatten(), tf.constant(1))));
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

  final void createBias(VariableScope own, Class<? extends TFloating> dtype) {
    bias = own.getVariable("bias", dtype, Shape.of(4L * numUnits()), Initializers.zeros());
  }

  final GraphVariable<?> bias() {
    return bias;
  }

  final double forgetBias() {
    return forgetBias;
  }

  /** Options of both LSTM cells. */
  abstract static class LstmBuilder<B extends LstmBuilder<B>> extends ActivationBuilder<B> {
    private double forgetBias = 1;
    private boolean stateIsTuple = true;

    LstmBuilder(String cell, int numUnits) {
      super(cell, numUnits);
    }

    /** Finite number added to the forget gate before its sigmoid; 1 by default. */
    public B forgetBias(double value) {
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
