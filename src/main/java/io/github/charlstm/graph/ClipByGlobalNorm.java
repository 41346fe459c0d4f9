package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Scales tensors so that their global norm is at most a bound (Python: {@code
 * tf.clip_by_global_norm}).
 *
 * <p>{@code global_norm = sqrt(sum_i ||t_i||^2)} and {@code t_i' = t_i * clip_norm * min(1 /
 * global_norm, 1 / clip_norm)}. If the norm is infinite or NaN, all become NaN, so a diverged loss
 * is not hidden. Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural
 * networks, ICML 2013. A null among the tensors, as of a variable without a gradient, stays null
 * and does not count.
 *
 * <p>The norm of {@link IndexedSlices} is that of their values: as in TF1, rows of equal index are
 * not added before. Clipped, they keep their indices.
 *
 * @param clipped the tensors, scaled, in the order given; null where null was given
 * @param globalNorm scalar, the norm before scaling
 */
public record ClipByGlobalNorm<T extends TFloating>(
    List<Operand<T>> clipped, Operand<T> globalNorm) {

  /**
   * Adds the operations to the graph.
   *
   * @param tensors at least one that is not null
   * @param clipNorm the bound, 0 or more; 0 makes all zeros, or NaN if all are zeros, as in TF1
   * @return the tensors, scaled, and their norm before
   * @throws IllegalArgumentException if there is no tensor or the bound is below 0 or NaN
   */
  public static <T extends TFloating> ClipByGlobalNorm<T> of(
      Ops tf, List<Operand<T>> tensors, double clipNorm) {
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException(
          "clip_by_global_norm needs a clip_norm of 0 or more, found " + clipNorm);
    }
    return clipped(tf, tensors, (scope, dtype) -> Dtypes.constant(scope, dtype, clipNorm));
  }

  /**
   * As {@link #of(Ops, List, double)}, with a bound of the graph, which is not checked.
   *
   * @param clipNorm scalar
   */
  public static <T extends TFloating> ClipByGlobalNorm<T> of(
      Ops tf, List<Operand<T>> tensors, Operand<T> clipNorm) {
    return clipped(tf, tensors, (scope, dtype) -> clipNorm);
  }

  private static <T extends TFloating> ClipByGlobalNorm<T> clipped(
      Ops tf, List<Operand<T>> tensors, BiFunction<Ops, Class<T>, Operand<T>> clipNorm) {
    Ops scope = tf.withSubScope("clip_by_global_norm");
    Operand<T> globalNorm = globalNorm(scope, tensors);
    Class<T> dtype = globalNorm.type();
    Operand<T> bound = clipNorm.apply(scope, dtype);
    Operand<T> one = Dtypes.constant(scope, dtype, 1);
    Operand<T> finite =
        scope.math.mul(
            bound, scope.math.minimum(scope.math.div(one, globalNorm), scope.math.div(one, bound)));
    // zero for a finite norm, NaN for any other
    Operand<T> scale = scope.math.add(finite, scope.math.sub(globalNorm, globalNorm));
    List<Operand<T>> clipped = new ArrayList<>();
    for (Operand<T> tensor : tensors) {
      if (tensor instanceof IndexedSlices<T> slices) {
        clipped.add(slices.withValues(scope.math.mul(slices.values(), scale)));
      } else {
        clipped.add(tensor == null ? null : scope.math.mul(tensor, scale));
      }
    }
    return new ClipByGlobalNorm<>(Collections.unmodifiableList(clipped), globalNorm);
  }

  /**
   * The global norm of tensors, {@code sqrt(sum_i ||t_i||^2)}, a scalar (Python: {@code
   * tf.global_norm}).
   *
   * @param tensors at least one that is not null; null ones do not count
   */
  public static <T extends TFloating> Operand<T> globalNorm(Ops tf, List<Operand<T>> tensors) {
    List<Operand<T>> halfSquares = new ArrayList<>();
    for (Operand<T> tensor : tensors) {
      if (tensor != null) {
        halfSquares.add(tf.nn.l2Loss(IndexedSlices.valuesOf(tensor)));
      }
    }
    if (halfSquares.isEmpty()) {
      throw new IllegalArgumentException(
          "global_norm needs at least one tensor, found %s"
              .formatted(tensors.isEmpty() ? "none" : "only null"));
    }
    Operand<T> sum = tf.sum(tf.stack(halfSquares), tf.array(0));
    return tf.withName("global_norm")
        .math
        .sqrt(tf.math.mul(sum, Dtypes.constant(tf, sum.type(), 2)));
  }
}
