package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LossSeriesTest {

  @Test
  void smoothingIsTheMeanOfTheWindow() {
    LossSeries raw =
        new LossSeries("raw", new double[] {1, 2, 3, 4, 5, 6}, new double[] {9, 1, 5, 3, 7, 2});
    LossSeries smoothed = raw.smoothed("smooth", 5);
    assertThat(smoothed.steps()).isEqualTo(raw.steps());
    assertThat(smoothed.losses())
        .containsExactly(new double[] {9, 5, 5, 18.0 / 5, 17.0 / 4, 4}, within(1e-12));
  }

  @Test
  void aWindowOfOneChangesNothing() {
    LossSeries raw = new LossSeries("raw", new double[] {1, 2}, new double[] {9, 1});
    assertThat(raw.smoothed("raw", 1)).isEqualTo(raw);
  }

  @Test
  void arraysAreCopied() {
    double[] losses = {2.5};
    LossSeries series = new LossSeries("run", new double[] {1}, losses);
    losses[0] = 9;
    series.losses()[0] = 8;
    assertThat(series.losses()).containsExactly(2.5);
  }

  @Test
  void invalidArraysAreRejected() {
    assertRejected("2 steps, 1 losses", new double[] {1, 2}, new double[] {1});
    assertRejected("0 steps, 0 losses", new double[] {}, new double[] {});
    assertRejected("loss NaN at point 1", new double[] {1, 2}, new double[] {1, Double.NaN});
    assertRejected("found 2.0 after 2.0", new double[] {2, 2}, new double[] {1, 1});
  }

  @Test
  void aBlankNameIsRejected() {
    assertThatThrownBy(() -> new LossSeries(" ", new double[] {1}, new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRejected(String message, double[] steps, double[] losses) {
    assertThatThrownBy(() -> new LossSeries("run", steps, losses))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'run'")
        .hasMessageContaining(message);
  }
}
