package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

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
public final class BasicLSTMCell extends LayerRNNCell {
  private final float forgetBias;
  private final boolean stateIsTuple;
  private GraphVariable<TFloat32> bias;

  /**
   * A cell with TF1's defaults.
   *
   * @param numUnits width of state and output, at least 1
   */
  public BasicLSTMCell(int numUnits) {
    this(builder(numUnits));
  }

  private BasicLSTMCell(Builder options) {
    super(options, "basic_lstm_cell");
    forgetBias = options.forgetBias;
    stateIsTuple = options.stateIsTuple;
  }

  /**
   * A cell with options.
   *
   * @param numUnits width of state and output, at least 1
   * @return options, all at their defaults
   */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends LayerBuilder<Builder> {
    private float forgetBias = 1f;
    private boolean stateIsTuple = true;

    private Builder(int numUnits) {
      super("BasicLSTMCell", numUnits);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Added to the forget gate before its sigmoid; 1 by default.
     *
     * @param value finite
     * @return this builder
     */
    public Builder forgetBias(float value) {
      this.forgetBias = requireFinite("forget_bias", value);
      return this;
    }

    /**
     * True, the default: the state is an {@link LSTMStateTuple}. False: it is one tensor {@code
     * [batch, 2 * units]}, c then h.
     *
     * @param tuple whether c and h are tensors of their own
     * @return this builder
     */
    public Builder stateIsTuple(boolean tuple) {
      this.stateIsTuple = tuple;
      return this;
    }

    /** The cell. */
    @Override
    public BasicLSTMCell build() {
      return new BasicLSTMCell(this);
    }
  }

  /** Empty if the cell has options that go beyond the plain equations. */
  Optional<LstmSpec.Parts> plainParts() {
    return stateIsTuple && hasTanh()
        ? Optional.of(new LstmSpec.Parts(forgetBias, bias))
        : Optional.empty();
  }

  @Override
  public int outputSize() {
    return numUnits();
  }

  @Override
  public StateSize stateSize() {
    return stateIsTuple
        ? StateSize.lstm(numUnits(), numUnits())
        : StateSize.of(Math.multiplyExact(2, numUnits()));
  }

  @Override
  GraphVariable<TFloat32> createVariables(VariableScope own, long depth) {
    GraphVariable<TFloat32> made =
        own.getVariable("kernel", Shape.of(depth + numUnits(), 4L * numUnits()));
    bias = own.getVariable("bias", Shape.of(4L * numUnits()), Initializers.zeros());
    return made;
  }

  @Override
  Step step(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    // one tensor is c, then h: [B, 2U]
    List<? extends Operand<TFloat32>> before =
        stateIsTuple
            ? state.flatten()
            : tf.split(tf.constant(1), state.flatten().get(0), 2L).output();
    Operand<TFloat32> gates = affine(tf, inputs, before.get(1), kernel(), bias); // [B, 4U]
    // i = input gate, j = new input, f = forget gate, o = output gate; each [B, U]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), gates, 4L).output();
    Operand<TFloat32> forget = tf.math.sigmoid(tf.math.add(ijfo.get(2), tf.constant(forgetBias)));
    Operand<TFloat32> c =
        tf.math.add(
            tf.math.mul(before.get(0), forget),
            tf.math.mul(tf.math.sigmoid(ijfo.get(0)), activate(tf, ijfo.get(1))));
    Operand<TFloat32> h = tf.math.mul(activate(tf, c), tf.math.sigmoid(ijfo.get(3)));
    return new Step(
        h,
        stateIsTuple
            ? new LSTMStateTuple(c, h)
            : new TensorState(tf.concat(List.of(c, h), tf.constant(1))));
  }
}
