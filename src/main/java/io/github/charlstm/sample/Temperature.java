package io.github.charlstm.sample;

import io.github.charlstm.model.SamplingParams;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Sharpens or flattens the probabilities before another policy chooses: {@code p_i^(1/temperature)}
 * scaled to sum to one. Below 1 the likely symbols gain, above 1 the unlikely ones, at 1 nothing
 * changes. The temperature comes first, then the policy: {@code new Temperature(0.8, new TopN(4))}
 * draws among the four most likely symbols of the sharpened probabilities.
 *
 * <p>The powers are taken in log space, in double precision, so that no temperature overflows. A
 * zero stays zero.
 *
 * @param temperature above zero and finite
 * @param policy what chooses from the reshaped probabilities
 */
public record Temperature(double temperature, NextSymbolPolicy policy) implements NextSymbolPolicy {

  /**
   * Checks the temperature.
   *
   * @param temperature above zero and finite
   * @param policy not null
   * @throws IllegalArgumentException if the temperature is not above zero or not finite
   */
  public Temperature {
    if (!(temperature > 0 && temperature <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "expected a finite temperature above 0, found "
              + temperature
              + "; use a value such as 0.8, or the greedy policy for the limit at 0");
    }
    Objects.requireNonNull(policy, "policy");
  }

  /**
   * Draws among all symbols.
   *
   * @param temperature above zero and finite
   */
  public Temperature(double temperature) {
    this(temperature, TopN.all());
  }

  @Override
  public int next(float[] probabilities, RandomGenerator random) {
    Probabilities.check(probabilities);
    return policy.next(reshape(probabilities), random);
  }

  @Override
  public Optional<SamplingParams> rule() {
    return policy.rule().map(rule -> rule.afterTemperature(temperature));
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
      // divided by the largest: the largest power is 1, and log 0 is minus infinity, whose exp is 0
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
