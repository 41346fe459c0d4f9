package io.github.charlstm.report;

import java.util.Arrays;
import java.util.Objects;

/**
 * Losses, or other values, against training steps, both {@code [points]}, at least one and finite;
 * the steps rise. The name is for the legend, not blank.
 */
public record LossSeries(String name, double[] steps, double[] losses) {

  public LossSeries {
    if (name == null || name.isBlank()) {
      throw new IllegalArgumentException("expected a name for the loss series, found none");
    }
    if (steps.length != losses.length || steps.length == 0) {
      throw new IllegalArgumentException(
          "expected as many losses as steps and at least one in '%s', found %s steps, %s losses"
              .formatted(name, steps.length, losses.length));
    }
    steps = steps.clone();
    losses = losses.clone();
    for (int point = 0; point < steps.length; point++) {
      if (!Double.isFinite(steps[point]) || !Double.isFinite(losses[point])) {
        throw new IllegalArgumentException(
            "expected finite numbers in '%s', found step %s with loss %s at point %s"
                .formatted(name, steps[point], losses[point], point));
      }
      if (point > 0 && steps[point] <= steps[point - 1]) {
        throw new IllegalArgumentException(
            "expected rising steps in '%s', found %s after %s at point %s"
                .formatted(name, steps[point], steps[point - 1], point));
      }
    }
  }

  /** {@return the steps; a copy} */
  @Override
  public double[] steps() {
    return steps.clone();
  }

  /** {@return the losses; a copy} */
  @Override
  public double[] losses() {
    return losses.clone();
  }

  /** {@return the number of points} */
  public int size() {
    return steps.length;
  }

  /**
   * The moving average: each loss becomes the mean of the points around it, half of the window on
   * either side; an even number of points counts as the next odd one. At the start the window
   * shrinks on both sides, because losses fall steeply there; at the end only on the right, so that
   * the last means are as smooth as the others.
   */
  public LossSeries smoothed(String name, int window) {
    if (window < 1) {
      throw new IllegalArgumentException(
          "expected a smoothing window of at least 1 point, found " + window);
    }
    double[] means = new double[losses.length];
    for (int point = 0; point < means.length; point++) {
      int side = Math.min(window / 2, point);
      int end = (int) Math.min(means.length, point + side + 1L);
      means[point] = Arrays.stream(losses, point - side, end).average().orElseThrow();
    }
    return new LossSeries(name, steps, means);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LossSeries series
        && name.equals(series.name)
        && Arrays.equals(steps, series.steps)
        && Arrays.equals(losses, series.losses);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, Arrays.hashCode(steps), Arrays.hashCode(losses));
  }

  @Override
  public String toString() {
    return "LossSeries[name=" + name + ", points=" + steps.length + "]";
  }
}
