package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.math.Cumprod;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.op.random.RandomStandardNormal;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Base of the monotonic mechanisms: a place of the memory is attended to only behind those of the
 * step before (Python: {@code tf.contrib.seq2seq.monotonic_attention}).
 */
public abstract class MonotonicAttention extends AttentionMechanism {
  private final double sigmoidNoise;
  private final OptionalLong sigmoidNoiseSeed;
  private final double scoreBiasInit;
  private final Mode mode;
  private GraphVariable<? extends TFloating> bias;

  /** How alignments are computed from choosing probabilities. */
  public enum Mode {
    /** One place after the other; the length of the memory must be known to the graph. */
    RECURSIVE,
    /** By cumulative sums and products; inaccurate for long memories. */
    PARALLEL,
    /** For probabilities 0 and 1 only, and without gradient. */
    HARD
  }

  MonotonicAttention(MonotonicBuilder<?, ?> options, String scopeName) {
    super(options, scopeName);
    sigmoidNoise = options.sigmoidNoise;
    sigmoidNoiseSeed = options.sigmoidNoiseSeed;
    scoreBiasInit = options.scoreBiasInit;
    mode = options.mode;
  }

  /** Options of the monotonic mechanisms. */
  abstract static class MonotonicBuilder<
          M extends AttentionMechanism, B extends MonotonicBuilder<M, B>>
      extends Builder<M, B> {
    private double sigmoidNoise;
    private OptionalLong sigmoidNoiseSeed = OptionalLong.empty();
    private double scoreBiasInit;
    private Mode mode = Mode.PARALLEL;

    MonotonicBuilder(
        Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
      super(tf, scope, numUnits, memory);
    }

    /** Standard deviation of normal noise that is added to scores, 0 or more; 0 by default. */
    public B sigmoidNoise(double deviation) {
      if (!(deviation >= 0) || Double.isInfinite(deviation)) {
        throw new IllegalArgumentException(
            "monotonic attention expects a sigmoid_noise of 0 or more, found " + deviation);
      }
      this.sigmoidNoise = deviation;
      return self();
    }

    /** Seed of the noise; none by default. */
    public B sigmoidNoiseSeed(long number) {
      this.sigmoidNoiseSeed = OptionalLong.of(number);
      return self();
    }

    /** Initial value of the bias of scores; 0 by default. */
    public B scoreBiasInit(double value) {
      this.scoreBiasInit = value;
      return self();
    }

    /** How alignments are computed; {@link Mode#PARALLEL} by default. */
    public B mode(Mode way) {
      this.mode = Objects.requireNonNull(way, "mode");
      return self();
    }
  }

  abstract <T extends TFloating> void makeScoreVariables(
      VariableScope own, Class<T> dtype, int queryDepth);

  abstract <T extends TFloating> Operand<T> scoreWithoutBias(Ops tf, Operand<T> query);

  @Override
  final <T extends TFloating> void makeVariables(
      VariableScope own, Class<T> dtype, int queryDepth) {
    makeScoreVariables(own, dtype, queryDepth);
    bias =
        own.getVariable(
            "attention_score_bias",
            dtype,
            Shape.scalar(),
            Initializers.constant(new double[] {scoreBiasInit}));
  }

  @Override
  final <T extends TFloating> Operand<T> score(Ops tf, Operand<T> query) {
    return tf.math.add(scoreWithoutBias(tf, query), bias.as(query.type()).value());
  }

  /** The first place with probability 1. */
  @Override
  <T extends TFloating> Operand<T> initialAlignments(
      Ops tf, Operand<TInt32> batch, Class<T> dtype) {
    Operand<TInt32> zeros = tf.fill(tf.reshape(batch, tf.array(1)), tf.constant(0));
    return tf.oneHot(
        zeros, length(tf), Dtypes.constant(tf, dtype, 1), Dtypes.constant(tf, dtype, 0));
  }

  @Override
  final <T extends TFloating> Operand<T> probabilities(
      VariableScope variables, Ops tf, Operand<T> scores, Operand<T> previous) {
    Class<T> dtype = scores.type();
    Operand<T> noisy = scores;
    if (sigmoidNoise > 0) {
      RandomSeeds.Pair seeds = variables.randomSeeds().pair(tf, sigmoidNoiseSeed);
      Operand<T> noise =
          tf.stopGradient(
              tf.random.randomStandardNormal(
                  tf.shape(scores),
                  dtype,
                  RandomStandardNormal.seed(seeds.seed()),
                  RandomStandardNormal.seed2(seeds.seed2())));
      noisy = tf.math.add(scores, tf.math.mul(Dtypes.constant(tf, dtype, sigmoidNoise), noise));
    }
    Operand<T> chosen =
        mode == Mode.HARD
            ? tf.dtypes.cast(tf.math.greater(noisy, tf.zerosLike(noisy)), dtype)
            : tf.math.sigmoid(noisy);
    return alignments(tf, chosen, previous, mode);
  }

  /**
   * Alignments from the probabilities of choosing a place once it is reached (Python: {@code
   * monotonic_attention}).
   *
   * @param chosen {@code [batch, length]}, each 0 to 1
   * @param previous alignments of the step before, {@code [batch, length]}
   * @throws IllegalArgumentException in mode RECURSIVE if the length is not known to the graph
   */
  public static <T extends TFloating> Operand<T> alignments(
      Ops tf, Operand<T> chosen, Operand<T> previous, Mode mode) {
    return switch (mode) {
      case RECURSIVE -> recursive(tf, chosen, previous);
      case PARALLEL -> parallel(tf, chosen, previous);
      case HARD -> tf.stopGradient(hard(tf, chosen, previous));
    };
  }

  // q_l = (1 - p_{l-1}) q_{l-1} + previous_l
  private static <T extends TFloating> Operand<T> recursive(
      Ops tf, Operand<T> chosen, Operand<T> previous) {
    long length = chosen.shape().get(1);
    if (length < 0) {
      throw new IllegalArgumentException(
          "monotonic attention of mode RECURSIVE needs a memory of known length, found "
              + chosen.shape());
    }
    Operand<T> one = Dtypes.constant(tf, chosen.type(), 1);
    List<Operand<T>> places = new ArrayList<>();
    for (int l = 0; l < length; l++) {
      Operand<T> q = column(tf, previous, l);
      if (l > 0) {
        Operand<T> passed = tf.math.sub(one, column(tf, chosen, l - 1));
        q = tf.math.add(tf.math.mul(passed, places.get(l - 1)), q);
      }
      places.add(q);
    }
    Operand<T> all =
        places.size() == 1
            ? tf.expandDims(places.get(0), tf.constant(1))
            : tf.stack(places, Stack.axis(1L));
    return tf.math.mul(chosen, all);
  }

  private static <T extends TFloating> Operand<T> column(Ops tf, Operand<T> matrix, int place) {
    return tf.gather(matrix, tf.constant(place), tf.constant(1));
  }

  private static <T extends TFloating> Operand<T> parallel(
      Ops tf, Operand<T> chosen, Operand<T> previous) {
    Class<T> dtype = chosen.type();
    Operand<T> one = Dtypes.constant(tf, dtype, 1);
    Operand<T> passed = safeCumprod(tf, tf.math.sub(one, chosen), 1, Cumsum.exclusive(true));
    Operand<T> bounded = tf.clipByValue(passed, Dtypes.constant(tf, dtype, 1e-10), one);
    Operand<T> sums = tf.math.cumsum(tf.math.div(previous, bounded), tf.constant(1));
    return tf.math.mul(tf.math.mul(chosen, passed), sums);
  }

  private static <T extends TFloating> Operand<T> hard(
      Ops tf, Operand<T> chosen, Operand<T> previous) {
    Operand<T> behind = tf.math.mul(chosen, tf.math.cumsum(previous, tf.constant(1)));
    Operand<T> one = Dtypes.constant(tf, chosen.type(), 1);
    Operand<T> none =
        tf.math.cumprod(tf.math.sub(one, behind), tf.constant(1), Cumprod.exclusive(true));
    return tf.math.mul(behind, none);
  }

  /**
   * The cumulative product of numbers from 0 to 1, by logarithms (Python: {@code safe_cumprod}):
   * factors count as at least the smallest normal number of their type.
   *
   * @param options as those of {@code tf.cumsum}
   */
  public static <T extends TFloating> Operand<T> safeCumprod(
      Ops tf, Operand<T> x, int axis, Cumsum.Options... options) {
    Class<T> dtype = x.type();
    Operand<T> bounded =
        tf.clipByValue(x, Dtypes.constant(tf, dtype, tiny(dtype)), Dtypes.constant(tf, dtype, 1));
    return tf.math.exp(tf.math.cumsum(tf.math.log(bounded), tf.constant(axis), options));
  }

  private static double tiny(Class<? extends TFloating> dtype) {
    if (dtype == TFloat64.class) {
      return Double.MIN_NORMAL;
    }
    return dtype == TFloat16.class ? 0x1p-14 : Float.MIN_NORMAL;
  }
}
