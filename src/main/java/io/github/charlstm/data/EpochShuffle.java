package io.github.charlstm.data;

import java.util.Objects;
import java.util.Random;

/** The order in which an epoch goes through things: a function of seed, epoch and their number. */
@FunctionalInterface
interface EpochShuffle {

  /**
   * The order of one epoch.
   *
   * @param epoch from 0
   * @param size how many things there are
   * @return each number from 0 to {@code size - 1} once, a new array
   */
  int[] of(int epoch, int size);

  /** Orders that a seed shuffles anew each epoch; every one is equally likely. */
  static EpochShuffle shuffled(long seed) {
    return (epoch, size) -> {
      Objects.checkIndex(epoch, Integer.MAX_VALUE);
      // java.util.Random's numbers are fixed by its specification, so runs resume on any Java.
      Random random = new Random(mix(mix(seed) + epoch));
      int[] order = new int[size];
      for (int k = 0; k < size; k++) {
        int other = random.nextInt(k + 1);
        order[k] = order[other];
        order[other] = k;
      }
      return order;
    };
  }

  // splitmix64's finalizer: Random alone gives seeds that are neighbours similar numbers.
  private static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
