package io.github.charlstm.graph;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A term of the loss that keeps weights small (Python: {@code tf.contrib.layers.l1_regularizer} and
 * its kin).
 *
 * <p>{@link VariableScope#withRegularizer} applies it to the variables of a scope; {@link
 * VariableStore#regularizationLosses} has the terms, to be added to the loss.
 */
@FunctionalInterface
public interface Regularizer {
  /**
   * Adds the term to the graph.
   *
   * @param weights of any shape
   * @return float scalar; empty (Python: {@code None}) if there is no term
   */
  Optional<Operand<TFloat32>> loss(Ops tf, Operand<TFloat32> weights);

  /**
   * {@code scale * sum(abs(weights))} (Python: {@code tf.contrib.layers.l1_regularizer}).
   *
   * @param scale finite, 0 or more; with 0 there is no term
   */
  static Regularizer l1(float scale) {
    requireScale("l1_regularizer", scale);
    return (tf, weights) -> {
      if (scale == 0) {
        return Optional.empty();
      }
      Ops scope = tf.withSubScope("l1_regularizer");
      Operand<TFloat32> factor = scope.constant(scale);
      Operand<TFloat32> sizes = scope.math.abs(weights);
      int[] axes = new int[weights.shape().numDimensions()];
      for (int k = 0; k < axes.length; k++) {
        axes[k] = k;
      }
      return Optional.of(scope.math.mul(factor, scope.sum(sizes, scope.constant(axes))));
    };
  }

  /**
   * {@code scale * sum(weights^2) / 2} (Python: {@code tf.contrib.layers.l2_regularizer}).
   *
   * @param scale finite, 0 or more; with 0 there is no term
   */
  static Regularizer l2(float scale) {
    requireScale("l2_regularizer", scale);
    return (tf, weights) -> {
      if (scale == 0) {
        return Optional.empty();
      }
      Ops scope = tf.withSubScope("l2_regularizer");
      Operand<TFloat32> factor = scope.constant(scale);
      return Optional.of(scope.math.mul(factor, scope.nn.l2Loss(weights)));
    };
  }

  private static void requireScale(String name, float scale) {
    if (!(scale >= 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "%s expects a finite scale of 0 or more, found %s".formatted(name, scale));
    }
  }
}
