package io.github.charlstm.graph;

import java.util.Arrays;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TNumber;

/**
 * Learning rates that depend on the number of steps taken (Python: the decay functions of {@code
 * tf.train}).
 *
 * <p>Each adds a float scalar to the graph, which every training step reads anew; {@link
 * LearningRate#of(Operand)} makes it an optimizer's rate:
 *
 * <pre>{@code
 * GraphVariable<TInt64> step = store.createGlobalStep();
 * var rate =
 *     LearningRateDecay.exponentialDecay(tf, LearningRate.of(0.1f), step.value(), 1000, 0.96, true);
 * Op train = new AdamOptimizer(LearningRate.of(rate)).minimize(tf, store, loss, step);
 * }</pre>
 *
 * <p>In the equations {@code p = global_step / decay_steps}, computed in floats. Arguments have
 * Python's order; {@code decaySteps} is above 0 and may be a fraction, all other numbers are
 * finite.
 */
public final class LearningRateDecay {
  private LearningRateDecay() {}

  /** {@code lr * decay_rate^p}, as {@link #exponentialDecay} without steps. */
  public static Operand<TFloat32> exponentialDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate) {
    return exponentialDecay(tf, learningRate, globalStep, decaySteps, decayRate, false);
  }

  /**
   * {@code lr * decay_rate^p} (Python: {@code tf.train.exponential_decay}).
   *
   * @param globalStep scalar
   * @param staircase whether p is rounded down, so that the rate changes every {@code decaySteps}
   *     steps; TF1's default is false
   */
  public static Operand<TFloat32> exponentialDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    Ops scope = tf.withSubScope("ExponentialDecay");
    Operand<TFloat32> base = constant(scope, "exponential_decay", "decay_rate", decayRate);
    Operand<TFloat32> p = periods(scope, "exponential_decay", globalStep, decaySteps, staircase);
    return scope.math.mul(learningRate.operand(scope), scope.math.pow(base, p));
  }

  /**
   * {@code lr * exp(-decay_rate)^p} (Python: {@code tf.train.natural_exp_decay}).
   *
   * @param globalStep scalar
   * @param staircase as in {@link #exponentialDecay}; TF1's default is false
   */
  public static Operand<TFloat32> naturalExpDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    Ops scope = tf.withSubScope("NaturalExpDecay");
    Operand<TFloat32> rate = constant(scope, "natural_exp_decay", "decay_rate", decayRate);
    Operand<TFloat32> base = scope.math.exp(scope.math.neg(rate));
    Operand<TFloat32> p = periods(scope, "natural_exp_decay", globalStep, decaySteps, staircase);
    return scope.math.mul(learningRate.operand(scope), scope.math.pow(base, p));
  }

  /**
   * {@code lr / (1 + decay_rate * p)} (Python: {@code tf.train.inverse_time_decay}).
   *
   * @param globalStep scalar
   * @param staircase as in {@link #exponentialDecay}; TF1's default is false
   */
  public static Operand<TFloat32> inverseTimeDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double decayRate,
      boolean staircase) {
    Ops scope = tf.withSubScope("InverseTimeDecay");
    Operand<TFloat32> rate = constant(scope, "inverse_time_decay", "decay_rate", decayRate);
    Operand<TFloat32> p = periods(scope, "inverse_time_decay", globalStep, decaySteps, staircase);
    Operand<TFloat32> divisor = scope.math.add(scope.constant(1f), scope.math.mul(rate, p));
    return scope.math.div(learningRate.operand(scope), divisor);
  }

  /** {@link #polynomialDecay} with TF1's defaults: down to 0.0001, linearly, without a cycle. */
  public static Operand<TFloat32> polynomialDecay(
      Ops tf, LearningRate learningRate, Operand<? extends TNumber> globalStep, double decaySteps) {
    return polynomialDecay(tf, learningRate, globalStep, decaySteps, 0.0001, 1.0, false);
  }

  /**
   * {@code (lr - end_learning_rate) * (1 - p)^power + end_learning_rate}, and the end's rate after
   * {@code decaySteps} (Python: {@code tf.train.polynomial_decay}).
   *
   * @param globalStep scalar
   * @param endLearningRate TF1's default is 0.0001
   * @param power TF1's default is 1
   * @param cycle whether the rate rises again after {@code decaySteps}: {@code decay_steps} is then
   *     the first multiple of {@code decaySteps} that is not below the step, and at least one;
   *     TF1's default is false
   */
  public static Operand<TFloat32> polynomialDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double endLearningRate,
      double power,
      boolean cycle) {
    String name = "polynomial_decay";
    Ops scope = tf.withSubScope("PolynomialDecay");
    Operand<TFloat32> end = constant(scope, name, "end_learning_rate", endLearningRate);
    Operand<TFloat32> exponent = constant(scope, name, "power", power);
    Operand<TFloat32> step = scope.dtypes.cast(globalStep, TFloat32.class);
    Operand<TFloat32> length = decaySteps(scope, name, decaySteps);
    if (cycle) {
      Operand<TBool> first = scope.math.equal(step, scope.constant(0f));
      Operand<TFloat32> cycles = scope.math.ceil(scope.math.div(step, length));
      length = scope.math.mul(length, scope.select(first, scope.onesLike(cycles), cycles));
    } else {
      step = scope.math.minimum(step, length);
    }
    Operand<TFloat32> left = scope.math.sub(scope.constant(1f), scope.math.div(step, length));
    Operand<TFloat32> range = scope.math.sub(learningRate.operand(scope), end);
    return scope.math.add(scope.math.mul(range, scope.math.pow(left, exponent)), end);
  }

  /** {@link #cosineDecay} down to 0, TF1's default of {@code alpha}. */
  public static Operand<TFloat32> cosineDecay(
      Ops tf, LearningRate learningRate, Operand<? extends TNumber> globalStep, double decaySteps) {
    return cosineDecay(tf, learningRate, globalStep, decaySteps, 0);
  }

  /**
   * {@code lr * ((1 - alpha) * (1 + cos(pi * p)) / 2 + alpha)}, and {@code lr * alpha} after {@code
   * decaySteps} (Python: {@code tf.train.cosine_decay}). Loshchilov and Hutter, SGDR: stochastic
   * gradient descent with warm restarts, ICLR 2017.
   *
   * @param globalStep scalar
   * @param alpha smallest rate as a share of {@code lr}; TF1's default is 0
   */
  public static Operand<TFloat32> cosineDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double alpha) {
    String name = "cosine_decay";
    Ops scope = tf.withSubScope("CosineDecay");
    Operand<TFloat32> smallest = constant(scope, name, "alpha", alpha);
    Operand<TFloat32> length = decaySteps(scope, name, decaySteps);
    Operand<TFloat32> step =
        scope.math.minimum(scope.dtypes.cast(globalStep, TFloat32.class), length);
    Operand<TFloat32> cosine =
        scope.math.mul(scope.constant(0.5f), cosinePlusOne(scope, scope.math.div(step, length)));
    Operand<TFloat32> share =
        scope.math.add(scope.math.mul(scope.constant((float) (1 - alpha)), cosine), smallest);
    return scope.math.mul(learningRate.operand(scope), share);
  }

  /**
   * {@link #cosineDecayRestarts} with TF1's defaults: each period twice as long as the one before
   * ({@code t_mul}), from the same rate ({@code m_mul} 1), down to 0 ({@code alpha}).
   */
  public static Operand<TFloat32> cosineDecayRestarts(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double firstDecaySteps) {
    return cosineDecayRestarts(tf, learningRate, globalStep, firstDecaySteps, 2, 1, 0);
  }

  /**
   * {@link #cosineDecay} that starts again after each period (Python: {@code
   * tf.train.cosine_decay_restarts}): {@code lr * ((1 - alpha) * m_mul^i * (1 + cos(pi * p)) / 2 +
   * alpha)}, where i counts the periods from 0 and p is the part of the period that is over.
   * Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.
   *
   * @param globalStep scalar
   * @param firstDecaySteps steps of the first period
   * @param tMul each period's length in those of the one before, above 0; TF1's default is 2
   * @param mMul each period's first rate as a share of that of the one before; TF1's default is 1
   * @param alpha smallest rate as a share of {@code lr}; TF1's default is 0
   */
  public static Operand<TFloat32> cosineDecayRestarts(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double firstDecaySteps,
      double tMul,
      double mMul,
      double alpha) {
    String name = "cosine_decay_restarts";
    if (!(tMul > 0)) {
      throw new IllegalArgumentException(name + " expects a t_mul above 0, found " + tMul);
    }
    Ops scope = tf.withSubScope("SGDRDecay");
    Operand<TFloat32> one = scope.constant(1f);
    Operand<TFloat32> factor = constant(scope, name, "m_mul", mMul);
    Operand<TFloat32> smallest = constant(scope, name, "alpha", alpha);
    Operand<TFloat32> growth = constant(scope, name, "t_mul", tMul);
    Operand<TFloat32> over =
        scope.math.div(
            scope.dtypes.cast(globalStep, TFloat32.class),
            positive(scope, name, "first_decay_steps", firstDecaySteps));
    Operand<TFloat32> period;
    Operand<TFloat32> p;
    if ((float) tMul == 1) {
      period = scope.math.floor(over);
      p = scope.math.sub(over, period);
    } else { // the first i periods take (1 - t_mul^i) / (1 - t_mul) times the first one
      Operand<TFloat32> shrink = scope.math.sub(one, growth);
      period =
          scope.math.floor(
              scope.math.div(
                  scope.math.log(scope.math.sub(one, scope.math.mul(over, shrink))),
                  scope.math.log(growth)));
      Operand<TFloat32> length = scope.math.pow(growth, period);
      Operand<TFloat32> before = scope.math.div(scope.math.sub(one, length), shrink);
      p = scope.math.div(scope.math.sub(over, before), length);
    }
    Operand<TFloat32> height = scope.math.mul(scope.constant(0.5f), scope.math.pow(factor, period));
    Operand<TFloat32> cosine = scope.math.mul(height, cosinePlusOne(scope, p));
    Operand<TFloat32> share =
        scope.math.add(scope.math.mul(scope.math.sub(one, smallest), cosine), smallest);
    return scope.math.mul(learningRate.operand(scope), share);
  }

  /**
   * {@code lr * ((alpha + 1 - p) * (1 + cos(2 * pi * num_periods * p)) / 2 + beta)}, with p at most
   * 1 (Python: {@code tf.train.linear_cosine_decay}). Bello, Zoph, Vasudevan and Le, Neural
   * optimizer search with reinforcement learning, ICML 2017.
   *
   * @param globalStep scalar
   * @param numPeriods periods of the cosine in {@code decaySteps}; TF1's default is 0.5
   * @param alpha TF1's default is 0
   * @param beta TF1's default is 0.001
   */
  public static Operand<TFloat32> linearCosineDecay(
      Ops tf,
      LearningRate learningRate,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      double numPeriods,
      double alpha,
      double beta) {
    String name = "linear_cosine_decay";
    Ops scope = tf.withSubScope("LinearCosineDecay");
    Operand<TFloat32> length = decaySteps(scope, name, decaySteps);
    Operand<TFloat32> step =
        scope.math.minimum(scope.dtypes.cast(globalStep, TFloat32.class), length);
    Operand<TFloat32> left = scope.math.div(scope.math.sub(length, step), length);
    Operand<TFloat32> periods =
        scope.math.mul(scope.constant(2f), constant(scope, name, "num_periods", numPeriods));
    Operand<TFloat32> p = scope.math.mul(periods, scope.math.div(step, length));
    Operand<TFloat32> cosine = scope.math.mul(scope.constant(0.5f), cosinePlusOne(scope, p));
    Operand<TFloat32> line = scope.math.add(constant(scope, name, "alpha", alpha), left);
    Operand<TFloat32> share =
        scope.math.add(scope.math.mul(line, cosine), constant(scope, name, "beta", beta));
    return scope.math.mul(learningRate.operand(scope), share);
  }

  // 1 + cos(pi * p)
  private static Operand<TFloat32> cosinePlusOne(Ops scope, Operand<TFloat32> p) {
    Operand<TFloat32> angle = scope.math.mul(scope.constant((float) Math.PI), p);
    return scope.math.add(scope.constant(1f), scope.math.cos(angle));
  }

  /**
   * {@code values[0]} up to and with {@code boundaries[0]}, then {@code values[1]} up to and with
   * {@code boundaries[1]}, and so on (Python: {@code tf.train.piecewise_constant}).
   *
   * @param x scalar, usually the global step
   * @param boundaries at least one, ascending; whole numbers if x is an integer
   * @param values one more than boundaries
   */
  public static Operand<TFloat32> piecewiseConstant(
      Ops tf, Operand<? extends TNumber> x, double[] boundaries, float[] values) {
    if (boundaries.length == 0 || values.length != boundaries.length + 1) {
      throw new IllegalArgumentException(
          ("piecewise_constant expects at least one boundary and one value more than boundaries,"
                  + " found %s boundaries and %s values")
              .formatted(boundaries.length, values.length));
    }
    boolean whole = TIntegral.class.isAssignableFrom(x.type());
    for (int k = 0; k < boundaries.length; k++) {
      double bound = boundaries[k];
      if (!Double.isFinite(bound)
          || (whole && bound != Math.rint(bound))
          || (k > 0 && bound < boundaries[k - 1])) {
        throw new IllegalArgumentException(
            "piecewise_constant expects finite ascending boundaries%s, found %s"
                .formatted(whole ? ", whole numbers as x is" : "", Arrays.toString(boundaries)));
      }
    }
    return piecewise(tf.withSubScope("PiecewiseConstant"), x, boundaries, values);
  }

  private static <T extends TNumber> Operand<TFloat32> piecewise(
      Ops scope, Operand<T> x, double[] boundaries, float[] values) {
    Operand<TFloat32> result = scope.constant(values[boundaries.length]);
    for (int k = boundaries.length - 1; k >= 0; k--) {
      Operand<T> bound = scope.dtypes.cast(scope.constant(boundaries[k]), x.type());
      result = scope.select(scope.math.lessEqual(x, bound), scope.constant(values[k]), result);
    }
    return result;
  }

  // p
  private static Operand<TFloat32> periods(
      Ops scope,
      String function,
      Operand<? extends TNumber> globalStep,
      double decaySteps,
      boolean staircase) {
    Objects.requireNonNull(globalStep, "globalStep");
    Operand<TFloat32> p =
        scope.math.div(
            scope.dtypes.cast(globalStep, TFloat32.class), decaySteps(scope, function, decaySteps));
    return staircase ? scope.math.floor(p) : p;
  }

  private static Operand<TFloat32> decaySteps(Ops scope, String function, double decaySteps) {
    return positive(scope, function, "decay_steps", decaySteps);
  }

  private static Operand<TFloat32> positive(
      Ops scope, String function, String argument, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "%s expects %s above 0, found %s".formatted(function, argument, value));
    }
    return constant(scope, function, argument, value);
  }

  private static Operand<TFloat32> constant(
      Ops scope, String function, String argument, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s expects a finite %s, found %s".formatted(function, argument, value));
    }
    return scope.constant((float) value);
  }
}
