package io.github.charlstm.train;

import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.model.AdaptiveSession;
import java.util.function.LongConsumer;

/**
 * Scores a text in its order while the model adapts to it: each window is scored before the weights
 * are updated by it. Krause, Kahembwe, Murray and Renals, arXiv:1709.07432.
 */
public final class DynamicEvaluation {
  /** The most windows of the training text of which the gradients' mean square is computed. */
  public static final int MOST_COLLECTED = 1000;

  private DynamicEvaluation() {}

  /**
   * Scores a text in the order of its windows.
   *
   * @param training windows of the text that the model was trained on, in one row
   * @param windows of the text to score, in one row
   * @param progress receives the number of windows done, of both texts
   */
  public static Evaluation of(
      AdaptiveSession session,
      EvaluationWindows training,
      EvaluationWindows windows,
      LongConsumer progress) {
    long done = 0;
    int collected = collected(training);
    for (int k = 0; k < collected; k++) {
      // spread over the text; the last window of several may be padded
      int window = (int) ((long) k * Math.max(1, training.size() - 1) / collected);
      session.collect(training.get(window));
      progress.accept(++done);
    }
    session.summarize();
    long before = done;
    return Evaluation.score(session::adapt, windows, scored -> progress.accept(before + scored));
  }

  /** {@return the number of windows that are done, for a progress bar} */
  public static long windows(EvaluationWindows training, EvaluationWindows windows) {
    return (long) collected(training) + windows.size();
  }

  private static int collected(EvaluationWindows training) {
    return Math.min(MOST_COLLECTED, Math.max(1, training.size() - 1));
  }
}
