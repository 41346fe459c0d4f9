package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.sample.NextSymbolModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.tensorflow.proto.GraphDef;

/**
 * One training run: new, or going on from a checkpoint. As in the book, each epoch starts from a
 * state of zeros and each window from the final state of the window before.
 */
public final class TrainingRun implements AutoCloseable {
  private final RunSettings settings;
  private final TrainingText text;
  private final RunFolder folder;
  private final LanguageModelSession session;
  private final CheckpointWriter checkpoints;
  private TrainingProgress progress;
  private long savedStep;
  private Path newest;
  private LanguageModelSession sampling;

  /**
   * How a run ended.
   *
   * @param progress where it is now
   * @param checkpoint the newest
   * @param stopped whether it was asked to stop before its last step
   */
  public record Outcome(TrainingProgress progress, Path checkpoint, boolean stopped) {}

  private TrainingRun(
      RunFolder folder,
      RunSettings settings,
      TrainingText text,
      Optional<TrainingCheckpoint> from,
      RnnImplementation loop) {
    this.folder = folder;
    this.settings = settings;
    this.text = text;
    TrainingSettings training = settings.training();
    session =
        LanguageModelSession.training(
            settings.model(), training.batchSize(), training.numSteps(), training.options(loop));
    try {
      if (from.isPresent()) {
        session.restore(from.get().variables());
        from.get().lstmState().ifPresent(session::setState);
      } else {
        session.initialize();
      }
      checkpoints = new CheckpointWriter(folder.path(), settings, text.vocabulary(), session);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    progress = from.map(checkpoint -> checkpoint.progressIn(text)).orElse(TrainingProgress.START);
    session.setLearningRate(training.learningRate(progress.epoch()));
    savedStep = from.map(checkpoint -> checkpoint.progress().step()).orElse(-1L);
    newest = from.map(TrainingCheckpoint::folder).orElse(null);
  }

  /**
   * {@return a run from its first step, by the fused loop, with the vocabulary of the whole text}
   *
   * @param path the run's folder, made if need be
   * @param settings of the run
   * @param text whole; one that is too short leaves nothing behind
   * @throws InvalidRunException if the folder holds a run already, or is in use
   * @throws IllegalArgumentException if the text is too short
   */
  public static TrainingRun begin(Path path, RunSettings settings, String text) {
    return begin(path, settings, CharacterText.of(text), RnnImplementation.FUSED);
  }

  /**
   * {@return a run as above, of a text that may be long, with a choice of the loop}
   *
   * @param path the run's folder, made if need be
   * @param settings of the run
   * @param text whole
   * @param loop not written into checkpoints: each start of a run may choose. The losses repeat to
   *     the last digit as long as the choice is the same
   */
  public static TrainingRun begin(
      Path path, RunSettings settings, CharacterText text, RnnImplementation loop) {
    CharacterText cleaned = settings.preparation().clean(text);
    return begin(path, settings, cleaned, settings.preparation().vocabulary(cleaned), loop);
  }

  /**
   * {@return a run as above, of a text that is prepared: who needs the vocabulary's size for the
   * settings has both}
   *
   * @param path the run's folder, made if need be
   * @param settings of the run
   * @param cleaned by the settings' preparation
   * @param vocabulary of the cleaned text, by the settings' preparation
   * @param loop as above
   */
  public static TrainingRun begin(
      Path path,
      RunSettings settings,
      CharacterText cleaned,
      Vocabulary vocabulary,
      RnnImplementation loop) {
    TrainingText prepared = TrainingText.of(vocabulary, cleaned, settings);
    return open(
        path,
        folder -> {
          folder.requireNoRun();
          return new TrainingRun(folder, settings, prepared, Optional.empty(), loop);
        });
  }

  /**
   * {@return a run that goes on from a checkpoint, by the fused loop}
   *
   * @param path the run's folder
   * @param checkpoint of the run
   * @param settings the checkpoint's, or those with other run settings; what the position in the
   *     text hangs on must be as it was
   * @param text the one that the run began with
   * @throws InvalidRunException if the text or such a setting differs, or the folder is in use
   */
  public static TrainingRun resume(
      Path path, TrainingCheckpoint checkpoint, RunSettings settings, String text) {
    return resume(path, checkpoint, settings, CharacterText.of(text), RnnImplementation.FUSED);
  }

  /**
   * {@return a run as above, of a text that may be long, with a choice of the loop}
   *
   * @param path the run's folder
   * @param checkpoint of the run
   * @param settings as above
   * @param text the one that the run began with
   * @param loop need not be the one that wrote the checkpoint
   */
  public static TrainingRun resume(
      Path path,
      TrainingCheckpoint checkpoint,
      RunSettings settings,
      CharacterText text,
      RnnImplementation loop) {
    ResumeRules.check(checkpoint.settings(), settings);
    TrainingText prepared =
        TrainingText.of(checkpoint.vocabulary(), settings.preparation().clean(text), settings);
    return open(
        path, folder -> new TrainingRun(folder, settings, prepared, Optional.of(checkpoint), loop));
  }

  private static TrainingRun open(Path path, Function<RunFolder, TrainingRun> builder) {
    RunFolder folder = RunFolder.open(path);
    try {
      return builder.apply(folder);
    } catch (RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  /** {@return the settings of this start} */
  public RunSettings settings() {
    return settings;
  }

  /** {@return how far it is} */
  public TrainingProgress progress() {
    return progress;
  }

  /** {@return the text, in windows} */
  public TrainingText text() {
    return text;
  }

  /**
   * The training graph, as it stands in a checkpoint.
   *
   * @return its definition
   */
  public GraphDef graph() {
    return session.metaGraph().getGraphDef();
  }

  /**
   * Trains until the last epoch is done, the given step is reached, or someone asks to stop; then
   * writes a checkpoint unless the newest is of that step.
   *
   * @param untilStep stop once so many steps are done, counted from the run's first
   * @param listeners hear of each step and checkpoint, in their order
   * @param stop asked after each step
   * @return how it ended
   * @throws DivergedException if the loss is no longer a number
   * @throws IOException if a checkpoint cannot be written
   */
  public Outcome run(OptionalLong untilStep, List<TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    long lastStep = Math.multiplyExact((long) settings.training().epochs(), text.batches().size());
    lastStep = Math.min(lastStep, untilStep.orElse(lastStep));
    for (TrainingListener listener : listeners) {
      listener.onStart(progress, lastStep);
    }
    boolean stopped = false;
    while (progress.step() < lastStep && !stopped) {
      TrainingListener.StepReport report = step(TensorWatch.wanting(listeners, progress.step()));
      stopped = stop.getAsBoolean() && progress.step() < lastStep;
      boolean save =
          stopped
              || progress.step() == lastStep
              || progress.step() % settings.training().saveEvery() == 0;
      OptionalDouble validation = save && !stopped ? validate() : OptionalDouble.empty();
      listeners.forEach(listener -> listener.onStep(report, validation));
      if (save) {
        save(listeners);
      }
    }
    if (savedStep != progress.step()) {
      save(listeners);
    }
    return new Outcome(progress, newest, stopped);
  }

  /** {@return the run's own model that reads symbol by symbol, brought up to date by each call} */
  public NextSymbolModel snapshot() {
    if (sampling == null) {
      sampling = LanguageModelSession.inference(settings.model(), 1, 1);
    }
    session.copyVariables(sampling);
    return sampling;
  }

  @Override
  public void close() {
    if (sampling != null) {
      sampling.close();
    }
    session.close();
    folder.close();
  }

  // watchers: who wants to see the tensors of this step
  private TrainingListener.StepReport step(List<TrainingListener> watchers) {
    TrainingSettings training = settings.training();
    if (progress.batch() == 0) {
      session.resetState();
      session.setLearningRate(training.learningRate(progress.epoch()));
    }
    CharacterBatches.Batch window = text.batches().get(progress.epoch(), progress.batch());
    TensorWatch.gradients(
        watchers,
        progress.step(),
        () -> session.gradients(window.inputs(), window.targets(), training.keepProbs()));
    long start = System.nanoTime();
    LanguageModelSession.StepResult result =
        session.trainStep(window.inputs(), window.targets(), training.keepProbs());
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!Float.isFinite(result.loss()) || !Float.isFinite(result.globalNorm())) {
      throw DivergedException.inLoss(
          progress.step() + 1, result.loss(), training.learningRate(), Optional.ofNullable(newest));
    }
    TensorWatch.variables(watchers, progress.step(), session::trainableValues);
    int epoch = progress.epoch() + 1;
    progress = progress.next(text.batches().size());
    return new TrainingListener.StepReport(
        progress.step(), epoch, training.epochs(), result.loss(), result.globalNorm(), seconds);
  }

  private OptionalDouble validate() {
    return text.heldOut().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Evaluation.of(session, text.heldOut().get()).loss());
  }

  private void save(List<TrainingListener> listeners) throws IOException {
    if (!session.isFinite()) {
      throw DivergedException.inVariables(
          progress.step(), settings.training().learningRate(), Optional.ofNullable(newest));
    }
    newest = checkpoints.write(folder, progress, Optional.ofNullable(newest));
    savedStep = progress.step();
    listeners.forEach(listener -> listener.onCheckpoint(newest, savedStep));
  }
}
