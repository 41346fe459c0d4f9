package io.github.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EpochShuffleTest {

  @Test
  void ordersAreFixedSoThatRunsResume() {
    EpochShuffle order = EpochShuffle.shuffled(42);
    assertThat(order.of(0, 8)).containsExactly(0, 3, 5, 6, 1, 7, 2, 4);
    assertThat(order.of(1, 8)).containsExactly(7, 5, 2, 1, 3, 4, 6, 0);
  }

  @Test
  void everyOrderHasEachNumberOnce() {
    for (int size : new int[] {0, 1, 2, 949, 60_000}) {
      int[] order = EpochShuffle.shuffled(-1).of(3, size);
      Arrays.sort(order);
      for (int k = 0; k < size; k++) {
        assertThat(order[k]).isEqualTo(k);
      }
    }
  }

  @Test
  void eachNumberIsEquallyOftenAtEachPosition() {
    int[][] counts = new int[5][5];
    EpochShuffle order = EpochShuffle.shuffled(7);
    for (int epoch = 0; epoch < 5000; epoch++) {
      int[] found = order.of(epoch, 5);
      for (int place = 0; place < 5; place++) {
        counts[place][found[place]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        // The standard deviation is 28.
        assertThat(count).isCloseTo(1000, within(140));
      }
    }
  }

  @Test
  void negativeEpochIsAProgrammingError() {
    assertThatThrownBy(() -> EpochShuffle.shuffled(1).of(-1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
