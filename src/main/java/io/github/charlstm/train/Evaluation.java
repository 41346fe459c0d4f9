package io.github.charlstm.train;

import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.LanguageModelSession;
import java.util.function.Function;
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
   * Scores every prediction of the windows, without dropout: of a text, each character but the
   * first once, from a state of zeros in each stream; of documents, each character and end once.
   * The session's own state does not change.
   */
  public static Evaluation of(LanguageModelSession session, EvaluationWindows batches) {
    return of(session, batches, done -> {});
  }

  /** As above; {@code progress} receives the number of windows done, after each. */
  public static Evaluation of(
      LanguageModelSession session, EvaluationWindows batches, IntConsumer progress) {
    return session.withFreshState(() -> score(session::losses, batches, progress));
  }

  /**
   * As above, with the probabilities {@code p^(1/temperature)}, scaled to sum to one: below 1 the
   * model is more certain than it was trained to be, above 1 less.
   *
   * @param temperature above 0
   */
  public static Evaluation of(
      LanguageModelSession session,
      EvaluationWindows batches,
      double temperature,
      IntConsumer progress) {
    if (!(temperature > 0 && temperature <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "temperature: expected a finite number above 0, found " + temperature);
    }
    return session.withFreshState(
        () -> score(window -> losses(session, window, temperature), batches, progress));
  }

  private static float[] losses(
      LanguageModelSession session, TrainingBatches.Batch window, double temperature) {
    float[] probabilities = session.predict(window); // [N*T, V]
    int symbols = session.model().settings().vocabularySize();
    float[] losses = new float[window.targets().length];
    for (int k = 0; k < losses.length; k++) {
      double largest = 0;
      for (int symbol = 0; symbol < symbols; symbol++) {
        largest = Math.max(largest, probabilities[k * symbols + symbol]);
      }
      double total = 0; // relative to the largest, whose power is 1
      for (int symbol = 0; symbol < symbols; symbol++) {
        total += Math.pow(probabilities[k * symbols + symbol] / largest, 1 / temperature);
      }
      float target = probabilities[k * symbols + Math.max(0, window.targets()[k])];
      losses[k] = (float) (Math.log(total) - Math.log(target / largest) / temperature);
    }
    return losses;
  }

  /** Scores windows in their order; the scorer gives the losses of one, {@code [N*T]}. */
  static Evaluation score(
      Function<TrainingBatches.Batch, float[]> scorer,
      EvaluationWindows batches,
      IntConsumer progress) {
    double sum = 0;
    long counted = 0;
    for (int w = 0; w < batches.size(); w++) {
      TrainingBatches.Batch window = batches.get(w);
      float[] losses = scorer.apply(window);
      for (int k = 0; k < losses.length; k++) {
        if (window.targets()[k] != TrainingBatches.NO_TARGET) {
          sum += losses[k];
          counted++;
        }
      }
      progress.accept(w + 1);
    }
    return new Evaluation(sum / counted, counted);
  }
}
