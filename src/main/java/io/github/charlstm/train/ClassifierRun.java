package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointSeries;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.MnistBatches;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.model.RowClassifierSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.tensorflow.proto.GraphDef;

/**
 * One training run of the image classifier: new, or going on from its newest checkpoint.
 *
 * <p>Its folder holds {@code classifier.json} (the settings), {@code model.ckpt-<step>} with the
 * state file {@code checkpoint}, as TF1 writes them, and {@code metrics.jsonl}: {@code step},
 * {@code epoch}, {@code loss} (before the update, with dropout), {@code global_norm} (of the
 * gradients), {@code seconds} and, where they were measured, {@code accuracy} (of the step's batch
 * before the update, without dropout) and {@code test_accuracy}. Batches and masks hang on the step
 * alone, so a run that is killed and resumed gives the numbers of one that never stopped.
 */
public final class ClassifierRun implements AutoCloseable {
  /** Name of the settings' file, which tells such a run from others. */
  public static final String SETTINGS = ClassifierSettingsFile.NAME;

  private final ClassifierSettings settings;
  private final MnistImages.Split images;
  private final RunFolder folder;
  private final RowClassifierSession session;
  private final CheckpointSeries checkpoints;
  private long step;

  /**
   * One training step.
   *
   * @param step counted from 1
   * @param epoch passes over the images that are done (Python: {@code epochs_completed})
   * @param loss before the update, with dropout
   * @param globalNorm of the gradients
   * @param accuracy of the step's batch before the update, without dropout, where it was measured
   * @param testAccuracy after the last step
   * @param seconds the step took
   */
  public record Report(
      long step,
      int epoch,
      float loss,
      float globalNorm,
      OptionalDouble accuracy,
      OptionalDouble testAccuracy,
      double seconds) {}

  /** Hears what a run does. */
  public interface Listener extends TensorListener {
    /**
     * A step is done.
     *
     * @param report what it gave
     */
    void onStep(Report report);

    /**
     * A checkpoint is on the disk.
     *
     * @param prefix of its files
     */
    default void onCheckpoint(Path prefix) {}
  }

  private ClassifierRun(RunFolder folder, ClassifierSettings settings, MnistImages.Split images)
      throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.images = images;
    session =
        new RowClassifierSession(
            settings.model(), settings.learningRate(), settings.seed(), settings.lanes());
    try {
      checkpoints = session.checkpoints(folder.path()).maxToKeep(settings.maxToKeep()).build();
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * {@return a run from its first step}
   *
   * @param path the run's folder, made if need be
   * @param settings of the run
   * @param images those that the settings name
   * @throws InvalidRunException if the folder holds a run already, or is in use
   * @throws IOException if the folder cannot be read or written to
   */
  public static ClassifierRun begin(
      Path path, ClassifierSettings settings, MnistImages.Split images) throws IOException {
    RunFolder folder = RunFolder.open(path);
    try {
      folder.requireNoRun();
      ClassifierRun run = new ClassifierRun(folder, settings, images);
      try {
        run.session.initialize();
        ClassifierSettingsFile.write(path, settings);
        return run;
      } catch (IOException | RuntimeException | Error e) {
        run.session.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  /**
   * {@return a run that goes on from the newest checkpoint that is whole}
   *
   * @param path the run's folder
   * @param settings the run's, to another last step if wanted
   * @param images those that the run began with
   * @param notices hears in one line of each checkpoint that is damaged and passed over
   * @throws InvalidRunException if the images are not those that the run began with, or the folder
   *     is in use
   * @throws CheckpointException if there is no whole checkpoint
   * @throws IOException if the folder cannot be read or written to
   */
  public static ClassifierRun resume(
      Path path, ClassifierSettings settings, MnistImages.Split images, Consumer<String> notices)
      throws IOException {
    if (!settings.data().sha256().equals(settings(path).data().sha256())) {
      throw new InvalidRunException(
          "a run is resumed with the images that it began with; those of --data are others");
    }
    RunFolder folder = RunFolder.open(path);
    try {
      ClassifierRun run = new ClassifierRun(folder, settings, images);
      try {
        RunCheckpoints.restoreNewestWhole(path, run.session::restore, notices);
        run.step = run.session.step();
        ClassifierSettingsFile.write(path, settings);
        return run;
      } catch (IOException | RuntimeException | Error e) {
        run.session.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      folder.close();
      throw e;
    }
  }

  /**
   * {@return the settings of a run}
   *
   * @param path the run's folder
   * @throws CheckpointException if the folder holds none or the file is damaged
   */
  public static ClassifierSettings settings(Path path) {
    return ClassifierSettingsFile.read(path);
  }

  /**
   * {@return steps that the newest checkpoint of a run has done; 0 if there is none}
   *
   * @param path the run's folder
   */
  public static long savedSteps(Path path) {
    return CheckpointState.latestCheckpoint(path)
        .map(prefix -> prefix.getFileName().toString())
        .map(name -> Long.parseLong(name.substring(name.lastIndexOf('-') + 1)))
        .orElse(0L);
  }

  /**
   * {@return SHA-256 of both parts, as {@link ClassifierSettings.Data} keeps it}
   *
   * @param images in two parts
   */
  public static String digest(MnistImages.Split images) {
    return images.training().digest() + " " + images.test().digest();
  }

  /** {@return training steps done so far} */
  public long step() {
    return step;
  }

  /**
   * The graph that trains, measures and predicts.
   *
   * @return its definition
   */
  public GraphDef graph() {
    return session.graph();
  }

  /**
   * Trains to the last step, or until asked to stop, then writes a checkpoint.
   *
   * @param listener hears of each step and checkpoint
   * @param stop asked after each step
   * @return whether it stopped before the last step
   * @throws DivergedException if the loss is no longer a number
   * @throws IOException if a file cannot be written
   */
  public boolean run(Listener listener, BooleanSupplier stop) throws IOException {
    MnistBatches batches =
        new MnistBatches(images.training(), settings.batchSize(), settings.seed());
    boolean stopped = false;
    try (MetricsWriter metrics = new MetricsWriter(folder.path(), step)) {
      while (step < settings.steps() && !stopped) {
        Report report = step(batches.get(step), TensorWatch.wanting(List.of(listener), step));
        metrics.append(report);
        listener.onStep(report);
        stopped = stop.getAsBoolean() && step < settings.steps();
        if (stopped || step == settings.steps() || step % settings.saveEvery() == 0) {
          save(listener);
        }
      }
    }
    return stopped;
  }

  /**
   * Probabilities of the classes after each row of an image.
   *
   * @param image its pixels, {@code [rows * columns]}
   * @return {@code [rows][classes]}
   */
  public double[][] probabilitiesByRow(float[] image) {
    float[] flat = session.predictByRow(image);
    double[][] rows = new double[settings.model().rows()][settings.model().classes()];
    for (int k = 0; k < flat.length; k++) {
      rows[k / settings.model().classes()][k % settings.model().classes()] = flat[k];
    }
    return rows;
  }

  @Override
  public void close() {
    session.close();
    folder.close();
  }

  // As on the page, the accuracy is that of the batch which is trained on next.
  private Report step(MnistImages.Batch batch, List<Listener> watchers) {
    long number = step + 1;
    OptionalDouble accuracy =
        number % settings.measureEvery() == 0
            ? OptionalDouble.of(session.measure(batch.images(), batch.labels()).accuracy())
            : OptionalDouble.empty();
    TensorWatch.gradients(
        watchers,
        step,
        () -> session.gradients(batch.images(), batch.labels(), settings.keepProb()));
    long start = System.nanoTime();
    RowClassifierSession.StepResult result =
        session.trainStep(batch.images(), batch.labels(), settings.keepProb());
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!Float.isFinite(result.loss())) {
      throw DivergedException.ofClassifier("the loss is " + result.loss(), number, settings);
    }
    TensorWatch.variables(watchers, step, session::trainableValues);
    step = number;
    int epoch = Math.toIntExact((number * settings.batchSize() - 1) / images.training().size());
    OptionalDouble test =
        number == settings.steps()
            ? OptionalDouble.of(ClassifierScore.accuracy(session, images.test()))
            : OptionalDouble.empty();
    return new Report(number, epoch, result.loss(), result.globalNorm(), accuracy, test, seconds);
  }

  private void save(Listener listener) throws IOException {
    if (!session.isFinite()) {
      throw DivergedException.ofClassifier("a variable is infinite or NaN", step, settings);
    }
    Path written;
    try {
      written = session.save(checkpoints);
    } catch (IOException e) {
      Optional<Path> before = CheckpointState.latestCheckpoint(folder.path());
      throw CheckpointFailures.of(folder.path(), step, before, e);
    }
    listener.onCheckpoint(written);
  }
}
