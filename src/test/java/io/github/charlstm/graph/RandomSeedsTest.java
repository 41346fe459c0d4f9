package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;

class RandomSeedsTest {
  private static final long MODULUS = Integer.MAX_VALUE;
  private final GraphRunner runner = new GraphRunner();

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void bothSeedsAreTaken() {
    assertThat(pair(RandomSeeds.of(12), 34)).isEqualTo(new RandomSeeds.Pair(12, 34));
    assertThat(pair(RandomSeeds.numbered(12), 34)).isEqualTo(new RandomSeeds.Pair(12, 34));
  }

  @Test
  void anOperationWithoutSeedTakesTheNumberOfOperations() {
    RandomSeeds seeds = RandomSeeds.of(5);
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 0));
    runner.tf().constant(1f);
    runner.tf().withSubScope("a").constant(1f);
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 2));
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 2));
  }

  @Test
  void numberedSeedsCountOperationsWithoutSeedOnly() {
    RandomSeeds seeds = RandomSeeds.numbered(5);
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 0));
    runner.tf().constant(1f);
    assertThat(pair(seeds, 9)).isEqualTo(new RandomSeeds.Pair(5, 9));
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 1));
  }

  @Test
  void anOperationSeedAloneMeetsTheDefaultGraphSeed() {
    assertThat(pair(RandomSeeds.fromEntropy(), 34)).isEqualTo(new RandomSeeds.Pair(87654321, 34));
    assertThat(pair(RandomSeeds.fromEntropy(), 0)).isEqualTo(new RandomSeeds.Pair(87654321, 0));
  }

  @Test
  void noSeedIsEntropyAndASeedOfZeroIsNot() {
    assertThat(pair(RandomSeeds.fromEntropy())).isEqualTo(new RandomSeeds.Pair(0, 0));
    assertThat(pair(RandomSeeds.of(0))).isEqualTo(new RandomSeeds.Pair(0, MODULUS));
    assertThat(pair(RandomSeeds.of(0), 0)).isEqualTo(new RandomSeeds.Pair(0, MODULUS));
    assertThat(pair(RandomSeeds.numbered(0))).isEqualTo(new RandomSeeds.Pair(0, MODULUS));
    assertThat(pair(RandomSeeds.of(MODULUS), -MODULUS)).isEqualTo(new RandomSeeds.Pair(0, MODULUS));
  }

  @Test
  void seedsAreTakenModulo31Bits() {
    assertThat(pair(RandomSeeds.of(-1), -3))
        .isEqualTo(new RandomSeeds.Pair(MODULUS - 1, MODULUS - 3));
    assertThat(pair(RandomSeeds.of(MODULUS + 4), 3 * MODULUS + 2))
        .isEqualTo(new RandomSeeds.Pair(4, 2));
  }

  @Test
  void badArgumentsAreRefused() {
    try (EagerSession eager = EagerSession.create()) {
      Ops ops = Ops.create(eager);
      assertThatThrownBy(() -> RandomSeeds.of(1).pair(ops, OptionalLong.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("eager");
      assertThat(RandomSeeds.of(1).pair(ops, OptionalLong.of(2)))
          .isEqualTo(new RandomSeeds.Pair(1, 2));
    }
    assertThatThrownBy(() -> new RandomSeeds.Pair(-1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> new RandomSeeds.Pair(0, MODULUS + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2147483648");
  }

  private RandomSeeds.Pair pair(RandomSeeds seeds) {
    return seeds.pair(runner.tf(), OptionalLong.empty());
  }

  private RandomSeeds.Pair pair(RandomSeeds seeds, long operationSeed) {
    return seeds.pair(runner.tf(), OptionalLong.of(operationSeed));
  }
}
