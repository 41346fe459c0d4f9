package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

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
  public static Operand<TFloat32> of(
      Ops tf, Operand<TFloat32> tensor, float clipNorm, int... axes) {
    if (tensor instanceof IndexedSlices slices) {
      return slices.withValues(of(tf, slices.values(), clipNorm, axes));
    }
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException(
          "clip_by_norm needs a clip_norm of 0 or more, found " + clipNorm);
    }
    if (axes.length == 0 && tensor.shape().isUnknown()) {
      throw new IllegalArgumentException(
          "clip_by_norm needs a tensor of known rank, or axes; found an unknown shape (tensor %s)"
              .formatted(tensor.op().name()));
    }
    Ops scope = tf.withSubScope("clip_by_norm");
    Operand<TInt32> dimensions = scope.array(axes.length == 0 ? all(tensor) : axes);
    Operand<TFloat32> squares =
        scope.sum(scope.math.mul(tensor, tensor), dimensions, Sum.keepDims(true));
    Operand<TBool> positive = scope.math.greater(squares, scope.constant(0f));
    // two selects: else the gradient of the root at 0 would be NaN
    Operand<TFloat32> safe = scope.select(positive, squares, scope.constant(1f));
    Operand<TFloat32> norm = scope.select(positive, scope.math.sqrt(safe), squares);
    Operand<TFloat32> bound = scope.constant(clipNorm);
    return scope.identity(
        scope.math.div(scope.math.mul(tensor, bound), scope.math.maximum(norm, bound)));
  }

  private static int[] all(Operand<TFloat32> tensor) {
    int[] axes = new int[tensor.shape().numDimensions()];
    for (int k = 0; k < axes.length; k++) {
      axes[k] = k;
    }
    return axes;
  }
}
