package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** {@code x kernel + bias}, the map of tf.contrib.rnn's wrappers (Python: {@code _Linear}). */
record Linear(String owner, GraphVariable<?> kernel, GraphVariable<?> bias) {

  /**
   * Makes {@code kernel [depth, columns]}, with the scope's default initializer, and {@code bias
   * [columns]}, zeros.
   *
   * @param owner for messages
   */
  static <T extends TFloating> Linear of(
      String owner, VariableScope own, Class<T> dtype, long depth, int columns) {
    return new Linear(
        owner,
        own.getVariable("kernel", dtype, Shape.of(depth, columns)),
        own.getVariable("bias", dtype, Shape.of(columns), Initializers.constant(0f)));
  }

  /**
   * @throws IllegalArgumentException if the kernel is of another depth or type
   */
  void requireDepth(Class<?> dtype, long depth) {
    if (kernel.shape().get(0) != depth) {
      throw new IllegalArgumentException(
          "this %s's variable %s has shape %s, for inputs of depth %s; found inputs of depth %s"
              .formatted(owner, kernel.name(), kernel.shape(), kernel.shape().get(0), depth));
    }
    if (kernel.value().type() != dtype) {
      throw new IllegalArgumentException(
          "this %s's variable %s is of %s, found inputs of %s"
              .formatted(
                  owner, kernel.name(), Dtypes.name(kernel.value().type()), Dtypes.name(dtype)));
    }
  }

  <T extends TFloating> Operand<T> of(Ops tf, Operand<T> x) {
    return tf.nn.biasAdd(
        tf.linalg.matMul(x, kernel.as(x.type()).value()), bias.as(x.type()).value());
  }
}
