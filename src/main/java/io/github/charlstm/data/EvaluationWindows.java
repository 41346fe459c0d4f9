package io.github.charlstm.data;

/**
 * The windows that evaluate a model: each prediction that is scored is in them once. The state
 * continues from window to window but for the rows that start.
 */
public interface EvaluationWindows {

  /** {@return the number of windows, at least 1} */
  int size();

  /** {@return the rows of a window: streams of a text, or documents side by side} */
  int rows();

  /** {@return the number of predictions in all windows} */
  long predictions();

  /**
   * {@return one window, by its index from 0} A target of {@link TrainingBatches#NO_TARGET} is not
   * scored.
   */
  TrainingBatches.Batch get(int index);
}
