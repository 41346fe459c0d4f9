package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses the next symbol from the probabilities that a model predicts. {@link Greedy}, {@link
 * TopN}, {@link Temperature} and {@link Except} are also followed by models that choose symbols in
 * their own graph ({@link NextSymbolModel#generate}).
 */
@FunctionalInterface
public interface NextSymbolPolicy {
  /**
   * Chooses one symbol; its probability is above zero. The array is not changed.
   *
   * @param probabilities one for each symbol, {@code [V]}: finite, not negative, at least one above
   *     zero; they need not sum to one
   * @throws IllegalStateException if there are no probabilities, one of them is NaN, infinite or
   *     negative, or all are zero, which a model whose weights have diverged predicts
   */
  int next(float[] probabilities, RandomGenerator random);

  /**
   * {@return whether it uses random numbers} The policies of this interface take one {@code
   * nextDouble()} for each symbol if they do.
   */
  default boolean draws() {
    return true;
  }

  /** The most likely symbol; of equals the first, as {@code numpy.argmax}. */
  record Greedy() implements NextSymbolPolicy {
    @Override
    public int next(float[] probabilities, RandomGenerator random) {
      requireValid(probabilities);
      int best = 0;
      for (int symbol = 1; symbol < probabilities.length; symbol++) {
        if (probabilities[symbol] > probabilities[best]) {
          best = symbol;
        }
      }
      return best;
    }

    @Override
    public boolean draws() {
      return false;
    }
  }

  /**
   * Draws among the n most likely symbols, in proportion to their probabilities (Python: the book's
   * {@code pick_top_n_characters(preds, vocab_size, top_n=4)}).
   *
   * <p>Python sets {@code p[numpy.argsort(p)[:-n]] = 0} and so keeps the last n of an ascending
   * sort. Among equal probabilities at the limit, the symbols with the higher numbers are kept,
   * which is what a stable sort gives; numpy's default sort promises no order among equals.
   *
   * @param n number of symbols to draw among, at least 1; all if it is above V
   */
  record TopN(int n) implements NextSymbolPolicy {
    /** The book's default, 4. */
    public static final int DEFAULT_N = 4;

    public TopN {
      if (n < 1) {
        throw new IllegalArgumentException("`top_n`: expected at least 1, found " + n);
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
      requireValid(probabilities);
      return draw(mostLikely(probabilities), random);
    }

    // All but the n most likely become 0.
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

    /**
     * Draws an index in proportion to its weight, as {@code numpy.random.choice}: one uniform
     * number, looked up in the cumulative sum. At least one weight is above zero.
     */
    static int draw(double[] weights, RandomGenerator random) {
      double total = 0;
      for (double weight : weights) {
        total += weight;
      }
      double point = random.nextDouble() * total; // in [0, total)
      double sum = 0;
      int last = -1;
      for (int index = 0; index < weights.length; index++) {
        if (weights[index] > 0) {
          sum += weights[index];
          last = index;
          if (point < sum) {
            return index;
          }
        }
      }
      return last; // rounding can make the point equal to the total
    }
  }

  /**
   * Sharpens or flattens the probabilities before another policy chooses: {@code
   * p_i^(1/temperature)}, scaled to sum to one. Below 1 likely symbols gain, above 1 unlikely ones.
   * {@code new Temperature(0.8, new TopN(4))} draws among the four most likely symbols of the
   * sharpened probabilities.
   *
   * <p>The powers are computed from logarithms, in double precision, so that no temperature
   * overflows. Zeros stay zero. The temperature is above zero and finite.
   */
  record Temperature(double temperature, NextSymbolPolicy policy) implements NextSymbolPolicy {
    public Temperature {
      if (!(temperature > 0 && temperature <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "`temperature`: expected a finite number above 0, found "
                + temperature
                + "; use a value such as 0.8, or the greedy policy for the limit at 0");
      }
    }

    /** Draws among all symbols. */
    public Temperature(double temperature) {
      this(temperature, TopN.all());
    }

    @Override
    public int next(float[] probabilities, RandomGenerator random) {
      requireValid(probabilities);
      return policy.next(reshape(probabilities), random);
    }

    @Override
    public boolean draws() {
      return policy.draws();
    }

    /** The probabilities at this temperature, summing to one. */
    float[] reshape(float[] probabilities) {
      float largest = 0;
      for (float probability : probabilities) {
        largest = Math.max(largest, probability);
      }
      double logLargest = Math.log(largest);
      double[] powers = new double[probabilities.length];
      double total = 0;
      for (int symbol = 0; symbol < powers.length; symbol++) {
        // relative to the largest, whose power is 1; log 0 is -infinity, whose exp is 0
        powers[symbol] = Math.exp((Math.log(probabilities[symbol]) - logLargest) / temperature);
        total += powers[symbol];
      }
      float[] reshaped = new float[powers.length];
      for (int symbol = 0; symbol < reshaped.length; symbol++) {
        reshaped[symbol] = (float) (powers[symbol] / total);
      }
      return reshaped;
    }
  }

  /** Never chooses some symbols, such as a vocabulary's unknown: their probabilities count as 0. */
  record Except(Set<Integer> symbols, NextSymbolPolicy policy) implements NextSymbolPolicy {
    public Except {
      symbols = Set.copyOf(symbols);
    }

    /**
     * {@return a policy that never chooses a vocabulary's unknown, nor another of its {@linkplain
     * Vocabulary#special() special symbols}; the same if it has none}
     */
    public static NextSymbolPolicy unknown(Vocabulary vocabulary, NextSymbolPolicy policy) {
      Set<Integer> special = vocabulary.special();
      return special.isEmpty() ? policy : new Except(special, policy);
    }

    @Override
    public int next(float[] probabilities, RandomGenerator random) {
      requireValid(probabilities);
      float[] others = probabilities.clone();
      symbols.forEach(symbol -> others[symbol] = 0);
      return policy.next(others, random);
    }

    @Override
    public boolean draws() {
      return policy.draws();
    }
  }

  private static void requireValid(float[] probabilities) {
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
}
