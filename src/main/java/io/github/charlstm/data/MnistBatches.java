package io.github.charlstm.data;

import java.util.Objects;

/**
 * The batches of TF1's {@code mnist.train.next_batch(batch_size)}: the images are shuffled for each
 * epoch, and a batch in which an epoch ends is completed with the first images of the next, so all
 * batches have the same size.
 *
 * <p>A batch is a function of its number and the seed, so a resumed run continues with the same
 * batches. NumPy's shuffle gives other orders.
 */
public final class MnistBatches {

  private final MnistImages images;
  private final int batchSize;
  private final EpochShuffle order;
  private int orderedEpoch = -1;
  private int[] indices = {};

  /**
   * Batches of images.
   *
   * @param batchSize images per batch, from 1 to their number
   * @throws InvalidDataException if the batch size is out of range
   */
  public MnistBatches(MnistImages images, int batchSize, long seed) {
    this(images, batchSize, EpochShuffle.shuffled(seed));
  }

  MnistBatches(MnistImages images, int batchSize, EpochShuffle order) {
    InvalidDataException.requirePositive("`batch_size`", batchSize);
    if (batchSize > images.size()) {
      throw InvalidDataException.of(
          "a batch of %s images cannot be had of %s; lower `batch_size`", batchSize, images.size());
    }
    this.images = images;
    this.batchSize = batchSize;
    this.order = order;
  }

  /**
   * {@return one batch}
   *
   * @param step number of the batch in the run, from 0 (Python: the earlier calls of {@code
   *     next_batch})
   * @throws IndexOutOfBoundsException if the number is negative
   */
  public MnistImages.Batch get(long step) {
    Objects.checkIndex(step, Long.MAX_VALUE / batchSize);
    int[] chosen = new int[batchSize];
    for (int k = 0; k < batchSize; k++) {
      long position = step * batchSize + k;
      int epoch = Math.toIntExact(position / images.size());
      chosen[k] = inEpoch(epoch)[(int) (position % images.size())];
    }
    return images.batch(chosen);
  }

  // Shuffling is slow compared with a training step of a small network: the last order is kept.
  private synchronized int[] inEpoch(int epoch) {
    if (epoch != orderedEpoch) {
      indices = order.of(epoch, images.size());
      orderedEpoch = epoch;
    }
    return indices;
  }
}
