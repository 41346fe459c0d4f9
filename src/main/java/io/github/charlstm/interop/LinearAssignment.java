package io.github.charlstm.interop;

import java.util.Arrays;

/**
 * The assignment problem: each row gets a column of its own, so that the sum is the greatest. The
 * shortest augmenting paths of Jonker and Volgenant (1987), {@code O(n^3)}.
 */
final class LinearAssignment {
  private LinearAssignment() {}

  /**
   * {@return the column of each row}
   *
   * @param gain {@code [rows][columns]}, finite, with at least as many columns as rows
   */
  static int[] greatest(double[][] gain) {
    int rows = gain.length;
    int columns = rows == 0 ? 0 : gain[0].length;
    // Row and column 0 stand for none; potentials keep all reduced costs at or above 0.
    double[] ofRow = new double[rows + 1];
    double[] ofColumn = new double[columns + 1];
    int[] rowOf = new int[columns + 1];
    for (int row = 1; row <= rows; row++) {
      double[] distance = new double[columns + 1];
      Arrays.fill(distance, Double.POSITIVE_INFINITY);
      boolean[] seen = new boolean[columns + 1];
      int[] before = new int[columns + 1];
      rowOf[0] = row;
      int column = 0;
      while (rowOf[column] != 0) {
        seen[column] = true;
        int from = rowOf[column];
        int next = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int k = 1; k <= columns; k++) {
          if (seen[k]) {
            continue;
          }
          double reduced = -gain[from - 1][k - 1] - ofRow[from] - ofColumn[k];
          if (reduced < distance[k]) {
            distance[k] = reduced;
            before[k] = column;
          }
          if (distance[k] < least) {
            least = distance[k];
            next = k;
          }
        }
        for (int k = 0; k <= columns; k++) {
          if (seen[k]) {
            ofRow[rowOf[k]] += least;
            ofColumn[k] -= least;
          } else {
            distance[k] -= least;
          }
        }
        column = next;
      }
      while (column != 0) {
        rowOf[column] = rowOf[before[column]];
        column = before[column];
      }
    }
    int[] columnOf = new int[rows];
    for (int k = 1; k <= columns; k++) {
      if (rowOf[k] != 0) {
        columnOf[rowOf[k] - 1] = k - 1;
      }
    }
    return columnOf;
  }
}
