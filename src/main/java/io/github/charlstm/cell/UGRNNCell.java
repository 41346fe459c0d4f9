package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The update gate network (Python: {@code tf.contrib.rnn.UGRNNCell}), between a basic RNN and a
 * GRU.
 *
 * <p>With {@code [g, c] = [x, h] kernel + bias} and {@code u = sigmoid(g + forget_bias)}: {@code h'
 * = u * h + (1 - u) * tanh(c)}; h' is both output and state, {@code [batch, units]}. Collins,
 * Sohl-Dickstein and Sussillo, Capacity and trainability in recurrent neural networks, ICLR 2017.
 *
 * <p>Variables: {@code ugrnn_cell/kernel [inputDepth + units, 2 * units]}, with the scope's default
 * initializer, in TF1 glorot uniform; and {@code ugrnn_cell/bias [2 * units]}, zeros. State: {@link
 * TensorState}.
 */
public final class UGRNNCell extends LayerRNNCell {
  private final double forgetBias;
  private final Optional<Initializer> initializer;
  private GraphVariable<?> bias;

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public UGRNNCell(int numUnits) {
    this(builder(numUnits));
  }

  private UGRNNCell(Builder options) {
    super(options, "ugrnn_cell");
    forgetBias = options.forgetBias;
    initializer = options.initializer;
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ActivationBuilder<Builder> {
    private double forgetBias = 1;
    private Optional<Initializer> initializer = Optional.empty();

    private Builder(int numUnits) {
      super("UGRNNCell", numUnits);
    }

    /** Initial values of the kernel; the scope's default if not given. */
    public Builder initializer(Initializer kernel) {
      this.initializer = Optional.of(Objects.requireNonNull(kernel, "initializer"));
      return this;
    }

    /** Finite number added to the gate before its sigmoid; 1 by default. */
    public Builder forgetBias(double value) {
      this.forgetBias = requireFinite("forget_bias", value);
      return this;
    }

    @Override
    public UGRNNCell build() {
      return new UGRNNCell(this);
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
    Shape shape = Shape.of(depth + numUnits(), 2L * numUnits());
    GraphVariable<T> kernel = variable(own, "kernel", dtype, shape, initializer);
    bias = own.getVariable("bias", dtype, Shape.of(2L * numUnits()), Initializers.zeros());
    return kernel;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Operand<T> before = state.flatten().get(0);
    Operand<T> sums = affine(tf, inputs, before, kernel(), bias); // [B, 2U]
    // g = update gate, c = candidate; each [B, U]
    List<Output<T>> gc = tf.split(tf.constant(1), sums, 2L).output();
    Operand<T> candidate = activate(tf, gc.get(1));
    Operand<T> update =
        tf.math.sigmoid(tf.math.add(gc.get(0), Dtypes.constant(tf, inputs.type(), forgetBias)));
    Operand<T> h =
        tf.math.add(
            tf.math.mul(update, before),
            tf.math.mul(tf.math.sub(Dtypes.constant(tf, inputs.type(), 1), update), candidate));
    return new Step<>(h, new TensorState<>(h));
  }
}
