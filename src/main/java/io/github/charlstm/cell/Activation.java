package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The nonlinearity of a cell (Python: the option {@code activation}). Any function of one tensor
 * that keeps its shape; for training its operations need gradients.
 */
@FunctionalInterface
public interface Activation {
  /** Python: {@code tf.tanh}, the default of every cell. */
  Activation TANH = (tf, x) -> tf.math.tanh(x);

  /** Python: {@code tf.sigmoid}. */
  Activation SIGMOID = (tf, x) -> tf.math.sigmoid(x);

  /** Python: {@code tf.nn.relu}. */
  Activation RELU = (tf, x) -> tf.nn.relu(x);

  /** Python: {@code tf.nn.elu}. */
  Activation ELU = (tf, x) -> tf.nn.elu(x);

  /** Python: {@code tf.nn.softsign}. */
  Activation SOFTSIGN = (tf, x) -> tf.nn.softsign(x);

  /** No nonlinearity (Python: {@code tf.identity}, or {@code "linear"} by name). */
  Activation IDENTITY = (tf, x) -> x;

  /**
   * Adds the function to the graph.
   *
   * @param x {@code [batch, units]}, float16, float32 or float64
   * @return a tensor of the same shape and type
   */
  Operand<TFloating> apply(Ops tf, Operand<TFloating> x);

  /** As {@link #apply}, with the type of x. */
  default <T extends TFloating> Operand<T> of(Ops tf, Operand<T> x) {
    return Dtypes.as(apply(tf, Dtypes.any(x)), x.type());
  }
}
