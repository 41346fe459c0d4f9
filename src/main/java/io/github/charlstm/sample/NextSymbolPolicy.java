package io.github.charlstm.sample;

import java.util.random.RandomGenerator;

/** Chooses the next symbol from the probabilities that a model predicts. */
@FunctionalInterface
public interface NextSymbolPolicy {

  /**
   * Chooses one symbol. The array is read, never changed.
   *
   * @param probabilities one value a symbol, shape {@code [vocabulary]}, finite and not negative,
   *     at least one above zero; they need not sum to one
   * @param random where a policy that draws takes its random numbers from
   * @return the symbol's number, from 0 to {@code probabilities.length - 1}; one of probability
   *     zero is never chosen
   * @throws IllegalStateException if there are no probabilities, one of them is NaN, infinite or
   *     negative, or all are zero: the model that made them is broken
   */
  int next(float[] probabilities, RandomGenerator random);
}
