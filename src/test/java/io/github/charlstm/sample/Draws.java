package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Many draws of one policy, compared with the expected frequencies. */
final class Draws {

  private static final int COUNT = 40_000;

  private Draws() {}

  static int[] count(NextSymbolPolicy policy, float[] probabilities, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    int[] counts = new int[probabilities.length];
    for (int draw = 0; draw < COUNT; draw++) {
      counts[policy.next(probabilities, random)]++;
    }
    return counts;
  }

  /** Pearson's chi-square test; a symbol of probability zero must never be drawn. */
  static void assertFrequencies(int[] counts, double[] expected) {
    double statistic = 0;
    int cells = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (expected[symbol] == 0) {
        assertThat(counts[symbol]).as("draws of symbol %d", symbol).isZero();
        continue;
      }
      double mean = expected[symbol] * COUNT;
      statistic += (counts[symbol] - mean) * (counts[symbol] - mean) / mean;
      cells++;
    }
    int freedom = cells - 1;
    // six standard deviations above the mean of chi-square; a wrong weight gives hundreds
    assertThat(statistic).as("chi-square").isLessThan(freedom + 6 * Math.sqrt(2.0 * freedom));
  }
}
