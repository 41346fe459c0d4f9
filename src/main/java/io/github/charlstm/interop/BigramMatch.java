package io.github.charlstm.interop;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Solves a substitution cipher by pairs of neighbours: the numbers of characters for which a text
 * is likeliest, given how often a number follows another. It begins with the order of frequencies
 * and swaps two numbers as long as that helps, then begins again from a few random swaps.
 */
final class BigramMatch {
  private static final int RESTARTS = 40;
  // Operations of all restarts together, which limits them for large vocabularies.
  private static final double MOST_OPERATIONS = 2e9;

  private final double[][] counts;
  private final double[][] joint;
  private final double[][] logs;
  private final int size;

  /**
   * @param counts how often character b follows character a in the text, {@code [V][V]}; rows and
   *     columns of zeros for numbers that no character has
   * @param joint how often number j follows number i, of any sum
   */
  BigramMatch(double[][] counts, double[][] joint) {
    this.counts = counts;
    this.joint = joint;
    this.size = counts.length;
    this.logs = conditional(joint);
  }

  // ln p(j | i), with a small share for what was never seen.
  private static double[][] conditional(double[][] joint) {
    double floor = 1e-3 / joint.length;
    double[][] logs = new double[joint.length][joint.length];
    for (int i = 0; i < joint.length; i++) {
      double sum = Arrays.stream(joint[i]).sum() + floor * joint.length;
      for (int j = 0; j < joint.length; j++) {
        logs[i][j] = Math.log((joint[i][j] + floor) / sum);
      }
    }
    return logs;
  }

  /** {@return the number of each character} */
  int[] solve(Random random) {
    int[] best = byFrequency();
    double most = climb(best);
    // about ten sweeps over all pairs, each of which has 8V terms
    double operations = 40.0 * size * size * size;
    for (int k = 0; k < RESTARTS && k * operations < MOST_OPERATIONS; k++) {
      int[] other = best.clone();
      for (int swaps = 2 + random.nextInt(size / 6 + 1); swaps > 0; swaps--) {
        swap(other, random.nextInt(size), random.nextInt(size));
      }
      double score = climb(other);
      if (score > most) {
        most = score;
        best = other;
      }
    }
    return best;
  }

  private int[] byFrequency() {
    int[] characters = mostFrequentFirst(counts);
    int[] numbers = mostFrequentFirst(joint);
    int[] numberOf = new int[size];
    for (int k = 0; k < size; k++) {
      numberOf[characters[k]] = numbers[k];
    }
    return numberOf;
  }

  private int[] mostFrequentFirst(double[][] pairs) {
    double[] sums =
        IntStream.range(0, size).mapToDouble(k -> Arrays.stream(pairs[k]).sum()).toArray();
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingDouble(k -> -sums[k]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void swap(int[] numbers, int a, int b) {
    int before = numbers[a];
    numbers[a] = numbers[b];
    numbers[b] = before;
  }

  /** Swaps while that helps; returns the log-likelihood. */
  private double climb(int[] numbers) {
    boolean better = true;
    while (better) {
      better = false;
      for (int a = 0; a < size; a++) {
        for (int b = a + 1; b < size; b++) {
          double before = involving(numbers, a, b);
          swap(numbers, a, b);
          if (involving(numbers, a, b) > before + 1e-6) {
            better = true;
          } else {
            swap(numbers, a, b);
          }
        }
      }
    }
    double sum = 0;
    for (int a = 0; a < size; a++) {
      for (int b = 0; b < size; b++) {
        sum += term(numbers, a, b);
      }
    }
    return sum;
  }

  // The terms of all pairs with a or b.
  private double involving(int[] numbers, int a, int b) {
    double sum = 0;
    for (int k = 0; k < size; k++) {
      sum += term(numbers, a, k) + term(numbers, b, k);
      if (k != a && k != b) {
        sum += term(numbers, k, a) + term(numbers, k, b);
      }
    }
    return sum;
  }

  private double term(int[] numbers, int a, int b) {
    return counts[a][b] * logs[numbers[a]][numbers[b]];
  }
}
