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

/**
 * The simple recurrent unit (Python: {@code tf.contrib.rnn.SRUCell}), in which no matrix is
 * multiplied with the state.
 *
 * <p>With {@code [n, f, r, t] = x kernel}, {@code f = sigmoid(f + bias_f)} and {@code r = sigmoid(r
 * + bias_r)}: {@code c' = f * c + (1 - f) * n}, the state, and {@code h = r * tanh(c') + (1 - r) *
 * t}, the output; both {@code [batch, units]}. Lei and others, Training RNNs as fast as CNNs,
 * arXiv:1709.02755.
 *
 * <p>Variables: {@code sru_cell/kernel [inputDepth, 4 * units]}, with the scope's default
 * initializer, in TF1 glorot uniform; and {@code sru_cell/bias [2 * units]}, zeros. State: {@link
 * TensorState}.
 */
public final class SRUCell extends LayerRNNCell {
  private GraphVariable<?> bias;

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public SRUCell(int numUnits) {
    this(builder(numUnits));
  }

  private SRUCell(Builder options) {
    super(options, "sru_cell");
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ActivationBuilder<Builder> {
    private Builder(int numUnits) {
      super("SRUCell", numUnits);
    }

    @Override
    public SRUCell build() {
      return new SRUCell(this);
    }
  }

  @Override
  public int outputSize() {
    return numUnits();
  }

  @Override
  public StateSize stateSize() {
    return StateSize.of(numUnits());
  }

  @Override
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    GraphVariable<T> kernel = own.getVariable("kernel", dtype, Shape.of(depth, 4L * numUnits()));
    bias = own.getVariable("bias", dtype, Shape.of(2L * numUnits()), Initializers.zeros());
    return kernel;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Class<T> dtype = inputs.type();
    Operand<T> product = tf.linalg.matMul(inputs, kernel().as(dtype).value()); // [B, 4U]
    List<Output<T>> nfrt = tf.split(tf.constant(1), product, 4L).output();
    Operand<T> gates = tf.concat(List.of(nfrt.get(1), nfrt.get(2)), tf.constant(1));
    List<Output<T>> fr =
        tf.split(tf.constant(1), tf.math.sigmoid(tf.nn.biasAdd(gates, bias.as(dtype).value())), 2L)
            .output();
    Operand<T> c = mixed(tf, fr.get(0), state.flatten().get(0), nfrt.get(0));
    Operand<T> h = mixed(tf, fr.get(1), activate(tf, c), nfrt.get(3));
    return new Step<>(h, new TensorState<>(c));
  }

  /** {@code share * one + (1 - share) * other}. */
  private static <T extends TFloating> Operand<T> mixed(
      Ops tf, Operand<T> share, Operand<T> one, Operand<T> other) {
    Operand<T> rest = tf.math.sub(Dtypes.constant(tf, share.type(), 1), share);
    return tf.math.add(tf.math.mul(share, one), tf.math.mul(rest, other));
  }
}
