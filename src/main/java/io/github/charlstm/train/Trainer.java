package io.github.charlstm.train;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.NamedTensors;
import io.github.charlstm.model.RnnImplementation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.tensorflow.proto.GraphDef;

/**
 * Trains a run, of a text or of images, from its first step or from a checkpoint: batches, steps,
 * checkpoints and listeners.
 */
public final class Trainer<T extends TrainingTask<?>> implements AutoCloseable {
  private final RunFolder folder;
  private final T task;
  private final CheckpointWriter checkpoints;
  private TrainingProgress progress;
  private long savedStep;
  private Optional<Path> newest;
  private Optional<Validation> validation;

  /**
   * How training ended.
   *
   * @param checkpoint the newest
   * @param validation of the newest measurement, if there was one
   * @param stopped whether it was stopped before its last step
   * @param ranOutOfPatience whether the validation loss had no new minimum for so many measurements
   *     as the run's patience
   */
  public record Outcome(
      TrainingProgress progress,
      Path checkpoint,
      Optional<Validation> validation,
      boolean stopped,
      boolean ranOutOfPatience) {}

  private Trainer(RunFolder folder, T task, Optional<TrainingCheckpoint> from) {
    this.folder = folder;
    this.task = task;
    task.start(from);
    checkpoints =
        new CheckpointWriter(folder.path(), task.settings(), task.vocabulary(), task.session());
    savedStep = from.map(checkpoint -> checkpoint.progress().step()).orElse(-1L);
    progress = task.progress(Math.max(savedStep, 0));
    newest = from.map(TrainingCheckpoint::folder);
    validation = from.flatMap(TrainingCheckpoint::validation);
  }

  /**
   * {@return a run on texts from its first step} The cleaned texts and their vocabulary are those
   * of the settings' preparation; the loop is not written into checkpoints: a resumed run may take
   * another, with the same losses but for rounding.
   *
   * @throws InvalidRunException if the folder holds a run already, or is in use
   * @throws IllegalArgumentException if the text is too short; it leaves no folder behind
   */
  public static Trainer<TextTask> begin(
      Path path,
      RunSettings.Text settings,
      TextCorpus cleaned,
      Vocabulary vocabulary,
      RnnImplementation loop) {
    return begin(path, settings, cleaned, vocabulary, loop, Optional.empty());
  }

  /** As above, with the weights of another run as initial values, if they are given. */
  public static Trainer<TextTask> begin(
      Path path,
      RunSettings.Text settings,
      TextCorpus cleaned,
      Vocabulary vocabulary,
      RnnImplementation loop,
      Optional<InitialWeights> weights) {
    TextTask.Data data = TextTask.Data.of(settings, cleaned, vocabulary);
    return open(path, Optional.empty(), () -> new TextTask(settings, data, loop, weights));
  }

  /** As above, on one text. */
  public static Trainer<TextTask> begin(
      Path path,
      RunSettings.Text settings,
      CharacterText cleaned,
      Vocabulary vocabulary,
      RnnImplementation loop) {
    return begin(path, settings, TextCorpus.of(cleaned), vocabulary, loop);
  }

  /**
   * {@return a run on images from its first step}
   *
   * @throws InvalidRunException if the folder holds a run already, or is in use
   */
  public static Trainer<ImageTask> begin(
      Path path, RunSettings.Images settings, MnistImages.Split images) {
    return open(path, Optional.empty(), () -> new ImageTask(settings, images));
  }

  /**
   * {@return a run on a text that goes on from a checkpoint} The settings are the checkpoint's, or
   * changed as {@link RunSettings#requireResumable} allows.
   *
   * @throws InvalidRunException if the text or such a setting differs, or the folder is in use
   */
  public static Trainer<TextTask> resume(
      Path path,
      TrainingCheckpoint checkpoint,
      RunSettings.Text settings,
      TextCorpus texts,
      RnnImplementation loop) {
    checkpoint.run().requireResumable(settings);
    TextTask.Data data =
        TextTask.Data.of(
            settings, texts.map(settings.preparation()::clean), checkpoint.vocabulary());
    return open(
        path, Optional.of(checkpoint), () -> new TextTask(settings, data, loop, Optional.empty()));
  }

  /** As above, on one text. */
  public static Trainer<TextTask> resume(
      Path path,
      TrainingCheckpoint checkpoint,
      RunSettings.Text settings,
      CharacterText text,
      RnnImplementation loop) {
    return resume(path, checkpoint, settings, TextCorpus.of(text), loop);
  }

  /**
   * {@return a run on images that goes on from a checkpoint} The settings are as for a text.
   *
   * @throws InvalidRunException if the images or a setting differ, or the folder is in use
   */
  public static Trainer<ImageTask> resume(
      Path path,
      TrainingCheckpoint checkpoint,
      RunSettings.Images settings,
      MnistImages.Split images) {
    checkpoint.run().requireResumable(settings);
    return open(path, Optional.of(checkpoint), () -> new ImageTask(settings, images));
  }

  private static <T extends TrainingTask<?>> Trainer<T> open(
      Path path, Optional<TrainingCheckpoint> from, Supplier<T> builder) {
    RunFolder folder = RunFolder.open(path);
    try {
      if (from.isEmpty()) {
        folder.requireNoRun();
      }
      T task = builder.get();
      try {
        return new Trainer<>(folder, task, from);
      } catch (RuntimeException | Error e) {
        task.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  /** {@return what is trained} */
  public T task() {
    return task;
  }

  /** {@return how far the run is} */
  public TrainingProgress progress() {
    return progress;
  }

  /** {@return the step after which the run is complete} */
  public long lastStep() {
    return task.lastStep();
  }

  /** {@return the training graph} */
  public GraphDef graph() {
    return task.session().graphDef();
  }

  /** {@return the measurements on the text held out, if there were any} */
  public Optional<Validation> validation() {
    return validation;
  }

  /**
   * Trains until the run is complete or out of patience, a step counted from the run's first is
   * reached, or {@code stop}, asked after each step, is true; then writes a checkpoint, unless the
   * newest is of that step.
   *
   * @throws DivergedException if the loss, the gradients or a variable are not finite
   */
  public Outcome run(OptionalLong untilStep, List<TrainingListener> listeners, BooleanSupplier stop)
      throws IOException {
    long lastStep = Math.min(task.lastStep(), untilStep.orElse(Long.MAX_VALUE));
    listeners.forEach(listener -> listener.onStart(progress, lastStep));
    boolean stopped = false;
    while (progress.step() < lastStep && !stopped && !isOutOfPatience()) {
      TrainingListener.StepReport step = step((TrainingTask<?>) task, listeners);
      stopped = stop.getAsBoolean() && step.step() < lastStep;
      boolean save = stopped || step.step() == lastStep || saves(step.step());
      TrainingListener.StepReport report =
          step.with(task.measureAfter(step.step(), step.step() == lastStep || saves(step.step())));
      listeners.forEach(listener -> listener.onStep(report));
      report
          .metric(TrainingListener.StepReport.VALIDATION_LOSS)
          .ifPresent(loss -> validation = Optional.of(after(loss, report.step())));
      if (save) {
        save(listeners);
      }
    }
    if (savedStep != progress.step()) {
      save(listeners);
    }
    return new Outcome(progress, newest.orElseThrow(), validation, stopped, isOutOfPatience());
  }

  private boolean saves(long step) {
    return step % task.settings().training().saveEvery() == 0;
  }

  private Validation after(double loss, long step) {
    return validation
        .map(before -> before.next(loss, step))
        .orElseGet(() -> Validation.first(loss, step));
  }

  private boolean isOutOfPatience() {
    int patience = task.settings().training().patience();
    return patience > 0 && validation.filter(known -> known.sinceBest() >= patience).isPresent();
  }

  private <B> TrainingListener.StepReport step(
      TrainingTask<B> data, List<TrainingListener> listeners) {
    GraphSession<B> session = data.session();
    TrainingSettings training = data.settings().training();
    float learningRate =
        training.learningRateOf(progress.step(), progress.epoch(), data.lastStep());
    session.setLearningRate(learningRate);
    long step = progress.step() + 1;
    B batch = data.next(progress);
    Map<String, Double> metrics = new LinkedHashMap<>(data.measureBefore(step, batch));
    if (!training.hasConstantLearningRate()) {
      metrics.put(TrainingListener.StepReport.LEARNING_RATE, (double) learningRate);
    }
    List<TrainingListener> watchers =
        listeners.stream().filter(listener -> listener.wantsTensors(step)).toList();
    if (!watchers.isEmpty()) {
      try (NamedTensors gradients = session.gradients(batch, training.keepProbs())) {
        watchers.forEach(watcher -> watcher.onGradients(step, gradients.byName()));
      }
    }
    long start = System.nanoTime();
    GraphSession.StepResult result = session.trainStep(batch, training.keepProbs());
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!Float.isFinite(result.loss()) || !Float.isFinite(result.globalNorm())) {
      throw new DivergedException(
          "the loss is " + result.loss() + " at step " + step, newest, data.remedy());
    }
    if (!watchers.isEmpty()) {
      try (NamedTensors variables = session.trainableValues()) {
        watchers.forEach(watcher -> watcher.onVariables(step, variables.byName()));
      }
    }
    progress = data.progress(step);
    return new TrainingListener.StepReport(
        step,
        data.epoch(step),
        data.epochs(),
        learningRate,
        result.loss(),
        result.globalNorm(),
        seconds,
        metrics);
  }

  private void save(List<TrainingListener> listeners) throws IOException {
    if (!task.session().isFinite()) {
      throw new DivergedException(
          "a variable is infinite or NaN at step " + progress.step(), newest, task.remedy());
    }
    Path written = checkpoints.write(folder, progress, validation, newest);
    newest = Optional.of(written);
    savedStep = progress.step();
    listeners.forEach(listener -> listener.onCheckpoint(written, savedStep));
  }

  @Override
  public void close() {
    task.close();
    folder.close();
  }

  /** The loss, the gradients or a variable are not finite. The last checkpoint is kept. */
  public static final class DivergedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    DivergedException(String what, Optional<Path> newest, String remedy) {
      super(
          "%s: training has diverged and stopped; %s. To avoid it, %s"
              .formatted(
                  what,
                  newest
                      .map(path -> "the last checkpoint is " + path)
                      .orElse("there is no checkpoint"),
                  remedy));
    }
  }
}
