package io.github.charlstm.recipe;

import io.github.charlstm.data.Documents;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.model.RnnLanguageModel;
import io.github.charlstm.train.TrainingSettings;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What recipe {@code best} chooses: as large a model as the time and the text allow.
 *
 * <p>Training takes 6 floating-point operations for each weight and symbol, 2 forward and 4
 * backward. With F of them in all, the model has {@code sqrt(F / 120)} weights, so that it reads 20
 * symbols a weight, and fewer where it would read the text less than once; where it would read it
 * more than {@value #MOST_EPOCHS} times, it has as many weights as fill the time with so many, but
 * not many more than the text has symbols: the training of a short text ends before the time is
 * over. Hoffmann and others, Training compute-optimal large language models, arXiv:2203.15556. The
 * more often the text is read, the more is dropped.
 */
public final class TrainingPlan {
  static final int MOST_EPOCHS = 60;
  private static final double OPERATIONS = 6; // floating-point ones, for each weight and symbol
  private static final double SYMBOLS_A_WEIGHT = 20;
  private static final double WEIGHTS_A_SYMBOL = 4; // a larger model only learns a text by heart
  private static final double LEAST_WEIGHTS = 50_000;
  private static final int LEAST_UNITS = 64;
  private static final int MOST_UNITS = 1536;
  private static final double LARGE = 2.5e6; // weights from which two layers are taken
  // of the time; the rest is for validation and checkpoints
  private static final double SHARE_OF_TRAINING = 0.93;
  private static final double SHARE_OF_DOCUMENTS = 0.9; // that fit into a window
  private static final int LEAST_WINDOWS = 20; // of an epoch
  private static final int PROBED_UNITS = 256;

  private TrainingPlan() {}

  /** {@return a model whose steps show how fast a machine trains those of a plan} */
  public static RnnLanguageModel.Settings probe(ModelSettings model) {
    RnnLanguageModel.Settings lstm = RnnLanguageModel.Settings.builder(64).units(1).build();
    return sized(
        model instanceof RnnLanguageModel.Settings settings
            ? lstm.toBuilder().cell(settings.cell()).build()
            : lstm,
        PROBED_UNITS,
        1);
  }

  /** {@return the floating-point operations of a training step, without the small ones} */
  public static double operationsPerStep(ModelSettings model, TrainingSettings training) {
    return OPERATIONS * weights(model) * training.batchSize() * training.numSteps();
  }

  /**
   * {@return the floating-point operations that some minutes allow}
   *
   * @param speed operations a second
   */
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
    return (int) Math.max(1, Math.min(most, symbols / LEAST_WINDOWS));
  }

  /** {@return a batch size with which a text has 20 batches, at most another one} */
  public static int batchSize(long symbols, int numSteps, int most) {
    return (int) Math.max(1, Math.min(most, symbols / ((long) LEAST_WINDOWS * numSteps)));
  }

  /** {@return the symbols and the padding of all windows of documents} */
  public static long symbols(Documents documents, int numSteps) {
    return lengths(documents).mapToLong(length -> ((length - 1L) / numSteps + 1) * numSteps).sum();
  }

  // predictions, that of the mark after a document included
  private static IntStream lengths(Documents documents) {
    return IntStream.range(0, documents.size()).map(k -> documents.get(k).length() + 1);
  }

  /** {@return the floating-point operations that suit some passes over a text} */
  public static double operationsOfEpochs(double epochs, long symbols) {
    return OPERATIONS * Math.pow(epochs * symbols, 2) / SYMBOLS_A_WEIGHT;
  }

  /**
   * {@return the model for a number of operations and a text of so many symbols}
   *
   * @param base settings that the plan does not decide
   */
  public static RnnLanguageModel.Settings model(
      RnnLanguageModel.Settings base, double operations, long symbols) {
    double weights = Math.sqrt(operations / (OPERATIONS * SYMBOLS_A_WEIGHT));
    double epochs = operations / (OPERATIONS * weights) / symbols;
    if (epochs > MOST_EPOCHS || epochs < 1) {
      epochs = Math.max(1, Math.min(MOST_EPOCHS, epochs));
      weights = operations / (OPERATIONS * epochs * symbols);
    }
    weights = Math.min(weights, LEAST_WEIGHTS + WEIGHTS_A_SYMBOL * symbols);
    RnnLanguageModel.Settings best = sized(base, LEAST_UNITS, 1);
    for (int units = LEAST_UNITS; units <= MOST_UNITS; units += 32) {
      RnnLanguageModel.Settings one = sized(base, units, weights < LARGE ? 1 : 2);
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
   * {@return how a model is trained}
   *
   * @param base settings that the plan does not decide
   * @param epochs how often the text is read
   * @param symbols of the text that is trained on
   */
  public static TrainingSettings training(
      TrainingSettings base, ModelSettings model, double epochs, long symbols) {
    double windows = (double) symbols / base.numSteps();
    long steps = Math.max(1, Math.round(epochs * windows / base.batchSize()));
    double wider = Math.sqrt(512.0 / model.units());
    float learningRate = (float) (0.003 * Math.min(1.5, Math.max(0.5, wider)));
    return base.toBuilder()
        .epochs(0)
        .steps(steps)
        .learningRate(learningRate)
        .minLearningRate(Math.min(base.minLearningRate(), learningRate))
        .warmupSteps(Math.min(200, steps / 20))
        .keepProb(keepProb(epochs))
        .saveEvery((int) Math.max(1, Math.min(Integer.MAX_VALUE, steps / 20)))
        .build();
  }

  /** {@return what was chosen and why, in one line} */
  public static String reason(
      ModelSettings model, TrainingSettings training, double epochs, long symbols) {
    return String.format(
        Locale.ROOT,
        "%s: %,.0f weights for a text of %,d symbols, which is read %.1f times in steps of %d x %d;"
            + " keep_prob %s",
        model.describe(),
        weights(model),
        symbols,
        epochs,
        training.batchSize(),
        training.numSteps(),
        training.keepProb());
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

  private static RnnLanguageModel.Settings sized(
      RnnLanguageModel.Settings base, int units, int numLayers) {
    return base.toBuilder()
        .units(units)
        .numLayers(numLayers)
        .embeddingSize(Math.min(128, units))
        .build();
  }

  /** The weights that each symbol is multiplied with. */
  static double weights(ModelSettings model) {
    double units = model.units();
    double inputs = units;
    int gates = 4;
    if (model instanceof RnnLanguageModel.Settings settings) {
      inputs = settings.embeddingSize();
      gates =
          switch (settings.cell()) {
            case RNN -> 1;
            case GRU -> 3;
            case LSTM, LAYER_NORM_LSTM -> 4;
          };
    }
    double kernels = 0;
    for (int layer = 0; layer < model.numLayers(); layer++) {
      kernels += ((layer == 0 ? inputs : units) + units) * gates * units;
    }
    return kernels + units * model.vocabularySize();
  }
}
