package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Chooses the next symbol from the probabilities that a model predicts. Policies are nested: each
 * {@link Reshaping} changes the probabilities for the one in it, and the innermost chooses.
 *
 * <p>{@link Greedy}, {@link TopN}, {@link Temperature}, {@link TopP} and {@link Except} are also
 * followed by models that choose symbols in their own graph ({@link NextSymbolModel#generate}).
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
   * The same, for a policy that looks at the text so far; others choose as without it.
   *
   * @param before the symbols before the one to choose
   */
  default int next(float[] probabilities, SymbolHistory before, RandomGenerator random) {
    return next(probabilities, random);
  }

  /**
   * {@return whether it uses random numbers} The policies that a model's graph follows take one
   * {@code nextDouble()} for each symbol if they do.
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

  /** Changes the probabilities before another policy chooses. */
  sealed interface Reshaping extends NextSymbolPolicy
      permits Temperature, TopP, Except, RepetitionPenalty {
    /** {@return the policy that gets the changed probabilities} */
    NextSymbolPolicy policy();

    /** {@return changed probabilities, which need not sum to one, for valid ones} */
    float[] reshape(float[] probabilities, SymbolHistory before);

    @Override
    default int next(float[] probabilities, RandomGenerator random) {
      return next(probabilities, SymbolHistory.of(), random);
    }

    @Override
    default int next(float[] probabilities, SymbolHistory before, RandomGenerator random) {
      requireValid(probabilities);
      return policy().next(reshape(probabilities, before), before, random);
    }

    @Override
    default boolean draws() {
      return policy().draws();
    }
  }

  /**
   * {@return the probabilities from which the innermost policy of a chain chooses}
   *
   * @throws IllegalStateException as {@link #next(float[], RandomGenerator)}
   */
  static float[] reshaped(NextSymbolPolicy policy, float[] probabilities, SymbolHistory before) {
    requireValid(probabilities);
    return policy instanceof Reshaping outer
        ? reshaped(outer.policy(), outer.reshape(probabilities, before), before)
        : probabilities;
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
  record Temperature(double temperature, NextSymbolPolicy policy) implements Reshaping {
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
    public float[] reshape(float[] probabilities, SymbolHistory before) {
      return reshape(probabilities);
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

  /**
   * Nucleus sampling: keeps the smallest set of likeliest symbols whose share of all probability is
   * at least p; the others become zero (Holtzman et al. 2019, The Curious Case of Neural Text
   * Degeneration). Of equals at the limit the symbols with the higher numbers stay, as in {@link
   * TopN}. {@code new Temperature(0.8, new TopP(0.9, TopN.all()))} takes the nucleus of the
   * sharpened probabilities.
   *
   * @param p share in (0, 1]; 1 keeps all
   */
  record TopP(double p, NextSymbolPolicy policy) implements Reshaping {
    public TopP {
      if (!(p > 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "`top_p`: expected a share above 0, at most 1, found " + p);
      }
    }

    @Override
    public float[] reshape(float[] probabilities, SymbolHistory before) {
      Integer[] falling = new Integer[probabilities.length];
      Arrays.setAll(falling, k -> falling.length - 1 - k);
      Arrays.sort(falling, (a, b) -> Float.compare(probabilities[b], probabilities[a])); // stable
      // sums in the order of the graph's, so that both keep the same symbols
      double[] sums = new double[falling.length];
      double sum = 0;
      for (int k = 0; k < falling.length; k++) {
        sum += probabilities[falling[k]];
        sums[k] = sum;
      }
      float[] kept = new float[probabilities.length];
      for (int k = 0; k < falling.length && (k == 0 || sums[k - 1] < p * sum); k++) {
        kept[falling[k]] = probabilities[falling[k]];
      }
      return kept;
    }
  }

  /**
   * Makes symbols of the text before less likely (Keskar et al. 2019, CTRL, section 4.1). CTRL
   * divides their logits by the penalty. From probabilities the logits are known but for a
   * constant, so here {@code x_i = ln p_i - mean_j ln p_j}, over the symbols whose probability is
   * above zero: gradients of a softmax do not move the mean of its logits. A symbol of the text
   * before gets {@code x_i / penalty} if x_i is above zero, else {@code x_i * penalty}, since a
   * division would make it likelier; then {@code p = softmax(x)}.
   *
   * @param penalty 1 changes nothing, above 1 avoids repetition, below 1 seeks it; CTRL's is 1.2
   * @param window how many of the last symbols count, at least 1
   */
  record RepetitionPenalty(double penalty, int window, NextSymbolPolicy policy)
      implements Reshaping {
    public RepetitionPenalty {
      if (!(penalty > 0 && penalty <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "`repetition_penalty`: expected a finite number above 0, found " + penalty);
      }
      if (window < 1) {
        throw new IllegalArgumentException(
            "`repetition_window`: expected at least 1, found " + window);
      }
    }

    @Override
    public float[] reshape(float[] probabilities, SymbolHistory before) {
      double[] logits = new double[probabilities.length];
      double sum = 0;
      int possible = 0;
      for (int symbol = 0; symbol < logits.length; symbol++) {
        logits[symbol] = Math.log(probabilities[symbol]); // -infinity stays, whose exp is 0
        if (probabilities[symbol] > 0) {
          sum += logits[symbol];
          possible++;
        }
      }
      double mean = sum / possible;
      double largest = Double.NEGATIVE_INFINITY;
      boolean[] recent = new boolean[logits.length];
      for (int k = Math.max(0, before.size() - window); k < before.size(); k++) {
        recent[before.get(k)] = true;
      }
      for (int symbol = 0; symbol < logits.length; symbol++) {
        double logit = logits[symbol] - mean;
        double penalized = logit > 0 ? logit / penalty : logit * penalty;
        logits[symbol] = recent[symbol] ? penalized : logit;
        largest = Math.max(largest, logits[symbol]);
      }
      return softmax(logits, largest);
    }

    private static float[] softmax(double[] logits, double largest) {
      double total = 0;
      for (int symbol = 0; symbol < logits.length; symbol++) {
        logits[symbol] = Math.exp(logits[symbol] - largest);
        total += logits[symbol];
      }
      float[] probabilities = new float[logits.length];
      for (int symbol = 0; symbol < logits.length; symbol++) {
        probabilities[symbol] = (float) (logits[symbol] / total);
      }
      return probabilities;
    }
  }

  /** Never chooses some symbols, such as a vocabulary's unknown: their probabilities count as 0. */
  record Except(Set<Integer> symbols, NextSymbolPolicy policy) implements Reshaping {
    public Except {
      symbols = Set.copyOf(symbols);
    }

    /**
     * {@return a policy that chooses no symbol of a vocabulary that is {@linkplain
     * Vocabulary#neverWritten() never written}, such as its unknown; the same if it has none}
     */
    public static NextSymbolPolicy unknown(Vocabulary vocabulary, NextSymbolPolicy policy) {
      Set<Integer> never = vocabulary.neverWritten();
      return never.isEmpty() ? policy : new Except(never, policy);
    }

    @Override
    public float[] reshape(float[] probabilities, SymbolHistory before) {
      float[] others = probabilities.clone();
      symbols.forEach(symbol -> others[symbol] = 0);
      return others;
    }
  }

  /**
   * Draws the first symbol of the text and those after some symbols by a policy, and takes the
   * likeliest everywhere else. With the white space of a text (Python: {@code --sample 2} of
   * char-rnn-tensorflow, which draws after spaces only) the words vary, and their spelling stays
   * sure.
   */
  record DrawAfter(Set<Integer> symbols, NextSymbolPolicy policy) implements NextSymbolPolicy {
    public DrawAfter {
      symbols = Set.copyOf(symbols);
    }

    /**
     * {@return the policy that draws at the beginning of each word: after white space, or, of a
     * vocabulary of words, always}
     */
    public static NextSymbolPolicy wordStarts(Vocabulary vocabulary, NextSymbolPolicy policy) {
      if (!vocabulary.separator().isEmpty()) {
        return policy;
      }
      Set<Integer> special = vocabulary.special();
      return new DrawAfter(
          IntStream.range(0, vocabulary.size())
              .filter(number -> !special.contains(number))
              .filter(number -> vocabulary.symbol(number).isBlank())
              .boxed()
              .collect(Collectors.toSet()),
          policy);
    }

    @Override
    public int next(float[] probabilities, RandomGenerator random) {
      return next(probabilities, SymbolHistory.of(), random);
    }

    @Override
    public int next(float[] probabilities, SymbolHistory before, RandomGenerator random) {
      boolean drawn = before.size() == 0 || symbols.contains(before.get(before.size() - 1));
      return (drawn ? policy : new Greedy()).next(probabilities, before, random);
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
