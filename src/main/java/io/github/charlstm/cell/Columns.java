package io.github.charlstm.cell;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Parts of a state that is one concatenated tensor. */
final class Columns {
  private Columns() {}

  /** {@code width} columns of a matrix, from column {@code first}. */
  static Operand<TFloat32> of(Ops tf, Operand<TFloat32> matrix, int first, int width) {
    // size -1: all rows
    return tf.slice(matrix, tf.constant(new int[] {0, first}), tf.constant(new int[] {-1, width}));
  }
}
