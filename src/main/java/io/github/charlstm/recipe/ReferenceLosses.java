package io.github.charlstm.recipe;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The losses that a book prints for the end of a recipe, nats a symbol.
 *
 * @param firstStep step of the first of them, counted from 1
 * @param lastStep step of the last
 * @param every steps from one to the next
 * @param lowest of them
 * @param highest of them
 * @param losses each of them, or empty if only their range is known
 */
public record ReferenceLosses(
    long firstStep, long lastStep, int every, double lowest, double highest, List<Double> losses) {

  /**
   * Checks that the numbers fit together.
   *
   * @param firstStep at least 1
   * @param lastStep not before the first
   * @param every at least 1
   * @param lowest at most the highest
   * @param highest at least the lowest
   * @param losses one for each of the steps, or none
   * @throws IllegalArgumentException if one is not so
   */
  public ReferenceLosses {
    losses = List.copyOf(losses);
    if (firstStep < 1 || lastStep < firstStep || every < 1 || !(lowest <= highest)) {
      throw new IllegalArgumentException(
          "a book prints losses from step 1 on, the lowest first; found steps %s to %s every %s,"
                  .formatted(firstStep, lastStep, every)
              + " %s to %s".formatted(lowest, highest));
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
    return new ReferenceLosses(
        firstStep,
        firstStep + losses.length - 1,
        1,
        Collections.min(all),
        Collections.max(all),
        all);
  }

  /** A range of losses, of which the single ones are not known. */
  static ReferenceLosses range(
      long firstStep, long lastStep, int every, double lowest, double highest) {
    return new ReferenceLosses(firstStep, lastStep, every, lowest, highest, List.of());
  }

  /** {@return how many losses the book prints} */
  public int count() {
    return (int) ((lastStep - firstStep) / every + 1);
  }

  /** {@return the mean of the losses, where all are known} */
  public OptionalDouble mean() {
    return losses.stream().mapToDouble(loss -> loss).average();
  }
}
