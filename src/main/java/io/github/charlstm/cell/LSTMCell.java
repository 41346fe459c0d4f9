package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The LSTM with optional peepholes, clipping and projection (Python: {@code
 * tf.nn.rnn_cell.LSTMCell}).
 *
 * <p>With {@code [i, j, f, o] = [x, h] kernel + bias}:
 *
 * <pre>
 * c' = sigmoid(f + forget_bias + w_f_diag * c) * c + sigmoid(i + w_i_diag * c) * tanh(j)
 * c' = max(min(c', cell_clip), -cell_clip)
 * h' = sigmoid(o + w_o_diag * c') * tanh(c')
 * h' = max(min(h' projection/kernel, proj_clip), -proj_clip)
 * </pre>
 *
 * <p>The {@code w} terms are there with peepholes only, each clip only if it is given, the last
 * line only with a projection. h' is the output, {@code [batch, units]}, or {@code [batch,
 * numProj]} with a projection. Hochreiter and Schmidhuber, Long short-term memory, Neural
 * Computation 9 (1997); Gers, Schmidhuber and Cummins, Learning to forget, ICANN 1999; peepholes
 * and projection: Sak, Senior and Beaufays, Long short-term memory recurrent neural network
 * architectures for large scale acoustic modeling, Interspeech 2014.
 *
 * <p>Variables, with P the width of the output: {@code lstm_cell/kernel [inputDepth + P, 4 *
 * units]}; {@code lstm_cell/bias [4 * units]}, zeros; with peepholes {@code lstm_cell/w_f_diag},
 * {@code w_i_diag}, {@code w_o_diag [units]}; with a projection {@code lstm_cell/projection/kernel
 * [units, numProj]}. All but the bias take the cell's initializer, else the scope's default, in TF1
 * glorot uniform. State: {@link LSTMStateTuple}.
 */
public final class LSTMCell extends AbstractLSTMCell {
  private final boolean usePeepholes;
  private final OptionalDouble cellClip;
  private final Optional<Initializer> initializer;
  private final OptionalInt numProj;
  private final OptionalDouble projClip;
  private GraphVariable<?> forgetDiagonal;
  private GraphVariable<?> inputDiagonal;
  private GraphVariable<?> outputDiagonal;
  private GraphVariable<?> projection;

  /** A cell with a memory of {@code numUnits}, at least 1, with TF1's defaults. */
  public LSTMCell(int numUnits) {
    this(builder(numUnits));
  }

  private LSTMCell(Builder options) {
    super(options, "lstm_cell");
    usePeepholes = options.usePeepholes;
    cellClip = options.cellClip;
    initializer = options.initializer;
    numProj = options.numProj;
    projClip = options.projClip;
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends LstmBuilder<Builder> {
    private boolean usePeepholes;
    private OptionalDouble cellClip = OptionalDouble.empty();
    private Optional<Initializer> initializer = Optional.empty();
    private OptionalInt numProj = OptionalInt.empty();
    private OptionalDouble projClip = OptionalDouble.empty();

    private Builder(int numUnits) {
      super("LSTMCell", numUnits);
    }

    /** Whether the gates read the memory, by the three {@code w} terms; false by default. */
    public Builder usePeepholes(boolean peepholes) {
      this.usePeepholes = peepholes;
      return this;
    }

    /** Bounds the memory to {@code [-value, value]}, value 0 or more; not clipped by default. */
    public Builder cellClip(double value) {
      this.cellClip = OptionalDouble.of(requireBound("cell_clip", value));
      return this;
    }

    /** Initial values of the kernels and the peepholes; the scope's default if not given. */
    public Builder initializer(Initializer given) {
      this.initializer = Optional.of(Objects.requireNonNull(given, "initializer"));
      return this;
    }

    /** Width of the projected output, at least 1; no projection by default. */
    public Builder numProj(int width) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "LSTMCell expects a num_proj of at least 1, found "
                + width
                + " (leave it out for no projection)");
      }
      this.numProj = OptionalInt.of(width);
      return this;
    }

    /**
     * Bounds the projected output to {@code [-value, value]}, value 0 or more; not clipped by
     * default. As in TF1 it does nothing without a projection.
     */
    public Builder projClip(double value) {
      this.projClip = OptionalDouble.of(requireBound("proj_clip", value));
      return this;
    }

    @Override
    public LSTMCell build() {
      return new LSTMCell(this);
    }
  }

  @Override
  boolean isPlain() {
    return super.isPlain() && !usePeepholes && cellClip.isEmpty() && numProj.isEmpty();
  }

  @Override
  public int outputSize() {
    return numProj.orElse(numUnits());
  }

  @Override
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    Shape diagonal = Shape.of(numUnits());
    GraphVariable<T> kernel =
        variable(
            own, "kernel", dtype, Shape.of(depth + outputSize(), 4L * numUnits()), initializer);
    createBias(own, dtype);
    if (usePeepholes) {
      forgetDiagonal = variable(own, "w_f_diag", dtype, diagonal, initializer);
      inputDiagonal = variable(own, "w_i_diag", dtype, diagonal, initializer);
      outputDiagonal = variable(own, "w_o_diag", dtype, diagonal, initializer);
    }
    if (numProj.isPresent()) {
      projection =
          variable(
              own, "projection/kernel", dtype, Shape.of(numUnits(), outputSize()), initializer);
    }
    return kernel;
  }

  @Override
  <T extends TFloating> LSTMStateTuple<T> unpacked(Ops tf, Operand<T> state) {
    return new LSTMStateTuple<>(
        Tensors.columns(tf, state, 0, numUnits()),
        Tensors.columns(tf, state, numUnits(), outputSize()));
  }

  // The plain equations in TF1's order of operations for this cell, which is not BasicLSTMCell's.
  @Override
  <T extends TFloating> LSTMStateTuple<T> newState(Ops tf, Sums<T> sums, Operand<T> c) {
    Operand<T> f = gate(tf, sums.withForgetBias(tf, forgetBias()).f(), forgetDiagonal, c); // [B, U]
    Operand<T> newC =
        tf.math.add(
            tf.math.mul(f, c),
            tf.math.mul(gate(tf, sums.i(), inputDiagonal, c), activate(tf, sums.j())));
    newC = clipped(tf, newC, cellClip);
    // the output gate's peephole sees the new memory
    Operand<T> o = gate(tf, sums.o(), outputDiagonal, newC);
    Operand<T> newH = tf.math.mul(o, activate(tf, newC));
    if (numProj.isPresent()) {
      newH =
          clipped(
              tf, tf.linalg.matMul(newH, projection.as(newH.type()).value()), projClip); // [B, P]
    }
    return new LSTMStateTuple<>(newC, newH);
  }

  private <T extends TFloating> Operand<T> gate(
      Ops tf, Operand<T> x, GraphVariable<?> diagonal, Operand<T> memory) {
    return tf.math.sigmoid(
        usePeepholes ? tf.math.add(x, tf.math.mul(diagonal.as(x.type()).value(), memory)) : x);
  }

  // In this order a value at the bound passes its gradient on, as in TF1.
  private static <T extends TFloating> Operand<T> clipped(
      Ops tf, Operand<T> x, OptionalDouble clip) {
    if (clip.isEmpty()) {
      return x;
    }
    Operand<T> upper = Dtypes.constant(tf, x.type(), clip.getAsDouble());
    Operand<T> lower = Dtypes.constant(tf, x.type(), -clip.getAsDouble());
    return tf.math.maximum(tf.math.minimum(x, upper), lower);
  }
}
