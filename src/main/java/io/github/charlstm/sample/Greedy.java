package io.github.charlstm.sample;

import io.github.charlstm.model.SamplingParams;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Always the most likely symbol; of equals the first, as {@code numpy.argmax}. Uses no random
 * numbers.
 */
public record Greedy() implements NextSymbolPolicy {

  @Override
  public int next(float[] probabilities, RandomGenerator random) {
    Probabilities.check(probabilities);
    int best = 0;
    for (int symbol = 1; symbol < probabilities.length; symbol++) {
      if (probabilities[symbol] > probabilities[best]) {
        best = symbol;
      }
    }
    return best;
  }

  @Override
  public Optional<SamplingParams> rule() {
    return Optional.of(SamplingParams.likeliest());
  }
}
