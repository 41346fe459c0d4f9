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
 * The gated recurrent unit (Python: {@code tf.nn.rnn_cell.GRUCell}).
 *
 * <p>With {@code [r, u] = sigmoid([x, h] gates/kernel + gates/bias)}: {@code c = tanh([x, r * h]
 * candidate/kernel + candidate/bias)} and {@code h' = u * h + (1 - u) * c}; h' is both output and
 * state, {@code [batch, units]}. The reset gate r is applied before the matrix product, as in the
 * first version of the paper: Cho and others, Learning phrase representations using RNN
 * encoder-decoder for statistical machine translation, arXiv:1406.1078.
 *
 * <p>Variables: {@code gru_cell/gates/kernel [inputDepth + units, 2 * units]} and {@code
 * gru_cell/candidate/kernel [inputDepth + units, units]}, with the scope's default initializer, in
 * TF1 glorot uniform; {@code gru_cell/gates/bias [2 * units]}, ones, so the cell keeps its state at
 * first; {@code gru_cell/candidate/bias [units]}, zeros. State: {@link TensorState}.
 */
public final class GRUCell extends LayerRNNCell {
  private final Optional<Initializer> kernelInitializer;
  private final Optional<Initializer> biasInitializer;
  private GraphVariable<?> gateBias;
  private GraphVariable<?> candidateKernel;
  private GraphVariable<?> candidateBias;

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public GRUCell(int numUnits) {
    this(builder(numUnits));
  }

  private GRUCell(Builder options) {
    super(options, "gru_cell");
    kernelInitializer = options.kernelInitializer;
    biasInitializer = options.biasInitializer;
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ActivationBuilder<Builder> {
    private Optional<Initializer> kernelInitializer = Optional.empty();
    private Optional<Initializer> biasInitializer = Optional.empty();

    private Builder(int numUnits) {
      super("GRUCell", numUnits);
    }

    /** Initial values of both kernels; the scope's default if not given. */
    public Builder kernelInitializer(Initializer initializer) {
      this.kernelInitializer = Optional.of(Objects.requireNonNull(initializer, "initializer"));
      return this;
    }

    /** Initial values of both biases; ones for the gates and zeros for the candidate by default. */
    public Builder biasInitializer(Initializer initializer) {
      this.biasInitializer = Optional.of(Objects.requireNonNull(initializer, "initializer"));
      return this;
    }

    @Override
    public GRUCell build() {
      return new GRUCell(this);
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
    long rows = depth + numUnits();
    GraphVariable<T> gateKernel =
        variable(own, "gates/kernel", dtype, Shape.of(rows, 2L * numUnits()), kernelInitializer);
    gateBias =
        own.getVariable(
            "gates/bias",
            dtype,
            Shape.of(2L * numUnits()),
            biasInitializer.orElse(Initializers.ones()));
    candidateKernel =
        variable(own, "candidate/kernel", dtype, Shape.of(rows, numUnits()), kernelInitializer);
    candidateBias =
        own.getVariable(
            "candidate/bias",
            dtype,
            Shape.of(numUnits()),
            biasInitializer.orElse(Initializers.zeros()));
    return gateKernel;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Operand<T> before = state.flatten().get(0);
    Operand<T> gates = tf.math.sigmoid(affine(tf, inputs, before, kernel(), gateBias)); // [B, 2U]
    // r = reset gate, u = update gate; each [B, U]
    List<Output<T>> ru = tf.split(tf.constant(1), gates, 2L).output();
    Operand<T> update = ru.get(1);
    Operand<T> candidate =
        activate(
            tf, affine(tf, inputs, tf.math.mul(ru.get(0), before), candidateKernel, candidateBias));
    Operand<T> h =
        tf.math.add(
            tf.math.mul(update, before),
            tf.math.mul(tf.math.sub(Dtypes.constant(tf, inputs.type(), 1), update), candidate));
    return new Step<>(h, new TensorState<>(h));
  }
}
