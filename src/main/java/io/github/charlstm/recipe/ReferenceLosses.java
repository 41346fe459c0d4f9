package io.github.charlstm.recipe;

import io.github.charlstm.report.LossPlot;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/**
 * Losses that a book prints for the last steps of a recipe, nats per symbol, {@code every} so many
 * steps; {@code losses} is empty if only the range is known. Steps count from 1.
 */
public record ReferenceLosses(
    long firstStep, long lastStep, int every, double lowest, double highest, List<Double> losses) {

  public ReferenceLosses {
    losses = List.copyOf(losses);
    if (firstStep < 1 || lastStep < firstStep || every < 1 || !(lowest <= highest)) {
      throw new IllegalArgumentException(
          "expected steps from 1 and the lowest loss first, found steps %s to %s every %s, %s to %s"
              .formatted(firstStep, lastStep, every, lowest, highest));
    }
    int count = (int) ((lastStep - firstStep) / every + 1);
    if (!losses.isEmpty() && losses.size() != count) {
      throw new IllegalArgumentException(
          "expected %s losses or none, found %s".formatted(count, losses.size()));
    }
  }

  /** Losses of consecutive steps. */
  static ReferenceLosses of(long firstStep, Double... losses) {
    List<Double> all = List.of(losses);
    long lastStep = firstStep + losses.length - 1;
    return new ReferenceLosses(
        firstStep, lastStep, 1, Collections.min(all), Collections.max(all), all);
  }

  /** Adds the range to a plot of a run of this recipe. */
  public void addTo(LossPlot plot) {
    plot.reference("the book, " + describeSteps(), lowest, highest);
  }

  /** As {@code steps 978 to 990}. */
  String describeSteps() {
    return "steps " + firstStep + " to " + lastStep;
  }

  /** {@return the steps, in order} */
  LongStream steps() {
    return LongStream.iterate(firstStep, step -> step <= lastStep, step -> step + every);
  }

  /** {@return the number of losses} */
  public int count() {
    return (int) ((lastStep - firstStep) / every + 1);
  }

  /** {@return the mean of the losses, if all are known} */
  public OptionalDouble mean() {
    return losses.stream().mapToDouble(loss -> loss).average();
  }
}
