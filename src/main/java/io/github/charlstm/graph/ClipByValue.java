package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Bounds each value of a tensor (Python: {@code tf.clip_by_value}). */
public final class ClipByValue {
  private ClipByValue() {}

  /**
   * Adds {@code max(min(t, clip_value_max), clip_value_min)} to the graph; NaN stays NaN.
   *
   * @param tensor of {@link IndexedSlices} the values are bounded
   * @param min the lower bound
   * @param max the upper bound
   * @return a tensor of the same shape, or the slices with other values
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> tensor, double min, double max) {
    Ops scope = tf.withSubScope("clip_by_value");
    return clipped(
        scope,
        tensor,
        Dtypes.constant(scope, tensor.type(), min),
        Dtypes.constant(scope, tensor.type(), max));
  }

  /**
   * As {@link #of(Ops, Operand, double, double)}, with bounds of the graph.
   *
   * @param min scalar, or one bound for each value
   * @param max scalar, or one bound for each value
   * @throws IllegalArgumentException if a bound would broadcast the tensor to another shape
   */
  public static <T extends TFloating> Operand<T> of(
      Ops tf, Operand<T> tensor, Operand<T> min, Operand<T> max) {
    return clipped(tf.withSubScope("clip_by_value"), tensor, min, max);
  }

  private static <T extends TFloating> Operand<T> clipped(
      Ops scope, Operand<T> tensor, Operand<T> min, Operand<T> max) {
    if (tensor instanceof IndexedSlices<T> slices) {
      return slices.withValues(clipped(scope, slices.values(), min, max));
    }
    requireBound("clip_by_value", "clip_value_max", tensor, max);
    requireBound("clip_by_value", "clip_value_min", tensor, min);
    return scope.math.maximum(scope.math.minimum(tensor, max), min);
  }

  /**
   * @throws IllegalArgumentException if the bound would broadcast the tensor to another shape
   */
  static void requireBound(String name, String option, Operand<?> tensor, Operand<?> bound) {
    Shape shape = tensor.shape();
    Shape given = bound.shape();
    boolean known = !shape.isUnknown() && !given.isUnknown();
    boolean fits = !known || given.numDimensions() <= shape.numDimensions();
    for (int k = 1; known && fits && k <= given.numDimensions(); k++) {
      long size = given.get(given.numDimensions() - k);
      long wanted = shape.get(shape.numDimensions() - k);
      fits = size == 1 || size == wanted || size < 0 || wanted < 0;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "%s expects a %s that is a scalar or of shape %s, found shape %s (tensor %s)"
              .formatted(name, option, shape, given, bound.op().name()));
    }
  }
}
