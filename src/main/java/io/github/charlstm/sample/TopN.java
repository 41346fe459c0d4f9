package io.github.charlstm.sample;

import io.github.charlstm.model.ChoiceRule;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

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

  /** Draws among all symbols. */
  public static TopN all() {
    return new TopN(Integer.MAX_VALUE);
  }

  @Override
  public int next(float[] probabilities, RandomGenerator random) {
    Probabilities.check(probabilities);
    double[] weights = new double[probabilities.length];
    mostLikely(probabilities).forEach(symbol -> weights[symbol] = probabilities[symbol]);
    return Probabilities.draw(weights, random);
  }

  @Override
  public Optional<ChoiceRule> rule() {
    return Optional.of(ChoiceRule.drawnAmong(n));
  }

  private IntStream mostLikely(float[] probabilities) {
    IntStream symbols = IntStream.range(0, probabilities.length);
    if (n >= probabilities.length) {
      return symbols;
    }
    // ascending by probability; the sort of objects is stable
    return symbols
        .boxed()
        .sorted(Comparator.comparingDouble(symbol -> probabilities[symbol]))
        .skip(probabilities.length - n)
        .mapToInt(Integer::intValue);
  }
}
