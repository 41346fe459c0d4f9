package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * What the values of a variable must keep to (Python: the argument {@code constraint} of {@code
 * tf.get_variable}), such as a range. After each update of the variable, an optimizer sets it to
 * what its constraint makes of the new value.
 */
@FunctionalInterface
public interface Constraint {
  /**
   * Adds the projection to the graph.
   *
   * @param weights the variable's updated value
   * @return of the same type and shape
   */
  Operand<? extends TFloating> project(Ops tf, Operand<? extends TFloating> weights);

  /**
   * Sets values outside of a range to its bounds (Python: {@code lambda x: tf.clip_by_value(x,
   * smallest, largest)}).
   *
   * @param smallest may be negative infinity; not above {@code largest}
   * @param largest may be infinity
   */
  static Constraint clipByValue(double smallest, double largest) {
    if (!(smallest <= largest)) {
      throw new IllegalArgumentException(
          "clip_by_value expects a smallest value up to the largest, found %s and %s"
              .formatted(smallest, largest));
    }
    return (tf, weights) -> clip(tf.withSubScope("clip_by_value"), weights, smallest, largest);
  }

  private static <T extends TFloating> Operand<T> clip(
      Ops tf, Operand<T> weights, double smallest, double largest) {
    Operand<T> low = Dtypes.constant(tf, weights.type(), smallest);
    Operand<T> high = Dtypes.constant(tf, weights.type(), largest);
    return tf.math.maximum(tf.math.minimum(weights, high), low);
  }
}
