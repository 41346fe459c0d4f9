package io.github.charlstm.train;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.GraphSession;
import java.util.Map;
import java.util.Optional;

/** What a {@link Trainer} trains, and on what: the session, batches, and what is measured. */
public abstract sealed class TrainingTask<B> implements AutoCloseable permits TextTask, ImageTask {

  /** {@return the settings of the run} */
  public abstract RunSettings settings();

  /** Trains and holds the variables; closed with this. */
  abstract GraphSession<B> session();

  /** Symbols and their numbers, of a text. */
  abstract Optional<Vocabulary> vocabulary();

  /** The step after which the run is complete. */
  abstract long lastStep();

  abstract TrainingProgress progress(long steps);

  /** Gives the variables and the state their values: initial ones, or those of a checkpoint. */
  void start(Optional<TrainingCheckpoint> from) {
    if (from.isPresent()) {
      session().restore(from.get().variables());
    } else {
      session().initialize();
    }
  }

  /** The batch at a position; called once for each step, before it. */
  abstract B next(TrainingProgress position);

  /** The epoch of a step, as {@link TrainingListener.StepReport} counts it. */
  abstract int epoch(long step);

  /** {@return the number of epochs, as {@link TrainingListener.StepReport} has it} */
  public int epochs() {
    return settings().training().epochs();
  }

  /** Metrics of the batch that a step is about to train on. */
  Map<String, Double> measureBefore(long step, B batch) {
    return Map.of();
  }

  /** Metrics after a step; {@code saves} says whether a checkpoint of it follows. */
  abstract Map<String, Double> measureAfter(long step, boolean saves);

  /** What to try when training diverges. */
  String remedy() {
    return "lower `learning_rate` (" + settings().training().learningRate() + ")";
  }

  @Override
  public void close() {
    session().close();
  }
}
