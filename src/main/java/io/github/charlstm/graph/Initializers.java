package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.op.random.TruncatedNormal;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** TF1's initializers, with TF1's formulas. */
public final class Initializers {
  private Initializers() {}

  /** Zeros (Python: {@code tf.zeros_initializer}); the default of biases. */
  public static Initializer zeros() {
    return constant(0f);
  }

  /** One value everywhere (Python: {@code tf.constant_initializer}). */
  public static Initializer constant(float value) {
    return (tf, shape, seeds) -> tf.fill(dimensions(tf, shape), tf.constant(value));
  }

  /**
   * Uniform in {@code [-limit, limit)} with {@code limit = sqrt(6 / (fan_in + fan_out))} (Python:
   * {@code tf.glorot_uniform_initializer}); TF1's default of {@code get_variable}. For a matrix
   * {@code [fan_in, fan_out]}; a vector counts its length twice, a scalar one and one.
   *
   * <p>Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
   * networks, AISTATS 2010.
   */
  public static Initializer glorotUniform() {
    return (tf, shape, seeds) -> {
      // TF1's order of operations, so that the last bit agrees: the limit in doubles, then
      // u * (high - low) + low in floats.
      double scale = 1.0 / Math.max(1.0, (fanIn(shape) + fanOut(shape)) / 2.0);
      float limit = (float) Math.sqrt(3.0 * scale);
      RandomSeeds.Pair pair = seeds.next();
      Operand<TFloat32> uniform =
          tf.random.randomUniform(
              dimensions(tf, shape),
              TFloat32.class,
              RandomUniform.seed(pair.seed()),
              RandomUniform.seed2(pair.seed2()));
      return tf.math.add(tf.math.mul(uniform, tf.constant(limit - -limit)), tf.constant(-limit));
    };
  }

  /**
   * Normal values of mean 0, drawn again beyond two standard deviations (Python: {@code
   * tf.truncated_normal}).
   *
   * @param standardDeviation of the normal before truncation, above 0
   */
  public static Initializer truncatedNormal(float standardDeviation) {
    if (!(standardDeviation > 0) || Float.isInfinite(standardDeviation)) {
      throw new IllegalArgumentException(
          "truncated normal needs a standard deviation above 0, found " + standardDeviation);
    }
    return (tf, shape, seeds) -> {
      RandomSeeds.Pair pair = seeds.next();
      Operand<TFloat32> normal =
          tf.random.truncatedNormal(
              dimensions(tf, shape),
              TFloat32.class,
              TruncatedNormal.seed(pair.seed()),
              TruncatedNormal.seed2(pair.seed2()));
      return tf.math.mul(normal, tf.constant(standardDeviation));
    };
  }

  private static long fanIn(Shape shape) {
    return switch (shape.numDimensions()) {
      case 0 -> 1;
      case 1, 2 -> shape.get(0);
      default -> throw new IllegalArgumentException("fans of a matrix at most, found " + shape);
    };
  }

  private static long fanOut(Shape shape) {
    return shape.numDimensions() == 2 ? shape.get(1) : fanIn(shape);
  }

  private static Constant<TInt32> dimensions(Ops tf, Shape shape) {
    int[] sizes = new int[shape.numDimensions()];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = Math.toIntExact(shape.get(k));
    }
    return tf.constant(sizes);
  }
}
