package io.github.charlstm.graph;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.linalg.Qr;
import org.tensorflow.op.random.RandomStandardNormal;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.op.random.TruncatedNormal;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * TF1's initializers (Python: {@code tf.zeros_initializer} and its kin).
 *
 * <p>Values equal Python's bit for bit (orthogonal: to rounding), and each adds the operations that
 * Python adds, in Python's order: {@link RandomSeeds#of} counts them.
 */
public final class Initializers {
  // From this size on TF1 fills at run time; smaller tensors are constants.
  private static final long FILLED_SIZE = 1000;
  // Standard deviation of a standard normal truncated at -2 and 2.
  private static final double TRUNCATED_DEVIATION = .87962566103423978;

  private Initializers() {}

  /** Zeros (Python: {@code tf.zeros_initializer}); the default of biases. */
  public static Initializer zeros() {
    return filled(0);
  }

  /** Ones (Python: {@code tf.ones_initializer}). */
  public static Initializer ones() {
    return filled(1);
  }

  /** One value, which is not stored once for each element of a large variable. */
  static Initializer filled(double value) {
    return (tf, shape, dtype, seeds) -> filled(tf, shape, dtype, value);
  }

  /**
   * Given values in row-major order (Python: {@code tf.constant_initializer}). If they are fewer
   * than the variable holds, the last one fills the rest; so one value fills all. They are stored
   * in the graph: for large variables {@link #zeros} and {@link #ones} are smaller.
   *
   * @param values at least one; at most as many as the variable holds
   */
  public static Initializer constant(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("constant_initializer needs at least one value");
    }
    double[] given = values.clone();
    return (tf, shape, dtype, seeds) -> {
      if (given.length > shape.size() && !(given.length == 1 && shape.size() == 0)) {
        throw new IllegalArgumentException(
            "constant_initializer has %s values, more than the %s of a variable of shape %s"
                .formatted(given.length, shape.size(), shape));
      }
      double[] all = Arrays.copyOf(given, Math.toIntExact(shape.size()));
      if (all.length > given.length) {
        Arrays.fill(all, given.length, all.length, given[given.length - 1]);
      }
      return Dtypes.constant(tf, dtype, shape, all);
    };
  }

  /** As {@link #constant(double...)}. */
  public static Initializer constant(float... values) {
    double[] all = new double[values.length];
    for (int k = 0; k < all.length; k++) {
      all[k] = values[k];
    }
    return constant(all);
  }

  /**
   * As {@link #constant(double...)}; the shape of the array does not matter, as in TF1.
   *
   * @param values at least one
   */
  public static Initializer constant(FloatNdArray values) {
    float[] flat = new float[Math.toIntExact(values.size())];
    values.copyTo(DataBuffers.of(flat));
    return constant(flat);
  }

  /**
   * Uniform in {@code [-limit, limit)} with {@code limit = sqrt(6 / (fan_in + fan_out))} (Python:
   * {@code tf.glorot_uniform_initializer}); TF1's default of {@code get_variable}. For a matrix
   * {@code [fan_in, fan_out]}; a vector counts its length twice, a scalar one and one; with more
   * dimensions the last two are the fans, each times the size of the others.
   *
   * <p>Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
   * networks, AISTATS 2010.
   */
  public static SeededInitializer glorotUniform() {
    return varianceScaling(1, FanMode.FAN_AVG, Distribution.UNIFORM);
  }

  /**
   * Truncated normal of deviation {@code sqrt(2 / (fan_in + fan_out))} after truncation (Python:
   * {@code tf.glorot_normal_initializer}). Fans and paper as in {@link #glorotUniform}.
   */
  public static SeededInitializer glorotNormal() {
    return varianceScaling(1, FanMode.FAN_AVG, Distribution.TRUNCATED_NORMAL);
  }

  /**
   * What {@link #varianceScaling} divides the scale by; see {@link #glorotUniform} for the fans.
   */
  public enum FanMode {
    FAN_IN,
    FAN_OUT,
    /** The mean of both. */
    FAN_AVG
  }

  /** How {@link #varianceScaling} draws. */
  public enum Distribution {
    /** Normal values, drawn again beyond two deviations (also {@code "normal"} in Python). */
    TRUNCATED_NORMAL,
    UNTRUNCATED_NORMAL,
    UNIFORM
  }

  /** {@code varianceScaling(1, FAN_IN, TRUNCATED_NORMAL)}: TF1's defaults. */
  public static SeededInitializer varianceScaling() {
    return varianceScaling(1, FanMode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /**
   * Values of mean 0 and variance {@code v = scale / max(1, fan)} (Python: {@code
   * tf.variance_scaling_initializer}): normal of deviation {@code sqrt(v)}, or of {@code sqrt(v) /
   * 0.8796} before truncation, or uniform in {@code [-limit, limit)} with {@code limit = sqrt(3 *
   * v)}.
   *
   * @param scale above 0; TF1's default is 1
   * @param mode TF1's default is fan_in
   * @param distribution TF1's default is the truncated normal
   */
  public static SeededInitializer varianceScaling(
      double scale, FanMode mode, Distribution distribution) {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(distribution, "distribution");
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "variance_scaling needs a finite scale above 0, found " + scale);
    }
    // TF1's order, so that the last bit agrees: deviation and limit in doubles, the rest in floats
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> {
          double variance = scale / Math.max(1, fan(shape, mode));
          double deviation = Math.sqrt(variance);
          return switch (distribution) {
            case UNTRUNCATED_NORMAL -> normal(tf, shape, dtype, 0, deviation, pair);
            case TRUNCATED_NORMAL ->
                truncatedNormal(tf, shape, dtype, 0, (deviation / TRUNCATED_DEVIATION), pair);
            case UNIFORM -> symmetric(tf, shape, dtype, Math.sqrt(3 * variance), pair);
          };
        });
  }

  /**
   * {@code varianceScaling(2, FAN_IN, TRUNCATED_NORMAL)} (Python: {@code
   * tf.initializers.he_normal}). He and others, Delving deep into rectifiers, ICCV 2015.
   */
  public static SeededInitializer heNormal() {
    return varianceScaling(2, FanMode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /**
   * {@code varianceScaling(2, FAN_IN, UNIFORM)} (Python: {@code tf.initializers.he_uniform}). Paper
   * as in {@link #heNormal}.
   */
  public static SeededInitializer heUniform() {
    return varianceScaling(2, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /**
   * {@code varianceScaling(1, FAN_IN, TRUNCATED_NORMAL)} (Python: {@code
   * tf.initializers.lecun_normal}). LeCun and others, Efficient backprop, 1998.
   */
  public static SeededInitializer lecunNormal() {
    return varianceScaling(1, FanMode.FAN_IN, Distribution.TRUNCATED_NORMAL);
  }

  /**
   * {@code varianceScaling(1, FAN_IN, UNIFORM)} (Python: {@code tf.initializers.lecun_uniform}).
   * Paper as in {@link #lecunNormal}.
   */
  public static SeededInitializer lecunUniform() {
    return varianceScaling(1, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /**
   * Python: {@code tf.contrib.layers.xavier_initializer}. Uniform, it is {@link #glorotUniform};
   * normal, it is truncated with the deviation {@code sqrt(2.6 / (fan_in + fan_out))} before
   * truncation, where {@link #glorotNormal} has 2.585.
   *
   * @param uniform TF1's default is true
   */
  public static SeededInitializer xavier(boolean uniform) {
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> {
          double fan = fan(shape, FanMode.FAN_AVG);
          return uniform
              ? symmetric(tf, shape, dtype, Math.sqrt(3 / fan), pair)
              : truncatedNormal(tf, shape, dtype, 0, Math.sqrt(1.3 / fan), pair);
        });
  }

  /**
   * Normal values, drawn again beyond two standard deviations (Python: {@code
   * tf.truncated_normal_initializer}, whose defaults are 0 and 1).
   *
   * @param mean finite
   * @param standardDeviation of the normal before truncation, finite
   */
  public static SeededInitializer truncatedNormal(double mean, double standardDeviation) {
    requireNormal("truncated_normal", mean, standardDeviation);
    return new SeededInitializer(
        (tf, shape, dtype, pair) ->
            truncatedNormal(tf, shape, dtype, mean, standardDeviation, pair));
  }

  /**
   * Normal values (Python: {@code tf.random_normal_initializer}, whose defaults are 0 and 1).
   *
   * @param mean finite
   * @param standardDeviation finite
   */
  public static SeededInitializer randomNormal(double mean, double standardDeviation) {
    requireNormal("random_normal", mean, standardDeviation);
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> normal(tf, shape, dtype, mean, standardDeviation, pair));
  }

  /**
   * Uniform in {@code [min, max)}, {@code min + u * (max - min)} (Python: {@code
   * tf.random_uniform_initializer} with floats, whose defaults are 0 and 1).
   *
   * @param min finite
   * @param max finite
   */
  public static SeededInitializer randomUniform(double min, double max) {
    if (!Double.isFinite(min) || !Double.isFinite(max)) {
      throw new IllegalArgumentException(
          "random_uniform needs a finite minval and maxval, found " + min + " and " + max);
    }
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> uniform(tf, shape, dtype, min, max, pair));
  }

  /**
   * Uniform in {@code [-limit, limit)} with {@code limit = factor * sqrt(3 / fan)} (Python: {@code
   * tf.uniform_unit_scaling_initializer}); the fan is the product of all dimensions but the last,
   * at least 1.
   *
   * @param factor finite; TF1's default is 1
   */
  public static SeededInitializer uniformUnitScaling(double factor) {
    if (!Double.isFinite(factor)) {
      throw new IllegalArgumentException(
          "uniform_unit_scaling needs a finite factor, found " + factor);
    }
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> {
          int rank = shape.numDimensions();
          double fan = Math.max(1, rank < 2 ? 1 : shape.take(rank - 1).size());
          return symmetric(tf, shape, dtype, Math.sqrt(3 / fan) * factor, pair);
        });
  }

  /**
   * The identity matrix times a gain, also if it is not square (Python: {@code
   * tf.initializers.identity}).
   *
   * @param gain finite; TF1's default is 1
   */
  public static Initializer identity(double gain) {
    if (!Double.isFinite(gain)) {
      throw new IllegalArgumentException("identity needs a finite gain, found " + gain);
    }
    return (tf, shape, dtype, seeds) -> identity(tf, shape, dtype, gain);
  }

  // TF1's operations, which RandomSeeds counts; newer ones have more operands.
  private static <T extends TFloating> Operand<T> identity(
      Ops tf, Shape shape, Class<T> dtype, double gain) {
    if (shape.numDimensions() != 2) {
      throw new IllegalArgumentException(
          "identity needs a variable of two dimensions, found shape " + shape);
    }
    boolean square = shape.get(0) == shape.get(1);
    Shape diagonal = Shape.of(Math.min(shape.get(0), shape.get(1)));
    Operand<T> ones = filled(tf, diagonal, dtype, 1);
    OperationBuilder eye =
        square
            ? tf.scope().opBuilder("MatrixDiag", "eye")
            : tf.scope()
                .opBuilder("MatrixSetDiag", "eye")
                .addInput(filled(tf, shape, dtype, 0).asOutput());
    Operation built = eye.addInput(ones.asOutput()).build();
    return tf.math.mul(Dtypes.constant(tf, dtype, gain), built.<T>output(0));
  }

  /**
   * A random orthogonal matrix times a gain (Python: {@code tf.orthogonal_initializer}): its rows
   * are orthonormal if they are fewer than its columns, else its columns are. With more than two
   * dimensions all but the last count as rows; with fewer it is an error.
   *
   * <p>Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep
   * linear neural networks, ICLR 2014.
   *
   * @param gain finite; TF1's default is 1
   */
  public static SeededInitializer orthogonal(double gain) {
    if (!Double.isFinite(gain)) {
      throw new IllegalArgumentException("orthogonal needs a finite gain, found " + gain);
    }
    return new SeededInitializer(
        (tf, shape, dtype, pair) -> orthogonal(tf, shape, dtype, gain, pair));
  }

  private static <T extends TFloating> Operand<T> orthogonal(
      Ops tf, Shape shape, Class<T> dtype, double gain, Supplier<RandomSeeds.Pair> pair) {
    int rank = shape.numDimensions();
    if (rank < 2) {
      throw new IllegalArgumentException(
          "orthogonal needs a variable of two dimensions or more, found shape " + shape);
    }
    long columns = shape.get(rank - 1);
    long rows = shape.take(rank - 1).size();
    boolean wide = rows < columns;
    Shape tall = wide ? Shape.of(columns, rows) : Shape.of(rows, columns);
    Qr<T> qr = tf.linalg.qr(normal(tf, tall, dtype, 0, 1, pair), Qr.fullMatrices(false));
    // The signs of a QR factorization are not unique; with positive diagonals of r, q is
    // uniform.
    Operand<T> signs = tf.math.sign(tf.linalg.tensorDiagPart(qr.r()));
    Operand<T> q = tf.math.mul(qr.q(), signs);
    if (wide) {
      q = tf.linalg.transpose(q, tf.constant(new int[] {1, 0}));
    }
    Operand<T> shaped = tf.reshape(q, dimensions(tf, shape));
    return tf.math.mul(Dtypes.constant(tf, dtype, gain), shaped);
  }

  private static <T extends TFloating> Operand<T> filled(
      Ops tf, Shape shape, Class<T> dtype, double value) {
    if (shape.size() >= FILLED_SIZE) {
      return tf.fill(dimensions(tf, shape), Dtypes.constant(tf, dtype, value));
    }
    double[] values = new double[Math.toIntExact(shape.size())];
    Arrays.fill(values, value);
    return Dtypes.constant(tf, dtype, shape, values);
  }

  private static <T extends TFloating> Operand<T> uniform(
      Ops tf,
      Shape shape,
      Class<T> dtype,
      double min,
      double max,
      Supplier<RandomSeeds.Pair> pairs) {
    Operand<TInt32> dimensions = dimensions(tf, shape);
    Operand<T> low = Dtypes.constant(tf, dtype, min);
    Operand<T> high = Dtypes.constant(tf, dtype, max);
    RandomSeeds.Pair pair = pairs.get();
    Operand<T> unit =
        tf.random.randomUniform(
            dimensions, dtype, RandomUniform.seed(pair.seed()), RandomUniform.seed2(pair.seed2()));
    Operand<T> range = tf.math.sub(high, low);
    return tf.math.add(tf.math.mul(unit, range), low);
  }

  private static <T extends TFloating> Operand<T> normal(
      Ops tf,
      Shape shape,
      Class<T> dtype,
      double mean,
      double deviation,
      Supplier<RandomSeeds.Pair> pairs) {
    return shifted(
        tf,
        shape,
        dtype,
        mean,
        deviation,
        pairs,
        (dimensions, pair) ->
            tf.random.randomStandardNormal(
                dimensions,
                dtype,
                RandomStandardNormal.seed(pair.seed()),
                RandomStandardNormal.seed2(pair.seed2())));
  }

  private static <T extends TFloating> Operand<T> truncatedNormal(
      Ops tf,
      Shape shape,
      Class<T> dtype,
      double mean,
      double deviation,
      Supplier<RandomSeeds.Pair> pairs) {
    return shifted(
        tf,
        shape,
        dtype,
        mean,
        deviation,
        pairs,
        (dimensions, pair) ->
            tf.random.truncatedNormal(
                dimensions,
                dtype,
                TruncatedNormal.seed(pair.seed()),
                TruncatedNormal.seed2(pair.seed2())));
  }

  private static <T extends TFloating> Operand<T> shifted(
      Ops tf,
      Shape shape,
      Class<T> dtype,
      double mean,
      double deviation,
      Supplier<RandomSeeds.Pair> pairs,
      BiFunction<Operand<TInt32>, RandomSeeds.Pair, Operand<T>> standard) {
    Operand<TInt32> dimensions = dimensions(tf, shape);
    Operand<T> shift = Dtypes.constant(tf, dtype, mean);
    Operand<T> scale = Dtypes.constant(tf, dtype, deviation);
    return tf.math.add(tf.math.mul(standard.apply(dimensions, pairs.get()), scale), shift);
  }

  private static <T extends TFloating> Operand<T> symmetric(
      Ops tf, Shape shape, Class<T> dtype, double limit, Supplier<RandomSeeds.Pair> pair) {
    return uniform(tf, shape, dtype, -limit, limit, pair);
  }

  private static double fan(Shape shape, FanMode mode) {
    int rank = shape.numDimensions();
    double others = rank < 2 ? 1 : shape.take(rank - 2).size();
    double in = rank == 0 ? 1 : others * shape.get(Math.max(0, rank - 2));
    double out = rank == 0 ? 1 : others * shape.get(rank - 1);
    return switch (mode) {
      case FAN_IN -> in;
      case FAN_OUT -> out;
      case FAN_AVG -> (in + out) / 2;
    };
  }

  private static void requireNormal(String name, double mean, double standardDeviation) {
    if (!Double.isFinite(mean) || !Double.isFinite(standardDeviation)) {
      throw new IllegalArgumentException(
          "%s needs a finite mean and a finite stddev, found %s and %s"
              .formatted(name, mean, standardDeviation));
    }
  }

  private static Constant<TInt32> dimensions(Ops tf, Shape shape) {
    int[] sizes = new int[shape.numDimensions()];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = Math.toIntExact(shape.get(k));
    }
    return tf.constant(sizes);
  }
}
