package io.github.charlstm.recipe;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The losses that a book prints for the end of a recipe, nats a symbol.
 *
 * @param firstStep step of the first of them, counted from 1
 * @param lastStep step of the last
 * @param lowest of them
 * @param highest of them
 * @param mean of them, where all are known
 */
public record BookLosses(
    long firstStep, long lastStep, double lowest, double highest, OptionalDouble mean) {

  public BookLosses {
    if (firstStep < 1 || lastStep < firstStep || !(lowest <= highest)) {
      throw new IllegalArgumentException(
          "a book prints losses from step 1 on, the lowest first; found steps %d to %d, %s to %s"
              .formatted(firstStep, lastStep, lowest, highest));
    }
  }

  /** Losses of consecutive steps. */
  static BookLosses of(long firstStep, double... losses) {
    double lowest = Arrays.stream(losses).min().orElseThrow();
    double highest = Arrays.stream(losses).max().orElseThrow();
    return new BookLosses(
        firstStep, firstStep + losses.length - 1, lowest, highest, Arrays.stream(losses).average());
  }
}
