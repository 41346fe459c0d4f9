package io.github.charlstm.data;

/**
 * The windows of text that a model trains on, epoch by epoch. A batch is a function of epoch and
 * index, so a resumed run continues with the same windows.
 */
public interface TrainingBatches {
  /** The target of padding, which has no loss. */
  int NO_TARGET = -1;

  /**
   * One batch of N rows of T steps.
   *
   * @param inputs {@code [N, T]} in row-major order
   * @param targets {@code [N, T]}; {@link #NO_TARGET} after the end of a document
   * @param starts {@code [N]}: whether a row's state is zeros before this window, since a document
   *     begins with it; empty if every row goes on
   */
  record Batch(int[] inputs, int[] targets, boolean[] starts) {
    /** Rows of one long text: no document starts, and no position is padding. */
    public Batch(int[] inputs, int[] targets) {
      this(inputs, targets, new boolean[0]);
    }
  }

  /** {@return the number of batches in an epoch, at least 1} */
  int size();

  /** {@return one batch, by epoch and index from 0} */
  Batch get(int epoch, int index);
}
