package io.github.charlstm.data;

import java.util.Objects;
import java.util.Random;

/** The order of the batches or images of an epoch: a function of seed, epoch and their number. */
@FunctionalInterface
interface EpochShuffle {

  /** {@return the order of one epoch, from 0: each number from 0 to {@code size - 1} once} */
  int[] of(int epoch, int size);

  /** A new order for each epoch, all orders equally likely. */
  static EpochShuffle shuffled(long seed) {
    return (epoch, size) -> {
      Objects.checkIndex(epoch, Integer.MAX_VALUE);
      // The numbers of java.util.Random are specified, so runs resume on any Java version.
      Random random = new Random(Seeds.mix(Seeds.mix(seed) + epoch));
      int[] order = new int[size];
      for (int k = 0; k < size; k++) {
        int other = random.nextInt(k + 1);
        order[k] = order[other];
        order[other] = k;
      }
      return order;
    };
  }
}
