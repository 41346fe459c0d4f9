package io.github.charlstm.sample;

import java.util.random.RandomGenerator;

/** What the policies share: checking a model's probabilities, and drawing from weights. */
final class Probabilities {

  private Probabilities() {}

  /** Throws {@link IllegalStateException} unless a symbol can be chosen from these values. */
  static void check(float[] probabilities) {
    if (probabilities.length == 0) {
      throw new IllegalStateException(
          "expected at least one probability to choose a symbol from, found none");
    }
    boolean anyAboveZero = false;
    for (int symbol = 0; symbol < probabilities.length; symbol++) {
      float probability = probabilities[symbol];
      if (!(probability >= 0 && probability <= Float.MAX_VALUE)) {
        throw new IllegalStateException(
            String.format(
                "expected finite probabilities of at least 0, found %s for symbol %s of %s;"
                    + " the model's weights may have diverged, try an earlier checkpoint",
                probability, symbol, probabilities.length));
      }
      anyAboveZero |= probability > 0;
    }
    if (!anyAboveZero) {
      throw new IllegalStateException(
          String.format(
              "expected a probability above 0, found all %s to be 0;"
                  + " the model's weights may have diverged, try an earlier checkpoint",
              probabilities.length));
    }
  }

  /**
   * Draws an index with a chance in proportion to its weight, as {@code numpy.random.choice} does:
   * one uniform number, looked up in the running sum.
   *
   * @param weights finite, not negative, at least one above zero
   */
  static int draw(double[] weights, RandomGenerator random) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double point = random.nextDouble() * total; // in [0, total)
    double runningSum = 0;
    int last = -1;
    for (int index = 0; index < weights.length; index++) {
      if (weights[index] > 0) {
        runningSum += weights[index];
        last = index;
        if (point < runningSum) {
          return index;
        }
      }
    }
    return last; // rounding can carry the point up to the total
  }
}
