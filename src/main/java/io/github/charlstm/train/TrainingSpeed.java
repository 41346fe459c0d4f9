package io.github.charlstm.train;

import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnImplementation;
import java.util.Arrays;
import java.util.Random;

/** How fast this machine trains a model. */
public final class TrainingSpeed {
  private static final int WARM_UP_STEPS = 2; // they prepare the graph
  private static final int STEPS = 7;

  private TrainingSpeed() {}

  /**
   * {@return seconds of a training step on random symbols, the median of some steps}
   *
   * @param settings with the batch size, the number of steps, and the optimizer
   */
  public static double secondsPerStep(
      ModelSettings model, TrainingSettings settings, RnnImplementation loop) {
    int length = settings.batchSize() * settings.numSteps();
    int[] drawn = new Random(1).ints(length, 0, model.vocabularySize()).toArray();
    TrainingBatches.Batch batch = new TrainingBatches.Batch(drawn, drawn);
    double[] seconds = new double[STEPS];
    try (LanguageModelSession session =
        LanguageModelSession.training(
            model, settings.batchSize(), settings.numSteps(), settings.options(loop))) {
      session.initialize();
      session.setLearningRate(settings.learningRate());
      for (int k = -WARM_UP_STEPS; k < STEPS; k++) {
        long start = System.nanoTime();
        session.trainStep(batch, KeepProbs.ALL);
        if (k >= 0) {
          seconds[k] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    Arrays.sort(seconds);
    return seconds[STEPS / 2];
  }
}
