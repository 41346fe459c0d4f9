package io.github.charlstm.graph;

import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

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
  Optional<? extends Operand<? extends TFloating>> loss(
      Ops tf, Operand<? extends TFloating> weights);

  /**
   * {@code scale * sum(abs(weights))} (Python: {@code tf.contrib.layers.l1_regularizer}).
   *
   * @param scale finite, 0 or more; with 0 there is no term
   */
  static Regularizer l1(double scale) {
    requireScale("l1_regularizer", scale);
    return (tf, weights) -> scale == 0 ? Optional.empty() : Optional.of(l1Loss(tf, weights, scale));
  }

  /**
   * {@code scale * sum(weights^2) / 2} (Python: {@code tf.contrib.layers.l2_regularizer}).
   *
   * @param scale finite, 0 or more; with 0 there is no term
   */
  static Regularizer l2(double scale) {
    requireScale("l2_regularizer", scale);
    return (tf, weights) -> scale == 0 ? Optional.empty() : Optional.of(l2Loss(tf, weights, scale));
  }

  private static <T extends TFloating> Operand<T> l1Loss(Ops tf, Operand<T> weights, double scale) {
    Ops scope = tf.withSubScope("l1_regularizer");
    Operand<T> factor = Dtypes.constant(scope, weights.type(), scale);
    Operand<T> sizes = scope.math.abs(weights);
    int[] axes = new int[weights.shape().numDimensions()];
    for (int k = 0; k < axes.length; k++) {
      axes[k] = k;
    }
    return scope.math.mul(factor, scope.sum(sizes, scope.constant(axes)));
  }

  private static <T extends TFloating> Operand<T> l2Loss(Ops tf, Operand<T> weights, double scale) {
    Ops scope = tf.withSubScope("l2_regularizer");
    Operand<T> factor = Dtypes.constant(scope, weights.type(), scale);
    return scope.math.mul(factor, scope.nn.l2Loss(weights));
  }

  private static void requireScale(String name, double scale) {
    if (!(scale >= 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "%s expects a finite scale of 0 or more, found %s".formatted(name, scale));
    }
  }
}
