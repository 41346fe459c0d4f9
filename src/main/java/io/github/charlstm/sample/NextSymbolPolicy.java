package io.github.charlstm.sample;

import io.github.charlstm.model.SamplingParams;
import java.util.Optional;
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

  /**
   * {@return the same policy in words that a model can follow by itself; empty, the default, if it
   * is asked for each symbol} A policy that has a rule takes one {@code nextDouble()} from the
   * random numbers for each symbol that it draws, or none if it does not draw.
   */
  default Optional<SamplingParams> rule() {
    return Optional.empty();
  }
}
