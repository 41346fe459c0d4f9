package io.github.charlstm.train;

import io.github.charlstm.data.EvaluationWindows;
import io.github.charlstm.data.Seeds;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.train.TextParts.Part;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Training a language model on a text. As in the book, each epoch starts from a state of zeros and
 * each window from the final state of the window before.
 */
public final class TextTask extends TrainingTask<TrainingBatches.Batch> {
  private final RunSettings.Text settings;
  private final Data data;
  private final LanguageModelSession session;
  private final Optional<InitialWeights> weights;
  private LanguageModelSession sampling;
  private LanguageModelSession averaged;

  /** Texts ready for training; {@code heldOut} is what to validate on. */
  record Data(Vocabulary vocabulary, TrainingBatches batches, Optional<EvaluationWindows> heldOut) {

    /**
     * Throws an IllegalArgumentException if a cleaned text is too short for one window, or has a
     * symbol that the vocabulary lacks.
     */
    static Data of(RunSettings.Text settings, TextCorpus cleaned, Vocabulary vocabulary) {
      TextParts parts = TextParts.of(settings, cleaned);
      // Scored in the training graph, hence with its batch size and number of steps.
      return new Data(
          vocabulary,
          parts.batches(vocabulary),
          parts.has(Part.VALIDATION)
              ? Optional.of(parts.validationWindows(vocabulary, settings.training().batchSize()))
              : Optional.empty());
    }
  }

  /**
   * @param weights initial ones, of a run that begins
   */
  TextTask(
      RunSettings.Text settings,
      Data data,
      RnnImplementation loop,
      Optional<InitialWeights> weights) {
    this.settings = settings;
    this.weights = weights;
    this.data = data;
    TrainingSettings training = settings.training();
    session =
        LanguageModelSession.training(
            settings.model(),
            training.batchSize(),
            training.numSteps(),
            training.options(loop).toBuilder()
                .padding(data.vocabulary().documentMark().isPresent())
                .build());
  }

  @Override
  public RunSettings.Text settings() {
    return settings;
  }

  /** {@return symbols and their numbers} */
  public Vocabulary symbols() {
    return data.vocabulary();
  }

  /** {@return the windows of an epoch} */
  public TrainingBatches batches() {
    return data.batches();
  }

  /**
   * {@return a model that reads symbol by symbol, with the present values of the variables} It is
   * closed with the run.
   */
  public NextSymbolModel snapshot() {
    if (sampling == null) {
      sampling = LanguageModelSession.inference(settings.model(), 1, 1);
    }
    session.copyVariables(sampling);
    return sampling;
  }

  @Override
  LanguageModelSession session() {
    return session;
  }

  /** {@return what its losses are of: {@code character}, {@code word} or {@code byte}} */
  public String unit() {
    return data.vocabulary().unit();
  }

  @Override
  Optional<Vocabulary> vocabulary() {
    return Optional.of(data.vocabulary());
  }

  @Override
  long lastStep() {
    TrainingSettings training = settings.training();
    long all = Math.multiplyExact((long) training.epochs(), data.batches().size());
    return training.steps() == 0
        ? all
        : Math.min(training.steps(), all == 0 ? Long.MAX_VALUE : all);
  }

  @Override
  TrainingProgress progress(long steps) {
    return TrainingProgress.after(steps, data.batches().size());
  }

  @Override
  void start(Optional<TrainingCheckpoint> from) {
    super.start(from);
    if (from.isEmpty()) {
      weights.ifPresent(other -> other.assignTo(session, data.vocabulary()));
    }
    from.flatMap(TrainingCheckpoint::lstmState).ifPresent(session::setState);
  }

  @Override
  TrainingBatches.Batch next(TrainingProgress position) {
    if (position.batch() == 0) {
      session.resetState();
    }
    TrainingBatches.Batch batch = data.batches().get(position.epoch(), position.batch());
    double probability = settings.training().resetProbability();
    return probability == 0 || position.batch() == 0
        ? batch
        : new TrainingBatches.Batch(
            batch.inputs(), batch.targets(), starts(batch, probability, position.step()));
  }

  private boolean[] starts(TrainingBatches.Batch batch, double probability, long step) {
    TrainingSettings training = settings.training();
    boolean[] starts = resets(training.seed(), step, training.batchSize(), probability);
    for (int row = 0; row < batch.starts().length; row++) {
      starts[row] |= batch.starts()[row];
    }
    return starts;
  }

  /**
   * The rows that start anew: a function of seed and step, so that a resumed run draws the same.
   */
  static boolean[] resets(long seed, long step, int rows, double probability) {
    Random random = new Random(Seeds.mix(Seeds.mix(seed) + step));
    boolean[] resets = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      resets[row] = random.nextDouble() < probability;
    }
    return resets;
  }

  @Override
  int epoch(long step) {
    return progress(step - 1).epoch() + 1;
  }

  @Override
  public int epochs() {
    int given = settings.training().epochs();
    return given > 0 ? given : epoch(lastStep());
  }

  @Override
  Map<String, Double> measureAfter(long step, boolean saves) {
    return saves && data.heldOut().isPresent()
        ? Map.of(
            TrainingListener.StepReport.VALIDATION_LOSS,
            Evaluation.of(scoring(), data.heldOut().get()).loss())
        : Map.of();
  }

  // The training graph, or if there are moving averages, one that has them as its variables.
  private LanguageModelSession scoring() {
    TrainingSettings training = settings.training();
    if (training.averageDecay() == 0) {
      return session;
    }
    if (averaged == null) {
      averaged =
          LanguageModelSession.inference(
              settings.model(), training.batchSize(), training.numSteps());
    }
    session.copyVariables(averaged);
    return averaged;
  }

  @Override
  String remedy() {
    return super.remedy() + " or `grad_clip` (" + settings.training().gradClip() + ")";
  }

  @Override
  public void close() {
    if (sampling != null) {
      sampling.close();
    }
    if (averaged != null) {
      averaged.close();
    }
    super.close();
  }
}
