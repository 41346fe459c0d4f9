package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.NextSymbolPolicy.TopP;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopPTest {
  private static final float[] FIVE = {0.1f, 0.4f, 0f, 0.3f, 0.2f};

  @Test
  void theNucleusIsTheSmallestSetOfAllThatHasTheShare() {
    Random random = new Random(6);
    for (int trial = 0; trial < 300; trial++) {
      float[] probabilities = new float[1 + random.nextInt(8)];
      float sum = 0;
      for (int k = 0; k < probabilities.length; k++) {
        probabilities[k] = random.nextFloat() + 0.01f;
        sum += probabilities[k];
      }
      double p = 0.05 + 0.9 * random.nextDouble();
      boolean[] expected = smallest(probabilities, p * sum);
      float[] kept = new TopP(p, TopN.all()).reshape(probabilities, SymbolHistory.of());
      for (int k = 0; k < kept.length; k++) {
        assertThat(kept[k])
            .as("symbol %s of %s at %s", k, Arrays.toString(probabilities), p)
            .isEqualTo(expected[k] ? probabilities[k] : 0);
      }
    }
  }

  // Of all sets with at least this sum the one with the fewest members, of those the likeliest.
  private static boolean[] smallest(float[] probabilities, double least) {
    int best = -1;
    double bestSum = 0;
    for (int set = 1; set < 1 << probabilities.length; set++) {
      double sum = 0;
      for (int k = 0; k < probabilities.length; k++) {
        sum += (set >> k & 1) * (double) probabilities[k];
      }
      int fewer = best < 0 ? -1 : Integer.bitCount(set) - Integer.bitCount(best);
      if (sum >= least && (fewer < 0 || fewer == 0 && sum > bestSum)) {
        best = set;
        bestSum = sum;
      }
    }
    boolean[] members = new boolean[probabilities.length];
    for (int k = 0; k < members.length; k++) {
      members[k] = (best >> k & 1) == 1;
    }
    return members;
  }

  @Test
  void drawsAreInProportionWithinTheNucleus() {
    Draws.assertFrequencies(
        Draws.count(new TopP(0.85, TopN.all()), FIVE, 31),
        new double[] {0, 4 / 9d, 0, 3 / 9d, 2 / 9d});
    Draws.assertFrequencies(
        Draws.count(new TopP(1, TopN.all()), FIVE, 32), new double[] {.1, .4, 0, .3, .2});
  }

  @Test
  void theTemperatureComesFirstAndTopNLast() {
    // squared and scaled: 1/30, 16/30, 0, 9/30, 4/30
    TopP nucleus = new TopP(0.8, TopN.all());
    Draws.assertFrequencies(
        Draws.count(new Temperature(0.5, nucleus), FIVE, 33), new double[] {0, .64, 0, .36, 0});
    Draws.assertFrequencies(
        Draws.count(new TopP(0.95, new TopN(2)), FIVE, 34), new double[] {0, 4 / 7d, 0, 3 / 7d, 0});
  }

  @Test
  void ofEqualsTheHigherNumbersStay() {
    float[] kept =
        new TopP(0.5, TopN.all()).reshape(new float[] {.25f, .25f, .25f, .25f}, SymbolHistory.of());
    assertThat(kept).containsExactly(0, 0, .25f, .25f);
  }

  @Test
  void theLikeliestStaysHoweverSmallTheShare() {
    float[] kept = new TopP(1e-9, TopN.all()).reshape(FIVE, SymbolHistory.of());
    assertThat(kept).containsExactly(0, .4f, 0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void aShareOutOfRangeIsRejected(double p) {
    assertThatThrownBy(() -> new TopP(p, TopN.all()))
        .hasMessage("`top_p`: expected a share above 0, at most 1, found " + p);
  }
}
