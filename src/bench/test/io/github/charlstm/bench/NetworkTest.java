package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void everyWorkloadsTaskIsReadAsItWasWritten() {
    for (Workload workload : Workloads.all()) {
      assertThat(Task.of(workload.task().words())).isEqualTo(workload.task());
    }
  }

  @Test
  void aMissingWordIsNamed() {
    List<String> words = new ArrayList<>(Workloads.ANNA.words());
    words.removeIf(word -> word.startsWith("units="));
    assertThatThrownBy(() -> Network.of(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("units");
  }

  @Test
  void anUnknownWordIsNamed() {
    List<String> words = new ArrayList<>(Workloads.ANNA.words());
    words.add("peepholes=1");
    assertThatThrownBy(() -> Network.of(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("peepholes");
  }

  @Test
  void symbolsArePredictedAmongThoseThatAreRead() {
    assertThatThrownBy(
            () -> new Network(Network.Input.ONE_HOT, 83, 40, 512, 2, 100, 100, 1, 5, 0.1f))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("83 and 40");
  }

  @Test
  void randomDataHaveTheShapesOfTheNetwork() {
    RandomData text = new RandomData(Workloads.ANNA);
    text.next();
    assertAllBelow(83, 10_000, text.symbols());
    assertAllBelow(83, 10_000, text.targets());
    RandomData images = new RandomData(Workloads.MNIST);
    images.next();
    assertThat(images.images()).hasSize(128 * 28 * 28);
    assertAllBelow(10, 128, images.targets());
  }

  private static void assertAllBelow(int bound, int count, int[] values) {
    assertThat(values).hasSize(count);
    assertThat(Arrays.stream(values)).allMatch(value -> value >= 0 && value < bound);
  }

  @Test
  void anImageShowsItsClass() {
    RandomData data = new RandomData(Workloads.MNIST);
    data.next();
    for (int row = 0; row < 28; row++) {
      assertThat(data.images()[(127 * 28 + row) * 28 + data.targets()[127]]).isEqualTo(1f);
    }
  }
}
