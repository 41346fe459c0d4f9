package io.github.charlstm.recipe;

import java.util.List;

/**
 * The losses that a book prints for a recipe.
 *
 * @param firstStep step of the first of them, counted from 1
 * @param losses nats a character, one a step
 */
public record BookLosses(long firstStep, List<Double> losses) {

  public BookLosses {
    losses = List.copyOf(losses);
    if (firstStep < 1 || losses.isEmpty()) {
      throw new IllegalArgumentException(
          "a book prints losses from step 1 on, found step " + firstStep + " and " + losses);
    }
  }

  /** Step of the last of them. */
  public long lastStep() {
    return firstStep + losses.size() - 1;
  }

  public double lowest() {
    return losses.stream().mapToDouble(loss -> loss).min().orElseThrow();
  }

  public double highest() {
    return losses.stream().mapToDouble(loss -> loss).max().orElseThrow();
  }

  public double mean() {
    return losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
  }
}
