package io.github.charlstm.data;

/**
 * The windows of text that a model trains on, epoch by epoch. A batch is a function of epoch and
 * index, so a resumed run continues with the same windows.
 */
public interface TrainingBatches {
  /**
   * One batch of N rows of T steps, {@code [N, T]} in row-major order.
   *
   * @param inputs symbol numbers
   * @param targets the symbol to predict at each input
   */
  record Batch(int[] inputs, int[] targets) {}

  /** {@return the number of batches in an epoch, at least 1} */
  int size();

  /**
   * {@return one batch}
   *
   * @param epoch from 0
   * @param index from 0, less than {@link #size()}
   * @throws IndexOutOfBoundsException if there is no such batch or the epoch is negative
   */
  Batch get(int epoch, int index);
}
