package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The LSTM with layer normalization and recurrent dropout (Python: {@code
 * tf.contrib.rnn.LayerNormBasicLSTMCell}).
 *
 * <p>With {@code [i, j, f, o] = [x, h] kernel}, each {@code [batch, units]}, and n the
 * normalization over the units of a row, with a gamma and a beta of its own for each use:
 *
 * <pre>
 * n(x) = gamma * (x - mean(x)) / sqrt(variance(x) + 1e-12) + beta
 * c' = n(c * sigmoid(n(f) + forget_bias) + sigmoid(n(i)) * dropout(tanh(n(j))))
 * h' = tanh(c') * sigmoid(n(o))
 * </pre>
 *
 * <p>h' is the output; the normalized c' is the memory of the next step. Without {@code layer_norm}
 * n(x) is x and {@code [i, j, f, o] = [x, h] kernel + bias}. Ba, Kiros and Hinton, Layer
 * normalization, arXiv:1607.06450; Semeniuta, Severyn and Barth, Recurrent dropout without memory
 * loss, arXiv:1603.05118.
 *
 * <p>Dropout draws a fresh mask at each step, as {@link DropoutWrapper} does by default, but the
 * seed is used as it is: with TF1's seed of the graph the masks are Python's. In an unrolled loop
 * all steps, and all cells with the same seed, then have the same masks. To evaluate without
 * dropout, use a placeholder as {@code dropout_keep_prob}.
 *
 * <p>Variables: {@code layer_norm_basic_lstm_cell/kernel [inputDepth + units, 4 * units]}, with the
 * scope's default initializer, in TF1 glorot uniform; then {@code gamma} and {@code beta [units]}
 * in each of the scopes {@code input}, {@code transform} (of j), {@code forget}, {@code output} and
 * {@code state}. Without {@code layer_norm}, kernel and {@code bias [4 * units]}, which has the
 * scope's default initializer too. State: {@link LSTMStateTuple}.
 */
public final class LayerNormBasicLSTMCell extends LayerRNNCell {
  private static final List<String> NORM_SCOPES =
      List.of("input", "transform", "forget", "output", "state");
  private static final int STATE = 4;
  private static final double EPSILON = 1e-12;

  private final double forgetBias;
  private final boolean layerNorm;
  private final double normGain;
  private final double normShift;
  private final KeepProb keepProb;
  private final OptionalLong seed;
  private final Optional<RandomSource> givenNoise;
  private RandomSource noise;
  private Optional<GraphVariable<?>> bias = Optional.empty();
  private final List<Norm> norms = new ArrayList<>(); // by NORM_SCOPES; empty without layer_norm

  /** A cell of {@code numUnits}, at least 1, with TF1's defaults. */
  public LayerNormBasicLSTMCell(int numUnits) {
    this(builder(numUnits));
  }

  private LayerNormBasicLSTMCell(Builder options) {
    super(options, "layer_norm_basic_lstm_cell");
    forgetBias = options.forgetBias;
    layerNorm = options.layerNorm;
    normGain = options.normGain;
    normShift = options.normShift;
    keepProb = options.keepProb;
    seed = options.seed;
    givenNoise = options.noise;
  }

  /** Options of a cell of {@code numUnits}, at least 1; all at TF1's defaults. */
  public static Builder builder(int numUnits) {
    return new Builder(numUnits);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends ActivationBuilder<Builder> {
    private static final String KEEP_PROB = "dropout_keep_prob";
    private double forgetBias = 1;
    private boolean layerNorm = true;
    private double normGain = 1;
    private double normShift;
    private KeepProb keepProb = KeepProb.of(KEEP_PROB, 1f);
    private OptionalLong seed = OptionalLong.empty();
    private Optional<RandomSource> noise = Optional.empty();

    private Builder(int numUnits) {
      super("LayerNormBasicLSTMCell", numUnits);
    }

    /** Finite number added to the forget gate before its sigmoid; 1 by default. */
    public Builder forgetBias(double value) {
      this.forgetBias = requireFinite("forget_bias", value);
      return this;
    }

    /** Whether gates, new input and memory are normalized; true by default. */
    public Builder layerNorm(boolean wanted) {
      this.layerNorm = wanted;
      return this;
    }

    /** Initial value of each gamma, finite; 1 by default. Ignored without {@code layer_norm}. */
    public Builder normGain(double value) {
      this.normGain = requireFinite("norm_gain", value);
      return this;
    }

    /** Initial value of each beta, finite; 0 by default. Ignored without {@code layer_norm}. */
    public Builder normShift(double value) {
      this.normShift = requireFinite("norm_shift", value);
      return this;
    }

    /** Share of the new input's values to keep, above 0 and at most 1; 1 by default. */
    public Builder dropoutKeepProb(double share) {
      this.keepProb = KeepProb.exactly(KEEP_PROB, DropoutWrapper.requireKeepProb(KEEP_PROB, share));
      return this;
    }

    /** Share of the new input's values to keep: a scalar of the graph, read at each run. */
    public Builder dropoutKeepProb(Operand<? extends TFloating> share) {
      this.keepProb = KeepProb.fed("LayerNormBasicLSTMCell", KEEP_PROB, share);
      return this;
    }

    /** Seed of the masks; none by default. */
    public Builder dropoutProbSeed(long number) {
      this.seed = OptionalLong.of(number);
      return this;
    }

    /**
     * Source of the random numbers, in [0, 1); by default {@link RandomSource#stream} of the
     * scope's seeds.
     */
    public Builder noise(RandomSource source) {
      this.noise = Optional.of(source);
      return this;
    }

    @Override
    public LayerNormBasicLSTMCell build() {
      return new LayerNormBasicLSTMCell(this);
    }
  }

  /** Scale and offset of one normalization, each {@code [units]}. */
  private record Norm(GraphVariable<?> gamma, GraphVariable<?> beta) {
    <T extends TFloating> Operand<T> apply(Ops tf, Operand<T> x) {
      Operand<T> mean = tf.math.mean(x, tf.constant(1), Mean.keepDims(true)); // [B, 1]
      Operand<T> squares = tf.math.squaredDifference(x, tf.stopGradient(mean));
      Operand<T> variance = tf.math.mean(squares, tf.constant(1), Mean.keepDims(true));
      Operand<T> scale = // [B, U]
          tf.math.mul(
              tf.math.rsqrt(tf.math.add(variance, Dtypes.constant(tf, x.type(), EPSILON))),
              gamma.as(x.type()).value());
      // TF1's order of operations
      return tf.math.add(
          tf.math.mul(x, scale), tf.math.sub(beta.as(x.type()).value(), tf.math.mul(mean, scale)));
    }
  }

  @Override
  public int outputSize() {
    return numUnits();
  }

  @Override
  public StateSize stateSize() {
    return StateSize.lstm(numUnits(), numUnits());
  }

  @Override
  <T extends TFloating> GraphVariable<T> createVariables(
      VariableScope own, Class<T> dtype, long depth) {
    long columns = 4L * numUnits();
    GraphVariable<T> kernel =
        own.getVariable("kernel", dtype, Shape.of(depth + numUnits(), columns));
    if (layerNorm) {
      Shape shape = Shape.of(numUnits());
      for (String name : NORM_SCOPES) {
        VariableScope scope = own.child(name);
        norms.add(
            new Norm(
                scope.getVariable("gamma", dtype, shape, Initializers.constant(normGain)),
                scope.getVariable("beta", dtype, shape, Initializers.constant(normShift))));
      }
    } else {
      bias = Optional.of(own.getVariable("bias", dtype, Shape.of(columns)));
    }
    noise = givenNoise.orElseGet(() -> RandomSource.stream(own.randomSeeds()));
    return kernel;
  }

  @Override
  <T extends TFloating> Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Operand<T> c = state.flatten().get(0);
    Operand<T> h = state.flatten().get(1);
    Operand<T> sums = product(tf, inputs, h, kernel()); // [B, 4U]
    if (bias.isPresent()) {
      sums = tf.nn.biasAdd(sums, bias.get().as(inputs.type()).value());
    }
    // i = input gate, j = new input, f = forget gate, o = output gate; each [B, U]
    List<Output<T>> ijfo = tf.split(tf.constant(1), sums, 4L).output();
    Operand<T> i = normalized(tf, ijfo.get(0), 0);
    Operand<T> j = normalized(tf, ijfo.get(1), 1);
    Operand<T> f = normalized(tf, ijfo.get(2), 2);
    Operand<T> o = normalized(tf, ijfo.get(3), 3);
    Operand<T> newInput = activate(tf, j);
    if (keepProb.drops()) {
      newInput = DropoutMask.fresh(tf, newInput, keepProb, noise, seed);
    }
    Operand<T> newC =
        normalized(
            tf,
            tf.math.add(
                tf.math.mul(
                    c,
                    tf.math.sigmoid(
                        tf.math.add(f, Dtypes.constant(tf, inputs.type(), forgetBias)))),
                tf.math.mul(tf.math.sigmoid(i), newInput)),
            STATE);
    Operand<T> newH = tf.math.mul(activate(tf, newC), tf.math.sigmoid(o));
    return new Step<>(newH, new LSTMStateTuple<>(newC, newH));
  }

  /** Whether it normalizes, with tanh as activation and without dropout of its own. */
  boolean isPlain() {
    return layerNorm && hasTanh() && !keepProb.drops();
  }

  /**
   * Gammas of i, j, f and o, their betas (with the forget bias), gamma and beta of c: {@code [10,
   * units]}. Joined a few at a time: the gradient of an operation of more than four inputs visits
   * them in no fixed order.
   */
  Operand<TFloat32> parameters(Ops tf) {
    List<Operand<TFloat32>> gammas = new ArrayList<>();
    List<Operand<TFloat32>> betas = new ArrayList<>();
    for (Norm norm : norms) {
      gammas.add(norm.gamma().as(TFloat32.class).value());
      betas.add(norm.beta().as(TFloat32.class).value());
    }
    betas.set(2, tf.math.add(betas.get(2), tf.constant((float) forgetBias)));
    return tf.concat(
        List.of(
            tf.stack(gammas.subList(0, STATE)),
            tf.stack(betas.subList(0, STATE)),
            tf.stack(List.of(gammas.get(STATE), betas.get(STATE)))),
        tf.constant(0));
  }

  private <T extends TFloating> Operand<T> normalized(Ops tf, Operand<T> x, int scope) {
    return layerNorm ? norms.get(scope).apply(tf, x) : x;
  }
}
