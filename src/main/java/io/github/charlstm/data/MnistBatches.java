package io.github.charlstm.data;

import java.util.Objects;

/**
 * The batches that TF1's {@code mnist.train.next_batch(batch_size)} hands out: the images are
 * shuffled at first and again for each epoch, and a batch in which an epoch ends is filled up with
 * the first images of the next. So all batches have the same size and an epoch need not be a whole
 * number of them.
 *
 * <p>Seed and epoch fix the order, and a batch is a function of its number, so a run that was
 * stopped goes on with the very batches that it would have had. NumPy's shuffle gives other orders.
 */
public final class MnistBatches {

  private final MnistImages images;
  private final int batchSize;
  private final EpochShuffle order;
  private int orderedEpoch = -1;
  private int[] indices = {};

  /**
   * Batches of some images.
   *
   * @param images what to train on
   * @param batchSize images in a batch, from 1 to their number
   * @param seed of the orders
   * @throws InvalidDataException if the batch size is out of range
   */
  public MnistBatches(MnistImages images, int batchSize, long seed) {
    this(images, batchSize, EpochShuffle.shuffled(seed));
  }

  MnistBatches(MnistImages images, int batchSize, EpochShuffle order) {
    Sizes.requirePositive("batch size (--batch-size)", batchSize);
    if (batchSize > images.size()) {
      throw new InvalidDataException(
          String.format(
              "a batch of %s images cannot be had of %s; lower --batch-size",
              batchSize, images.size()));
    }
    this.images = images;
    this.batchSize = batchSize;
    this.order = order;
  }

  /**
   * One batch.
   *
   * @param step number of the batch in the run, from 0 (Python: the calls of {@code next_batch}
   *     before)
   * @return a new batch
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

  // Shuffling is slow beside a training step of a small network, so the last order is kept.
  private synchronized int[] inEpoch(int epoch) {
    if (epoch != orderedEpoch) {
      indices = order.of(epoch, images.size());
      orderedEpoch = epoch;
    }
    return indices;
  }
}
