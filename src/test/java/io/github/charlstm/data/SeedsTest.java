package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  @Test
  void mixGivesTheOutputsOfSplitMix64() {
    // java.util.SplittableRandom's generator, seeds 0 and 1234567
    assertThat(Seeds.mix(0)).isEqualTo(0xe220a8397b1dcdafL);
    assertThat(Seeds.mix(1234567)).isEqualTo(6457827717110365317L);
    assertThat(Seeds.mix(1234567 + GAMMA)).isEqualTo(3203168211198807973L);
  }

  @Test
  void firstNumbersOfNeighbouringSeedsSpreadOnceMixed() {
    assertThat(longestRunBelowOneHundredth(Random::new)).isGreaterThan(50);
    assertThat(longestRunBelowOneHundredth(seed -> new Random(Seeds.mix(seed)))).isLessThan(5);
  }

  private static int longestRunBelowOneHundredth(LongFunction<Random> generator) {
    int longest = 0;
    int run = 0;
    for (long seed : LongStream.range(0, 25_000).toArray()) {
      run = generator.apply(seed).nextDouble() < 0.01 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
