package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.loop.Body;
import io.github.charlstm.loop.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

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
  void withoutASeedTheNumberOfOperationsIsTheOperationSeed() {
    RandomSeeds seeds = RandomSeeds.of(5);
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 0));
    runner.tf().constant(1f);
    runner.tf().withSubScope("a").constant(1f);
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 2));
    assertThat(pair(seeds)).isEqualTo(new RandomSeeds.Pair(5, 2));
  }

  @Test
  void inALoopsBodyEachSeedCountsAllOperationsAndIsUnique() {
    RandomSeeds seeds = RandomSeeds.of(5);
    Ops tf = runner.tf();
    Operand<TFloat32> inputs = tf.constant(new float[][] {{1f, 2f}, {3f, 4f}});
    List<Long> given = new ArrayList<>();
    for (int loop = 0; loop < 2; loop++) {
      Scan.of(
          tf,
          inputs,
          tf.constant(2),
          List.of(),
          (body, x, states) -> {
            long first = seeds.pair(body, OptionalLong.empty()).seed2();
            long inside = ((LoopEnvironment) body.scope().env()).operations();
            if (given.isEmpty()) {
              assertThat(first).isEqualTo(inside + operations());
            }
            body.constant(1f);
            body.constant(1f);
            long second = seeds.pair(body, OptionalLong.empty()).seed2();
            assertThat(second).isEqualTo(first + 2);
            given.addAll(List.of(first, second));
            return new Body.Result<>(x, states);
          },
          false);
      given.add(pair(seeds).seed2());
    }
    assertThat(given).isSorted().doesNotHaveDuplicates();
  }

  private long operations() {
    return runner.graph().toGraphDef().getNodeCount();
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
  void badArgumentsAreRejected() {
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
