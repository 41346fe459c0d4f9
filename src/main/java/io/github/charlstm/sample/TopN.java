package io.github.charlstm.sample;

import io.github.charlstm.model.SamplingParams;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Draws among the n most likely symbols, each with a chance in proportion to its probability. The
 * book's {@code pick_top_n_characters(preds, vocab_size, top_n=4)}.
 *
 * <p>Python sets {@code p[numpy.argsort(p)[:-n]] = 0} and so keeps the last n of an ascending sort.
 * Among equal probabilities at the edge, the symbols with the higher numbers are kept, which is
 * what a stable sort gives; numpy's default sort promises no order among equals.
 *
 * @param n how many symbols stay in the draw, at least 1; more than there are means all
 */
public record TopN(int n) implements NextSymbolPolicy {

  /** The book's number of candidates, 4. */
  public static final int DEFAULT_N = 4;

  /**
   * Checks the number.
   *
   * @param n at least 1
   * @throws IllegalArgumentException if n is below 1
   */
  public TopN {
    if (n < 1) {
      throw new IllegalArgumentException(
          "expected top-n to keep at least 1 symbol, found " + n + "; give 1 or more");
    }
  }

  /** The book's default: the 4 most likely. */
  public TopN() {
    this(DEFAULT_N);
  }

  /** {@return the policy that draws among all symbols} */
  public static TopN all() {
    return new TopN(Integer.MAX_VALUE);
  }

  @Override
  public int next(float[] probabilities, RandomGenerator random) {
    Probabilities.check(probabilities);
    return Probabilities.draw(mostLikely(probabilities), random);
  }

  @Override
  public Optional<SamplingParams> rule() {
    return Optional.of(SamplingParams.drawnAmong(n));
  }

  // Zero for all but the n; of equals, those with the higher numbers are kept.
  private double[] mostLikely(float[] probabilities) {
    int size = probabilities.length;
    float[] ascending = probabilities.clone();
    Arrays.sort(ascending);
    float least = n >= size ? 0 : ascending[size - n];
    int kept = 0;
    double[] weights = new double[size];
    for (int symbol = 0; symbol < size; symbol++) {
      if (probabilities[symbol] > least) {
        weights[symbol] = probabilities[symbol];
        kept++;
      }
    }
    for (int symbol = size - 1; symbol >= 0 && kept < n; symbol--) {
      if (probabilities[symbol] == least) {
        weights[symbol] = least;
        kept++;
      }
    }
    return weights;
  }
}
