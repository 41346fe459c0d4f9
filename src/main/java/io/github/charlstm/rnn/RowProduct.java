package io.github.charlstm.rnn;

import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;

/**
 * A row times a matrix, {@code [1, K]} times {@code [K, N]}, in the body of a loop.
 *
 * <p>Its time is that of reading the matrix, and TensorFlow reads it in one thread. So a large
 * matrix is cut, without a copy, into parts of {@code K / 4} rows, which the session's threads read
 * side by side; the parts' products are then added up. The parts do not hang on the number of
 * threads: neither do the sums.
 */
final class RowProduct {
  private static final int PARTS = 4;
  private static final int LARGE = 1 << 17; // numbers; below that handing out costs more

  private final Operand<TFloat32> matrix; // [K, N] or [PARTS, K / PARTS, N]
  private final boolean cut;
  private final int rows;

  /**
   * @param tf builder of the graph around the loop
   * @param matrix {@code [K, N]}, of known shape
   */
  RowProduct(Ops tf, Operand<TFloat32> matrix) {
    Shape shape = matrix.shape();
    rows = Math.toIntExact(shape.get(0));
    cut = rows % PARTS == 0 && shape.size() >= LARGE;
    this.matrix =
        cut
            ? tf.reshape(matrix, tf.array(PARTS, rows / PARTS, Math.toIntExact(shape.get(1))))
            : matrix;
  }

  /**
   * @param tf builder of the body
   * @param row {@code [1, K]}
   * @return {@code [1, N]}
   */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> row) {
    if (!cut) {
      return tf.linalg.matMul(row, matrix);
    }
    Operand<TFloat32> parts = tf.reshape(row, tf.array(PARTS, 1, rows / PARTS));
    Operand<TFloat32> products = // [PARTS, 1, N]
        tf.train.batchMatMul(parts, matrix, TFloat32.class, new BatchMatMul.Options[0]);
    return tf.sum(products, tf.constant(0));
  }
}
