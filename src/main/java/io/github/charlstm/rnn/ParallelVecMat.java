package io.github.charlstm.rnn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A row times a matrix, {@code [1, K]} times {@code [K, N]}, in the body of a loop.
 *
 * <p>Its time is that of reading the matrix. So a large matrix is cut into parts of {@code K / 2}
 * rows, each the factor of an operation of its own, which two threads of the executor take; the
 * parts' products are then added up. Threads within an operation would do the same, but fall asleep
 * between two products, and waking them takes as long as a product. The parts do not hang on the
 * number of threads: neither do the sums.
 */
final class ParallelVecMat {
  private static final int PARTS = 2;
  private static final int LARGE = 1 << 17; // numbers; below that handing out costs more

  private final List<Operand<TFloat32>> parts = new ArrayList<>(); // [K / parts, N] each
  private final int rows; // of a part

  /**
   * @param tf builder of the graph around the loop
   * @param matrix {@code [K, N]}, of known shape
   */
  ParallelVecMat(Ops tf, Operand<TFloat32> matrix) {
    Shape shape = matrix.shape();
    int depth = Math.toIntExact(shape.get(0));
    boolean cut = depth % PARTS == 0 && shape.size() >= LARGE;
    rows = cut ? depth / PARTS : depth;
    for (int first = 0; cut && first < depth; first += rows) {
      parts.add(tf.slice(matrix, tf.array(first, 0), tf.array(rows, -1)));
    }
    if (!cut) {
      parts.add(matrix);
    }
  }

  /**
   * @param tf builder of the body
   * @param row {@code [1, K]}
   * @return {@code [1, N]}
   */
  Operand<TFloat32> of(Ops tf, Operand<TFloat32> row) {
    if (parts.size() == 1) {
      return tf.linalg.matMul(row, parts.get(0));
    }
    List<Operand<TFloat32>> products = new ArrayList<>();
    for (int k = 0; k < parts.size(); k++) {
      Operand<TFloat32> part = tf.slice(row, tf.array(0, k * rows), tf.array(1, rows));
      products.add(tf.linalg.matMul(part, parts.get(k)));
    }
    return tf.math.addN(products);
  }
}
