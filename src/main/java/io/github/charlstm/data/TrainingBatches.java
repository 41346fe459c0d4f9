package io.github.charlstm.data;

/**
 * The windows of text that a model trains on, epoch by epoch. A batch is a function of epoch and
 * index, so a resumed run continues with the same windows.
 */
public interface TrainingBatches {
  /** One batch of N rows of T steps, {@code [N, T]} in row-major order. */
  record Batch(int[] inputs, int[] targets) {}

  /** {@return the number of batches in an epoch, at least 1} */
  int size();

  /** {@return one batch, by epoch and index from 0} */
  Batch get(int epoch, int index);
}
