package io.github.charlstm.train;

import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.TrainingBatches;
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
   * Scores each symbol of a text but the first, in one stream of windows.
   *
   * @param training the text that the model was trained on, or another like it
   * @param numSteps symbols of a window
   * @param progress receives the number of windows done, of both texts
   */
  public static Evaluation of(
      AdaptiveSession session,
      EncodedText training,
      EncodedText text,
      int numSteps,
      LongConsumer progress) {
    EvaluationWindows read = new EvaluationBatches(training, 1, numSteps);
    long done = 0;
    int collected = collected(training.length(), numSteps);
    for (int k = 0; k < collected; k++) {
      // spread over the text; a last window would be padded
      int window = (int) ((long) k * Math.max(1, read.size() - 1) / collected);
      session.collect(read.get(window));
      progress.accept(++done);
    }
    session.summarize();
    EvaluationWindows windows = new EvaluationBatches(text, 1, numSteps);
    double sum = 0;
    long counted = 0;
    for (int w = 0; w < windows.size(); w++) {
      TrainingBatches.Batch window = windows.get(w);
      float[] losses = session.adapt(window);
      for (int k = 0; k < losses.length; k++) {
        if (window.targets()[k] != TrainingBatches.NO_TARGET) {
          sum += losses[k];
          counted++;
        }
      }
      progress.accept(++done);
    }
    return new Evaluation(sum / counted, counted);
  }

  /** {@return the windows that are done for texts of so many symbols, for a progress bar} */
  public static long windows(int trainingLength, int length, int numSteps) {
    return collected(trainingLength, numSteps) + (length - 2L) / numSteps + 1;
  }

  private static int collected(int length, int numSteps) {
    return Math.min(MOST_COLLECTED, Math.max(1, (length - 2) / numSteps));
  }
}
