package io.github.charlstm.recipe;

import io.github.charlstm.data.Documents;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.model.TrainingOptions;
import io.github.charlstm.train.TrainingSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The model and the settings of recipe {@code best}: as large a model as the time and the text
 * allow.
 *
 * <p>A step of training takes about 6 products a weight and symbol. With F products in all, the
 * model has {@code sqrt(F / 120)} weights, so that it reads 20 symbols a weight, and fewer where it
 * would read the text less than once; where it would read it more than {@value #MOST_EPOCHS} times,
 * it has as many weights as fill the time with so many, but not many more than the text has
 * symbols: the training of a short text ends before the time is over. Hoffmann and others, Training
 * compute-optimal large language models, arXiv:2203.15556. The more often the text is read, the
 * more is dropped.
 *
 * @param training with the number of steps that fits the time
 * @param reason what was chosen and why, in one line
 */
public record TrainingPlan(TrainingSettings training, String reason) {
  static final int MOST_EPOCHS = 60;
  private static final double OPERATIONS = 6; // products and sums a weight and symbol
  private static final double SYMBOLS_A_WEIGHT = 20;
  private static final double WEIGHTS_A_SYMBOL = 4; // a larger model only learns a text by heart
  private static final double LEAST_WEIGHTS = 50_000;
  private static final int LEAST_UNITS = 64;
  private static final int MOST_UNITS = 1536;
  private static final double LARGE = 2.5e6; // weights from which two layers are taken
  // of the time; the rest is for validation and checkpoints
  private static final double SHARE_OF_TRAINING = 0.93;
  private static final double SHARE_OF_DOCUMENTS = 0.9; // that fit into a window
  private static final int PROBED_UNITS = 256;
  private static final int PROBED_STEPS = 7;

  /** {@return the operations of products that some minutes allow, at a {@link #speed}} */
  public static double operationsOfMinutes(double minutes, double speed) {
    return speed * minutes * 60 * SHARE_OF_TRAINING;
  }

  /**
   * {@return a number of steps that is enough for 9 of 10 documents, at most another one} A longer
   * window is mostly padding, a shorter one cuts what the model should remember.
   *
   * @param most of the steps
   */
  public static int numSteps(Documents documents, int most) {
    int[] lengths = lengths(documents).sorted().toArray();
    int enough = lengths[(int) Math.ceil(SHARE_OF_DOCUMENTS * lengths.length) - 1];
    return Math.min(most, enough);
  }

  /** {@return a number of steps with which a text has 20 windows, at most another one} */
  public static int numSteps(long symbols, int most) {
    return (int) Math.max(1, Math.min(most, symbols / 20));
  }

  /** {@return the symbols and the padding of all windows of documents} */
  public static long symbols(Documents documents, int numSteps) {
    return lengths(documents).mapToLong(length -> ((length - 1L) / numSteps + 1) * numSteps).sum();
  }

  // predictions, that of the mark after a document included
  private static IntStream lengths(Documents documents) {
    return IntStream.range(0, documents.size()).map(k -> documents.get(k).length() + 1);
  }

  /** {@return the operations that suit some passes over a text} */
  public static double operationsOfEpochs(double epochs, long symbols) {
    return OPERATIONS * Math.pow(epochs * symbols, 2) / SYMBOLS_A_WEIGHT;
  }

  /** {@return the model for a number of operations and a text of so many symbols} */
  public static RnnLanguageModel.Settings model(
      double operations, long symbols, int vocabularySize) {
    double weights = Math.sqrt(operations / (OPERATIONS * SYMBOLS_A_WEIGHT));
    double epochs = operations / (OPERATIONS * weights) / symbols;
    if (epochs > MOST_EPOCHS || epochs < 1) {
      epochs = Math.max(1, Math.min(MOST_EPOCHS, epochs));
      weights = operations / (OPERATIONS * epochs * symbols);
    }
    weights = Math.min(weights, LEAST_WEIGHTS + WEIGHTS_A_SYMBOL * symbols);
    RnnLanguageModel.Settings best = sized(vocabularySize, LEAST_UNITS, 1);
    for (int units = LEAST_UNITS; units <= MOST_UNITS; units += 32) {
      RnnLanguageModel.Settings one = sized(vocabularySize, units, weights < LARGE ? 1 : 2);
      if (Math.abs(weights(one) - weights) < Math.abs(weights(best) - weights)) {
        best = one;
      }
    }
    return best;
  }

  /** {@return how often a model can read a text in so many operations, with a maximum} */
  public static double epochs(ModelSettings model, double operations, long symbols) {
    return Math.min(MOST_EPOCHS, operations / (OPERATIONS * weights(model)) / symbols);
  }

  /**
   * Plans the training of a model.
   *
   * @param base settings that the plan does not decide, the largest batch size among them
   * @param epochs how often the text is read
   * @param symbols of the text that is trained on
   */
  public static TrainingPlan of(
      TrainingSettings base, ModelSettings model, double epochs, long symbols) {
    // of a short text at least 20 windows an epoch
    long rows = symbols / (20L * base.numSteps());
    int batchSize = (int) Math.max(1, Math.min(base.batchSize(), rows));
    long steps = Math.max(1, Math.round(epochs * symbols / ((double) batchSize * base.numSteps())));
    double wider = Math.sqrt(512.0 / model.units());
    TrainingSettings training =
        base.toBuilder()
            .batchSize(batchSize)
            .epochs(0)
            .steps(steps)
            .learningRate((float) (0.003 * Math.min(1.5, Math.max(0.5, wider))))
            .warmupSteps(Math.min(200, steps / 20))
            .keepProb(keepProb(epochs))
            .saveEvery((int) Math.max(1, Math.min(Integer.MAX_VALUE, steps / 20)))
            .build();
    String reason =
        String.format(
            Locale.ROOT,
            "%s: %,.0f weights for a text of %,d symbols; %,d steps of %d x %d read it %.1f times;"
                + " keep_prob %s",
            model.describe(),
            weights(model),
            symbols,
            steps,
            batchSize,
            base.numSteps(),
            epochs,
            training.keepProb());
    return new TrainingPlan(training, reason);
  }

  private static float keepProb(double epochs) {
    if (epochs < 3) {
      return 1;
    }
    if (epochs < 8) {
      return 0.9f;
    }
    if (epochs < 15) {
      return 0.8f;
    }
    return epochs < 30 ? 0.65f : 0.5f;
  }

  private static RnnLanguageModel.Settings sized(int vocabularySize, int units, int numLayers) {
    return RnnLanguageModel.Settings.builder(vocabularySize)
        .units(units)
        .numLayers(numLayers)
        .embeddingSize(Math.min(128, units))
        .build();
  }

  /** The weights that each symbol is multiplied with. */
  static double weights(ModelSettings model) {
    double units = model.units();
    double inputs =
        model instanceof RnnLanguageModel.Settings settings ? settings.embeddingSize() : units;
    double kernels = 0;
    for (int layer = 0; layer < model.numLayers(); layer++) {
      kernels += ((layer == 0 ? inputs : units) + units) * 4 * units;
    }
    return kernels + units * model.vocabularySize();
  }

  /** {@return the operations of products a second of training steps, measured in some seconds} */
  public static double speed() {
    RnnLanguageModel.Settings model = sized(64, PROBED_UNITS, 1);
    int batchSize = 32;
    int numSteps = 100;
    TrainingBatches.Batch batch = random(model.vocabularySize(), batchSize * numSteps);
    double[] seconds = new double[PROBED_STEPS];
    try (LanguageModelSession session =
        LanguageModelSession.training(
            model, batchSize, numSteps, TrainingOptions.builder().build())) {
      session.initialize();
      for (int k = -2; k < PROBED_STEPS; k++) { // the first ones prepare the graph
        long start = System.nanoTime();
        session.trainStep(batch, KeepProbs.ALL);
        if (k >= 0) {
          seconds[k] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    Arrays.sort(seconds);
    double operations = OPERATIONS * weights(model) * batchSize * numSteps;
    return operations / seconds[PROBED_STEPS / 2];
  }

  private static TrainingBatches.Batch random(int symbols, int length) {
    int[] drawn = new Random(1).ints(length, 0, symbols).toArray();
    return new TrainingBatches.Batch(drawn, drawn);
  }
}
