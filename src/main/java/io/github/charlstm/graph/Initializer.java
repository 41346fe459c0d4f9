package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The initial value of a variable (Python: an object of {@code tf.initializers}). TF1's own are in
 * {@link Initializers}.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * Adds the operations that compute the value.
   *
   * @param tf builder, inside the variable's name scope
   * @param shape of the variable
   * @param dtype of the variable
   * @return a tensor of that shape and type
   */
  Operand<? extends TFloating> initialValue(
      Ops tf, Shape shape, Class<? extends TFloating> dtype, RandomSeeds seeds);
}
