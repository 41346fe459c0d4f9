package io.github.charlstm.train;

import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.model.LanguageModelSession;
import java.util.function.IntConsumer;

/** How well a model predicts a text: mean cross-entropy in nats, and number of predictions. */
public record Evaluation(double loss, long predictions) {

  /** {@return the loss in bits, {@code loss / ln 2}} */
  public double bitsPerCharacter() {
    return loss / Math.log(2);
  }

  /** {@return {@code e^loss}: the number of equally likely characters of that uncertainty} */
  public double perplexity() {
    return Math.exp(loss);
  }

  /**
   * Scores every character of the text but the first exactly once, without dropout. The state
   * starts from zeros in each stream; the session's own state does not change.
   */
  public static Evaluation of(LanguageModelSession session, EvaluationBatches batches) {
    return of(session, batches, done -> {});
  }

  /** As above; {@code progress} receives the number of windows done, after each. */
  public static Evaluation of(
      LanguageModelSession session, EvaluationBatches batches, IntConsumer progress) {
    return session.withFreshState(() -> score(session, batches, progress));
  }

  private static Evaluation score(
      LanguageModelSession session, EvaluationBatches batches, IntConsumer progress) {
    double sum = 0;
    long counted = 0;
    for (int w = 0; w < batches.size(); w++) {
      EvaluationBatches.Window window = batches.get(w);
      float[] losses = session.losses(window.inputs(), window.targets());
      for (int k = 0; k < losses.length; k++) {
        if (window.counted()[k]) {
          sum += losses[k];
          counted++;
        }
      }
      progress.accept(w + 1);
    }
    return new Evaluation(sum / counted, counted);
  }
}
