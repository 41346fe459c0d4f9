package io.github.charlstm.cell;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The cell that an architecture search found (Python: {@code tf.contrib.rnn.NASCell}).
 *
 * <p>With {@code [x0, ..., x7] = x kernel} and {@code [m0, ..., m7] = h recurrent_kernel + bias},
 * each {@code [batch, units]}, s the sigmoid:
 *
 * <pre>
 * a = tanh(s(x0 + m0) * relu(x1 + m1))       b = tanh(s(x2 + m2) + relu(x3 * m3))
 * d = tanh(tanh(x4 + m4) * s(x5 + m5))       e = s(tanh(x6 + m6) + s(x7 + m7))
 * c' = tanh(a + c) * b                       h' = tanh(c' * tanh(d + e))
 * </pre>
 *
 * <p>With {@code num_proj}, {@code h'} is multiplied by {@code projection_weights}. It is the
 * output. Zoph and Le, Neural architecture search with reinforcement learning, ICLR 2017.
 *
 * <p>Variables: {@code nas_cell/recurrent_kernel [outputSize, 8 * units]}, {@code nas_cell/kernel
 * [inputDepth, 8 * units]} and {@code nas_cell/projection_weights [units, num_proj]}, with the
 * scope's default initializer, in TF1 glorot uniform; {@code nas_cell/bias [8 * units]}, zeros.
 * State: {@link LSTMStateTuple}.
 */
public final class NASCell extends LayerRNNCell {
  private static final int PARTS = 8;
  private final boolean useBias;
  private final OptionalInt numProj;
  private GraphVariable<TFloat32> recurrentKernel;
  private Optional<GraphVariable<TFloat32>> bias = Optional.empty();
  private Optional<GraphVariable<TFloat32>> projection = Optional.empty();

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public NASCell(int numUnits) {
    this(builder(numUnits));
  }

  private NASCell(Builder options) {
    super(options, "nas_cell");
    useBias = options.useBias;
    numProj = options.numProj;
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends LayerBuilder<Builder> {
    private boolean useBias;
    private OptionalInt numProj = OptionalInt.empty();

    private Builder(int numUnits) {
      super("NASCell", numUnits);
    }

    /** Width of the projected output, at least 1; not projected by default. */
    public Builder numProj(int width) {
      if (width < 1) {
        throw new IllegalArgumentException(
            "NASCell expects a num_proj of at least 1, found " + width);
      }
      this.numProj = OptionalInt.of(width);
      return this;
    }

    /** Whether there is a bias; false by default. */
    public Builder useBias(boolean wanted) {
      this.useBias = wanted;
      return this;
    }

    @Override
    public NASCell build() {
      return new NASCell(this);
    }
  }

  @Override
  public int outputSize() {
    return numProj.orElse(numUnits());
  }

  @Override
  public StateSize stateSize() {
    return StateSize.lstm(numUnits(), outputSize());
  }

  @Override
  GraphVariable<TFloat32> createVariables(VariableScope own, long depth) {
    long columns = (long) PARTS * numUnits();
    recurrentKernel = own.getVariable("recurrent_kernel", Shape.of(outputSize(), columns));
    GraphVariable<TFloat32> kernel = own.getVariable("kernel", Shape.of(depth, columns));
    if (useBias) {
      bias = Optional.of(own.getVariable("bias", Shape.of(columns), Initializers.zeros()));
    }
    if (numProj.isPresent()) {
      projection =
          Optional.of(
              own.getVariable("projection_weights", Shape.of(numUnits(), numProj.getAsInt())));
    }
    return kernel;
  }

  @Override
  Step step(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    Operand<TFloat32> c = state.flatten().get(0);
    Operand<TFloat32> h = state.flatten().get(1);
    Operand<TFloat32> recurrent = tf.linalg.matMul(h, recurrentKernel.value()); // [B, 8U]
    Operand<TFloat32> given = tf.linalg.matMul(inputs, kernel().value()); // [B, 8U]
    if (bias.isPresent()) {
      recurrent = tf.nn.biasAdd(recurrent, bias.get().value());
    }
    List<Output<TFloat32>> m = tf.split(tf.constant(1), recurrent, (long) PARTS).output();
    List<Output<TFloat32>> x = tf.split(tf.constant(1), given, (long) PARTS).output();
    // eight parts, joined two by two
    Operand<TFloat32> part0 = tf.math.sigmoid(tf.math.add(x.get(0), m.get(0)));
    Operand<TFloat32> part1 = tf.nn.relu(tf.math.add(x.get(1), m.get(1)));
    Operand<TFloat32> part2 = tf.math.sigmoid(tf.math.add(x.get(2), m.get(2)));
    Operand<TFloat32> part3 = tf.nn.relu(tf.math.mul(x.get(3), m.get(3)));
    Operand<TFloat32> part4 = tf.math.tanh(tf.math.add(x.get(4), m.get(4)));
    Operand<TFloat32> part5 = tf.math.sigmoid(tf.math.add(x.get(5), m.get(5)));
    Operand<TFloat32> part6 = tf.math.tanh(tf.math.add(x.get(6), m.get(6)));
    Operand<TFloat32> part7 = tf.math.sigmoid(tf.math.add(x.get(7), m.get(7)));
    Operand<TFloat32> a = tf.math.tanh(tf.math.mul(part0, part1));
    Operand<TFloat32> b = tf.math.tanh(tf.math.add(part2, part3));
    Operand<TFloat32> d = tf.math.tanh(tf.math.mul(part4, part5));
    Operand<TFloat32> e = tf.math.sigmoid(tf.math.add(part6, part7));
    Operand<TFloat32> newC = tf.math.mul(tf.math.tanh(tf.math.add(a, c)), b);
    Operand<TFloat32> newH = tf.math.tanh(tf.math.mul(newC, tf.math.tanh(tf.math.add(d, e))));
    if (projection.isPresent()) {
      newH = tf.linalg.matMul(newH, projection.get().value());
    }
    return new Step(newH, new LSTMStateTuple(newC, newH));
  }
}
