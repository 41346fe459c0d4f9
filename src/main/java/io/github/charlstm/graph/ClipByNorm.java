package io.github.charlstm.graph;

import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Scales one tensor so that its norm is at most a bound (Python: {@code tf.clip_by_norm}). */
public final class ClipByNorm {
  private ClipByNorm() {}

  /**
   * Adds {@code t * clip_norm / max(norm(t), clip_norm)} to the graph. The gradient at zeros is
   * finite.
   *
   * @param tensor of known rank unless axes are given; of {@link IndexedSlices} the values count
   * @param clipNorm the bound, 0 or more
   * @param axes dimensions over which a norm is computed; all if none is given
   * @return a tensor of the same shape, or the slices with other values
   * @throws IllegalArgumentException if the bound is below 0 or NaN, or the rank is needed and not
   *     known
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> tensor, double clipNorm, int... axes) {
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException(
          "clip_by_norm needs a clip_norm of 0 or more, found " + clipNorm);
    }
    Ops scope = tf.withSubScope("clip_by_norm");
    return clipped(scope, tensor, () -> Dtypes.constant(scope, tensor.type(), clipNorm), axes);
  }

  /**
   * As {@link #of(Ops, Operand, double, int...)}, with a bound of the graph, which is not checked.
   *
   * @param clipNorm scalar, or one for each norm
   * @throws IllegalArgumentException if the bound would broadcast the tensor to another shape, or
   *     the rank is needed and not known
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> tensor, Operand<T> clipNorm, int... axes) {
    ClipByValue.requireBound("clip_by_norm", "clip_norm", tensor, clipNorm);
    return clipped(tf.withSubScope("clip_by_norm"), tensor, () -> clipNorm, axes);
  }

  private static <T extends TFloating> Operand<T> clipped(
      Ops scope, Operand<T> tensor, Supplier<Operand<T>> clipNorm, int... axes) {
    if (tensor instanceof IndexedSlices<T> slices) {
      return slices.withValues(clipped(scope, slices.values(), clipNorm, axes));
    }
    if (axes.length == 0 && tensor.shape().isUnknown()) {
      throw new IllegalArgumentException(
          "clip_by_norm needs a tensor of known rank, or axes; found an unknown shape (tensor %s)"
              .formatted(tensor.op().name()));
    }
    Operand<TInt32> dimensions = scope.array(axes.length == 0 ? all(tensor) : axes);
    Operand<T> squares = scope.sum(scope.math.mul(tensor, tensor), dimensions, Sum.keepDims(true));
    Operand<TBool> positive = scope.math.greater(squares, Dtypes.constant(scope, tensor.type(), 0));
    // two selects: else the gradient of the root at 0 would be NaN
    Operand<T> safe = scope.select(positive, squares, Dtypes.constant(scope, tensor.type(), 1));
    Operand<T> norm = scope.select(positive, scope.math.sqrt(safe), squares);
    Operand<T> bound = clipNorm.get();
    return scope.identity(
        scope.math.div(scope.math.mul(tensor, bound), scope.math.maximum(norm, bound)));
  }

  private static int[] all(Operand<?> tensor) {
    int[] axes = new int[tensor.shape().numDimensions()];
    for (int k = 0; k < axes.length; k++) {
      axes[k] = k;
    }
    return axes;
  }
}
