package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The LSTM without peepholes (Python: {@code tf.nn.rnn_cell.BasicLSTMCell}).
 *
 * <p>With {@code [i, j, f, o] = [x, h] kernel + bias}: {@code c' = c * sigmoid(f + forget_bias) +
 * sigmoid(i) * tanh(j)} and {@code h' = tanh(c') * sigmoid(o)}; h' is the output, {@code [batch,
 * units]}. Zaremba, Sutskever and Vinyals, Recurrent neural network regularization,
 * arXiv:1409.2329.
 *
 * <p>Variables: {@code basic_lstm_cell/kernel [inputDepth + units, 4 * units]}, with the scope's
 * default initializer, in TF1 glorot uniform; and {@code basic_lstm_cell/bias [4 * units]}, zeros.
 * State: {@link LSTMStateTuple}.
 */
public final class BasicLSTMCell extends AbstractLSTMCell {
  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public BasicLSTMCell(int numUnits) {
    this(builder(numUnits));
  }

  private BasicLSTMCell(Builder options) {
    super(options, "basic_lstm_cell");
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends LstmBuilder<Builder> {
    private Builder(int numUnits) {
      super("BasicLSTMCell", numUnits);
    }

    @Override
    public BasicLSTMCell build() {
      return new BasicLSTMCell(this);
    }
  }

  @Override
  public int outputSize() {
    return numUnits();
  }

  @Override
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    GraphVariable<T> kernel =
        own.getVariable("kernel", dtype, Shape.of(depth + numUnits(), 4L * numUnits()));
    createBias(own, dtype);
    return kernel;
  }

  @Override
  <T extends TFloating> LSTMStateTuple<T> unpacked(Ops tf, Operand<T> state) {
    List<Output<T>> parts = tf.split(tf.constant(1), state, 2L).output();
    return new LSTMStateTuple<>(parts.get(0), parts.get(1));
  }

  @Override
  <T extends TFloating> LSTMStateTuple<T> newState(Ops tf, Sums<T> sums, Operand<T> c) {
    return sums.withForgetBias(tf, forgetBias()).newState(tf, c, this::activate);
  }
}
