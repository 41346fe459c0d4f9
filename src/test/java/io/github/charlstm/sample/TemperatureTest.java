package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {

  private static final float[] FIVE = {0.1f, 0.4f, 0f, 0.3f, 0.2f};

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.8, 1.0, 1.7, 10.0})
  void drawsFollowThePlainPowers(double temperature) {
    double[] expected = powers(FIVE, temperature);
    Draws.assertFrequencies(Draws.count(new Temperature(temperature), FIVE, 21), expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.25, 0.8, 1.0, 1.7, 10.0})
  void reshapedProbabilitiesAreThePlainPowers(double temperature) {
    float[] reshaped = new Temperature(temperature).reshape(FIVE);
    double[] expected = powers(FIVE, temperature);
    for (int symbol = 0; symbol < FIVE.length; symbol++) {
      assertThat((double) reshaped[symbol]).isCloseTo(expected[symbol], within(1e-7));
    }
  }

  @Test
  void temperatureComesBeforeTopN() {
    double[] expected = powers(new float[] {0, 0.4f, 0, 0.3f, 0}, 0.5);
    Temperature policy = new Temperature(0.5, new TopN(2));
    Draws.assertFrequencies(Draws.count(policy, FIVE, 22), expected);
  }

  @Test
  void aTinyTemperatureIsGreedy() {
    float[] probabilities = {1e-30f, 1e-20f, 1.1e-20f, 1e-25f};
    assertThat(Draws.count(new Temperature(1e-300), probabilities, 1)[2]).isEqualTo(40_000);
    assertThat(Draws.count(new Temperature(0.001), probabilities, 1)[2]).isEqualTo(40_000);
  }

  @Test
  void aHugeTemperatureIsUniformOverThePossible() {
    int[] counts = Draws.count(new Temperature(Double.MAX_VALUE), FIVE, 23);
    Draws.assertFrequencies(counts, new double[] {.25, .25, 0, .25, .25});
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aTemperatureThatIsNotAboveZeroAndFiniteIsRejected(double temperature) {
    assertThatThrownBy(() -> new Temperature(temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("`temperature`: expected a finite number above 0")
        .hasMessageContaining(String.valueOf(temperature));
  }

  private static double[] powers(float[] probabilities, double temperature) {
    double[] powers = new double[probabilities.length];
    double total = 0;
    for (int symbol = 0; symbol < powers.length; symbol++) {
      powers[symbol] = Math.pow(probabilities[symbol], 1 / temperature);
      total += powers[symbol];
    }
    for (int symbol = 0; symbol < powers.length; symbol++) {
      powers[symbol] /= total;
    }
    return powers;
  }
}
