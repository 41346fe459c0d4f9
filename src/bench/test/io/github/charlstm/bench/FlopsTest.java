package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FlopsTest {
  @Test
  void annaHas201GigaflopsAStep() {
    assertThat(Flops.ofStep(Workloads.ANNA) / 1e9).isCloseTo(201.5, within(0.1));
  }

  @Test
  void oneLayerHasThatOfItsOneHotInputsAndTheDenseLayerOnly() {
    // 3 * (2 * 10,000 * (83 + 512) * 2048 + 2 * 10,000 * 512 * 83)
    assertThat(Flops.ofStep(Workloads.ANNA_ONE_LAYER)).isEqualTo(75_663_360_000.0);
  }

  @Test
  void anEmbeddingIsAsWideAsALayerAndItsLookUpCostsNothing() {
    // 3 * (3 layers of 2 * 5,000 * 256 * 512, and 2 * 5,000 * 128 * 40)
    assertThat(Flops.ofStep(Workloads.SHAKESPEARE)).isEqualTo(11_950_080_000.0);
  }

  @Test
  void rowsArePredictedOnceAnImage() {
    // 3 * (2 * 3,584 * (28 + 256 + 512) * 1024, and 2 * 128 * 256 * 10)
    assertThat(Flops.ofStep(Workloads.MNIST)).isEqualTo(17_529_962_496.0);
  }

  @Test
  void growsWithStepsAndBatchAsTheyDo() {
    double once = Flops.ofStep(Workloads.ANNA);
    assertThat(Flops.ofStep(Workloads.ANNA.withSteps(800))).isEqualTo(8 * once);
    assertThat(Flops.ofStep(Workloads.ANNA.withBatch(1))).isEqualTo(once / 100);
  }

  @Test
  void productCountsAMultiplicationAndAnAdditionEach() {
    assertThat(Flops.product(2, 3, 5)).isEqualTo(60);
  }
}
