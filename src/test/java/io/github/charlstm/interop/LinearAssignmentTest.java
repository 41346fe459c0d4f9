package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LinearAssignmentTest {
  /** The greatest sum, by trying all. */
  private static double best(double[][] gain, int row, boolean[] taken) {
    if (row == gain.length) {
      return 0;
    }
    double most = Double.NEGATIVE_INFINITY;
    for (int column = 0; column < taken.length; column++) {
      if (!taken[column]) {
        taken[column] = true;
        most = Math.max(most, gain[row][column] + best(gain, row + 1, taken));
        taken[column] = false;
      }
    }
    return most;
  }

  @RepeatedTest(40)
  void theSumIsTheGreatest(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int rows = 1 + random.nextInt(5);
    int columns = rows + random.nextInt(3);
    double[][] gain = new double[rows][columns];
    for (double[] row : gain) {
      Arrays.setAll(row, k -> random.nextInt(4) == 0 ? -1e9 : random.nextInt(20) - 10);
    }
    int[] found = LinearAssignment.greatest(gain);
    assertThat(found).doesNotHaveDuplicates();
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += gain[row][found[row]];
    }
    assertThat(sum).isCloseTo(best(gain, 0, new boolean[columns]), within(1e-3));
  }

  @Test
  void noRowsNeedNoColumns() {
    assertThat(LinearAssignment.greatest(new double[0][])).isEmpty();
  }
}
