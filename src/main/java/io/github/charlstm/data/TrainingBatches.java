package io.github.charlstm.data;

/**
 * The windows of text that a model trains on, epoch by epoch. Batches are a function of epoch and
 * index alone, so a run that was stopped goes on with the very windows that it would have had.
 */
public interface TrainingBatches {

  /**
   * The number of batches in an epoch.
   *
   * @return at least 1
   */
  int size();

  /**
   * One batch.
   *
   * @param epoch from 0
   * @param index from 0, less than {@link #size()}
   * @return a new batch
   * @throws IndexOutOfBoundsException if there is no such batch or the epoch is negative
   */
  CharacterBatches.Batch get(int epoch, int index);
}
