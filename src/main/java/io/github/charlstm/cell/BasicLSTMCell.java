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

/**
 * The LSTM without peepholes (Python: {@code tf.nn.rnn_cell.BasicLSTMCell}).
 *
 * <p>With {@code [i, j, f, o] = [x, h] kernel + bias}: {@code c' = c * sigmoid(f + forget_bias) +
 * sigmoid(i) * tanh(j)} and {@code h' = tanh(c') * sigmoid(o)}. Zaremba, Sutskever and Vinyals,
 * Recurrent neural network regularization, arXiv:1409.2329.
 *
 * <p>Variables: {@code basic_lstm_cell/kernel [inputDepth + units, 4 * units]}, glorot uniform; and
 * {@code basic_lstm_cell/bias [4 * units]}, zeros. State: {@link LSTMStateTuple}.
 */
public final class BasicLSTMCell extends RNNCell {
  /** TF1's default of {@code forget_bias}. */
  public static final float DEFAULT_FORGET_BIAS = 1f;

  private final int units;
  private final float forgetBias;
  private long inputDepth = -1;
  private GraphVariable<TFloat32> kernel;
  private GraphVariable<TFloat32> bias;

  /** A cell with TF1's default forget bias of 1. */
  public BasicLSTMCell(int units) {
    this(units, DEFAULT_FORGET_BIAS);
  }

  /**
   * @param units width of state and output (Python: {@code num_units}), at least 1
   * @param forgetBias added to the forget gate before its sigmoid
   */
  public BasicLSTMCell(int units, float forgetBias) {
    if (units < 1) {
      throw new IllegalArgumentException("BasicLSTMCell needs at least 1 unit, found " + units);
    }
    this.units = units;
    this.forgetBias = forgetBias;
  }

  @Override
  public int outputSize() {
    return units;
  }

  @Override
  public void build(VariableScope scope, long depth) {
    if (depth < 1) {
      throw new IllegalArgumentException(
          "BasicLSTMCell needs inputs of depth 1 or more, found " + depth);
    }
    if (kernel != null) {
      if (depth != inputDepth) {
        throw new IllegalArgumentException(
            "this BasicLSTMCell's variable "
                + kernel.name()
                + " has shape "
                + kernel.shape()
                + "; inputs of depth "
                + depth
                + " need "
                + Shape.of(depth + units, 4L * units)
                + " (use a cell of its own for each layer of another size)");
      }
      return;
    }
    VariableScope own = scope.child("basic_lstm_cell");
    kernel =
        own.getVariable(
            "kernel", Shape.of(depth + units, 4L * units), Initializers.glorotUniform());
    bias = own.getVariable("bias", Shape.of(4L * units), Initializers.zeros());
    inputDepth = depth;
  }

  @Override
  public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    if (kernel == null) {
      throw new IllegalStateException("BasicLSTMCell: call build(scope, inputDepth) first");
    }
    if (!(state instanceof LSTMStateTuple before)) {
      throw new IllegalArgumentException(
          "BasicLSTMCell expects an LSTMStateTuple (c, h), found "
              + state.getClass().getSimpleName());
    }
    requireMatrix("BasicLSTMCell", "inputs", inputs, inputDepth);
    requireMatrix("BasicLSTMCell", "state c", before.c(), units);
    requireMatrix("BasicLSTMCell", "state h", before.h(), units);

    Operand<TFloat32> joined = tf.concat(List.of(inputs, before.h()), tf.constant(1));
    Operand<TFloat32> gates = // [B, 4U]
        tf.nn.biasAdd(tf.linalg.matMul(joined, kernel.value()), bias.value());
    // i = input gate, j = new input, f = forget gate, o = output gate; each [B, U]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), gates, 4L).output();
    Operand<TFloat32> forget = tf.math.sigmoid(tf.math.add(ijfo.get(2), tf.constant(forgetBias)));
    Operand<TFloat32> c =
        tf.math.add(
            tf.math.mul(before.c(), forget),
            tf.math.mul(tf.math.sigmoid(ijfo.get(0)), tf.math.tanh(ijfo.get(1))));
    Operand<TFloat32> h = tf.math.mul(tf.math.tanh(c), tf.math.sigmoid(ijfo.get(3)));
    return new Step(h, new LSTMStateTuple(c, h));
  }

  @Override
  public LSTMStateTuple zeroState(Ops tf, int batchSize) {
    Ops scope = tf.withSubScope("BasicLSTMCellZeroState");
    return new LSTMStateTuple(zeros(scope, batchSize, units), zeros(scope, batchSize, units));
  }
}
