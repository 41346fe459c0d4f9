package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Scales one tensor so that its norm, divided by its number of values, is at most a bound (Python:
 * {@code tf.clip_by_average_norm}).
 */
public final class ClipByAverageNorm {
  private ClipByAverageNorm() {}

  /**
   * Adds {@code t * clip_norm * min(size(t) / norm(t), 1 / clip_norm)} to the graph.
   *
   * @param clipNorm the bound, above 0
   * @return a tensor of the same shape
   * @throws IllegalArgumentException unless the bound is above 0
   */
  public static <T extends TFloating> Operand<T> of(Ops tf, Operand<T> tensor, double clipNorm) {
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException(
          "clip_by_average_norm needs a clip_norm above 0, found " + clipNorm);
    }
    Ops scope = tf.withSubScope("clip_by_average_norm");
    return clipped(scope, tensor, Dtypes.constant(scope, tensor.type(), clipNorm));
  }

  /**
   * As {@link #of(Ops, Operand, double)}, with a bound of the graph, which is not checked.
   *
   * @param clipNorm scalar
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> tensor, Operand<T> clipNorm) {
    return clipped(tf.withSubScope("clip_by_average_norm"), tensor, clipNorm);
  }

  private static <T extends TFloating> Operand<T> clipped(
      Ops scope, Operand<T> tensor, Operand<T> bound) {
    ClipByValue.requireBound("clip_by_average_norm", "clip_norm", tensor, bound);
    Class<T> dtype = tensor.type();
    Operand<TInt32> all = scope.range(scope.constant(0), scope.rank(tensor), scope.constant(1));
    Operand<T> inverse = scope.math.rsqrt(scope.sum(scope.math.mul(tensor, tensor), all));
    Operand<T> size = scope.dtypes.cast(scope.size(tensor), dtype);
    Operand<T> least =
        scope.math.minimum(
            scope.math.mul(inverse, size), scope.math.div(Dtypes.constant(scope, dtype, 1), bound));
    return scope.identity(scope.math.mul(scope.math.mul(tensor, bound), least));
  }
}
