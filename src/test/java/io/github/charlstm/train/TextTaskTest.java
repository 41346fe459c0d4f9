package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTaskTest {
  @Test
  void rowsAreResetAtRandomSteps() {
    int steps = 20_000;
    for (int row = 0; row < 3; row++) {
      int resets = 0;
      int inTurn = 0;
      int longest = 0;
      for (long step = 0; step < steps; step++) {
        boolean reset = TextTask.resets(20180501, step, 3, 0.02)[row];
        resets += reset ? 1 : 0;
        inTurn = reset ? inTurn + 1 : 0;
        longest = Math.max(longest, inTurn);
      }
      assertThat(resets).isBetween(300, 500); // 400, with a standard deviation of 20
      assertThat(longest).isBetween(2, 5); // 8 pairs are expected, and 3e-3 runs of 4
    }
  }
}
