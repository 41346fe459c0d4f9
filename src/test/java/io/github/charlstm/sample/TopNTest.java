package io.github.charlstm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopNTest {

  private static final float[] SIX = {0.05f, 0.3f, 0.02f, 0.4f, 0.13f, 0.1f};

  @Test
  void fourIsTheDefault() {
    assertThat(new TopN()).isEqualTo(new TopN(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 1000})
  void drawsFollowTheNaiveReference(int n) {
    int[] counts = Draws.count(new TopN(n), SIX, 11 + n);
    Draws.assertFrequencies(counts, reference(SIX, n));
  }

  @Test
  void randomVectorsFollowTheNaiveReference() {
    Random random = new Random(5);
    for (int trial = 0; trial < 5; trial++) {
      float[] probabilities = new float[20];
      for (int symbol = 0; symbol < probabilities.length; symbol++) {
        probabilities[symbol] = random.nextFloat() + 0.01f;
      }
      int[] counts = Draws.count(new TopN(8), probabilities, trial);
      Draws.assertFrequencies(counts, reference(probabilities, 8));
    }
  }

  @Test
  void oneIsAlwaysTheMostLikely() {
    assertThat(Draws.count(new TopN(1), SIX, 1)[3]).isEqualTo(40_000);
  }

  @Test
  void amongEqualsTheHigherNumbersStay() {
    float[] equal = {0.2f, 0.2f, 0.2f, 0.2f, 0.2f};
    Draws.assertFrequencies(Draws.count(new TopN(2), equal, 3), new double[] {0, 0, 0, .5, .5});
  }

  @Test
  void aSymbolOfProbabilityZeroIsNeverDrawn() {
    float[] probabilities = {0f, 0.5f, 0f, 0.5f, 0f};
    int[] counts = Draws.count(new TopN(4), probabilities, 4);
    Draws.assertFrequencies(counts, new double[] {0, .5, 0, .5, 0});
  }

  @Test
  void aPointThatRoundsUpToTheTotalIsTheLastPossibleSymbol() {
    Random one =
        new Random() {
          private static final long serialVersionUID = 1L;

          @Override
          public double nextDouble() {
            return 1.0;
          }
        };
    assertThat(new TopN(3).next(new float[] {0.1f, 0.7f, 0f}, one)).isEqualTo(1);
  }

  @Test
  void theSameSeedGivesTheSameSymbols() {
    assertThat(Draws.count(new TopN(), SIX, 9)).isEqualTo(Draws.count(new TopN(), SIX, 9));
    assertThat(Draws.count(new TopN(), SIX, 9)).isNotEqualTo(Draws.count(new TopN(), SIX, 10));
  }

  @Test
  void theProbabilitiesAreLeftAlone() {
    float[] probabilities = SIX.clone();
    new TopN(2).next(probabilities, new SplittableRandom(1));
    assertThat(probabilities).isEqualTo(SIX);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void fewerThanOneIsRejected(int n) {
    assertThatThrownBy(() -> new TopN(n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1")
        .hasMessageContaining(String.valueOf(n));
  }

  /** Removes the least likely symbol (the first of equals) until n are left. */
  private static double[] reference(float[] probabilities, int n) {
    double[] kept = new double[probabilities.length];
    for (int symbol = 0; symbol < kept.length; symbol++) {
      kept[symbol] = probabilities[symbol];
    }
    for (int removed = 0; removed < probabilities.length - n; removed++) {
      int least = -1;
      for (int symbol = 0; symbol < kept.length; symbol++) {
        if (kept[symbol] > 0 && (least < 0 || kept[symbol] < kept[least])) {
          least = symbol;
        }
      }
      kept[least] = 0;
    }
    double total = 0;
    for (double value : kept) {
      total += value;
    }
    for (int symbol = 0; symbol < kept.length; symbol++) {
      kept[symbol] /= total;
    }
    return kept;
  }
}
