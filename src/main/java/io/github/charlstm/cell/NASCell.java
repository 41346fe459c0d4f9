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
import org.tensorflow.types.family.TFloating;

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
  private GraphVariable<?> recurrentKernel;
  private Optional<GraphVariable<?>> bias = Optional.empty();
  private Optional<GraphVariable<?>> projection = Optional.empty();

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
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    long columns = (long) PARTS * numUnits();
    recurrentKernel = own.getVariable("recurrent_kernel", dtype, Shape.of(outputSize(), columns));
    GraphVariable<T> kernel = own.getVariable("kernel", dtype, Shape.of(depth, columns));
    if (useBias) {
      bias = Optional.of(own.getVariable("bias", dtype, Shape.of(columns), Initializers.zeros()));
    }
    if (numProj.isPresent()) {
      projection =
          Optional.of(
              own.getVariable(
                  "projection_weights", dtype, Shape.of(numUnits(), numProj.getAsInt())));
    }
    return kernel;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Operand<T> c = state.flatten().get(0);
    Operand<T> h = state.flatten().get(1);
    Operand<T> recurrent =
        tf.linalg.matMul(h, recurrentKernel.as(inputs.type()).value()); // [B, 8U]
    Operand<T> given = tf.linalg.matMul(inputs, kernel().as(inputs.type()).value()); // [B, 8U]
    if (bias.isPresent()) {
      recurrent = tf.nn.biasAdd(recurrent, bias.get().as(inputs.type()).value());
    }
    List<Output<T>> m = tf.split(tf.constant(1), recurrent, (long) PARTS).output();
    List<Output<T>> x = tf.split(tf.constant(1), given, (long) PARTS).output();
    // eight parts, joined two by two
    Operand<T> part0 = tf.math.sigmoid(tf.math.add(x.get(0), m.get(0)));
    Operand<T> part1 = tf.nn.relu(tf.math.add(x.get(1), m.get(1)));
    Operand<T> part2 = tf.math.sigmoid(tf.math.add(x.get(2), m.get(2)));
    Operand<T> part3 = tf.nn.relu(tf.math.mul(x.get(3), m.get(3)));
    Operand<T> part4 = tf.math.tanh(tf.math.add(x.get(4), m.get(4)));
    Operand<T> part5 = tf.math.sigmoid(tf.math.add(x.get(5), m.get(5)));
    Operand<T> part6 = tf.math.tanh(tf.math.add(x.get(6), m.get(6)));
    Operand<T> part7 = tf.math.sigmoid(tf.math.add(x.get(7), m.get(7)));
    Operand<T> a = tf.math.tanh(tf.math.mul(part0, part1));
    Operand<T> b = tf.math.tanh(tf.math.add(part2, part3));
    Operand<T> d = tf.math.tanh(tf.math.mul(part4, part5));
    Operand<T> e = tf.math.sigmoid(tf.math.add(part6, part7));
    Operand<T> newC = tf.math.mul(tf.math.tanh(tf.math.add(a, c)), b);
    Operand<T> newH = tf.math.tanh(tf.math.mul(newC, tf.math.tanh(tf.math.add(d, e))));
    if (projection.isPresent()) {
      newH = tf.linalg.matMul(newH, projection.get().as(inputs.type()).value());
    }
    return new Step<>(newH, new LSTMStateTuple<>(newC, newH));
  }
}
