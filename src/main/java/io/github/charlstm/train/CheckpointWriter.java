package io.github.charlstm.train;

import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.checkpoint.TensorBundle;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.GraphSession;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.RnnImplementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.tensorflow.Tensor;

/**
 * Writes a run's checkpoints: each appears whole or not at all, then the state file {@code
 * checkpoint} names it, then the oldest beyond {@code max_to_keep} are removed. The one of the
 * lowest validation loss is named by the state file {@code best} and never removed (Python: {@code
 * tf.train.latest_checkpoint(run, latest_filename="best")}).
 */
public final class CheckpointWriter {
  private final Path run;
  private final RunSettings settings;
  private final Optional<Vocabulary> vocabulary;
  private final GraphSession<?> session;
  // Made by the first write: the first step does not need the graph for predictions.
  private SavedModelWriter savedModel;

  /** The session's variables and state are written; it is not closed. */
  CheckpointWriter(
      Path run, RunSettings settings, Optional<Vocabulary> vocabulary, GraphSession<?> session) {
    this.run = run;
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.session = session;
  }

  /**
   * Writes the first checkpoint of a run imported from another program. The network's state starts
   * from zeros; a resumed run computes the epoch and the window from the number of steps and the
   * text that it is given. The settings have {@link TextReference#unknown()}.
   *
   * @param variables every variable of the training graph, with slots, powers and {@code
   *     global_step}; they stay open
   * @throws InvalidRunException if the folder holds a run already, or is in use
   * @throws IllegalArgumentException if the variables are not those of the training graph
   */
  public static Path writeImported(
      Path run,
      RunSettings.Text settings,
      long step,
      Vocabulary vocabulary,
      Map<String, ? extends Tensor> variables)
      throws IOException {
    TrainingSettings training = settings.training();
    try (RunFolder folder = RunFolder.open(run)) {
      folder.requireNoRun();
      try (LanguageModelSession session =
          LanguageModelSession.training(
              settings.model(),
              training.batchSize(),
              training.numSteps(),
              training.options(RnnImplementation.FUSED))) {
        restore(session, variables);
        return new CheckpointWriter(run, settings, Optional.of(vocabulary), session)
            .write(new TrainingProgress(step, 0, 0), Optional.empty());
      }
    }
  }

  private static void restore(LanguageModelSession session, Map<String, ? extends Tensor> variables)
      throws IOException {
    Path scratch = Files.createTempDirectory("charlstm-import");
    try {
      Path bundle = scratch.resolve("variables");
      TensorBundle.write(bundle, variables);
      session.restore(bundle);
    } finally {
      AtomicDirectory.remove(scratch);
    }
  }

  /**
   * Writes a checkpoint. If the run's folder was removed or moved meanwhile, creates it anew.
   *
   * @throws InvalidRunException if the folder was removed or moved
   */
  Path write(
      RunFolder folder,
      TrainingProgress progress,
      Optional<Validation> validation,
      Optional<Path> lastWhole)
      throws IOException {
    try {
      if (folder.isInPlace()) {
        try {
          return write(progress, validation);
        } catch (IOException e) {
          if (!isBeingRemoved(folder, e)) {
            throw e;
          }
        }
      }
      throw new InvalidRunException(
          ("run folder %s was removed or moved while the run was going on; it was created anew with"
                  + " the checkpoint %s only; resume the run from there")
              .formatted(run, rescue(progress, validation)));
    } catch (IOException e) {
      throw new IOException(
          "the checkpoint of step %s cannot be written in %s (%s); %s; %s and %s"
              .formatted(
                  progress.step(),
                  run,
                  FileFailures.reason(e),
                  lastWhole
                      .map(path -> "the last whole one is " + path)
                      .orElse("there is none before"),
                  FileFailures.remedy(e),
                  lastWhole.isPresent() ? "resume the run" : "begin again"),
          e);
    }
  }

  // A file that vanishes while it is written belongs to a folder that is being deleted, which may
  // take a moment.
  private static boolean isBeingRemoved(RunFolder folder, IOException reason) {
    boolean vanished =
        FileFailures.reason(reason).toLowerCase(Locale.ROOT).contains("no such file");
    for (int k = 0; vanished && k < 40 && folder.isInPlace(); k++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return vanished && !folder.isInPlace();
  }

  // Saves what is in memory although the folder is gone.
  private Path rescue(TrainingProgress progress, Optional<Validation> validation)
      throws IOException {
    try (RunFolder again = RunFolder.open(run)) {
      if (again.hasCheckpoints()) {
        throw new InvalidRunException(
            ("run folder %s was removed or moved while the run was going on, and holds another run"
                    + " now; resume this one where it was moved to, or begin it again in another"
                    + " folder")
                .formatted(run));
      }
      return write(progress, validation);
    }
  }

  Path write(TrainingProgress progress, Optional<Validation> validation) throws IOException {
    String name = TrainingCheckpoint.folderName(progress.step(), settings.model().units());
    Path target = run.resolve(name);
    if (Files.exists(target) && !TrainingCheckpoint.isCheckpoint(target) && !isEmpty(target)) {
      throw new InvalidRunException(
          target + " is in the way of a checkpoint and is none; move it and resume the run");
    }
    AtomicDirectory.publish(
        target,
        folder ->
            TrainingCheckpoint.write(
                folder, savedModel(), session, settings, progress, validation, vocabulary));
    List<String> dropped = new ArrayList<>(name(name, progress.step()));
    if (validation.isPresent()) {
      RunCheckpoints.bestPrefix(run).ifPresent(dropped::add);
      nameBest(validation.get());
    }
    Set<String> kept = new HashSet<>(RunCheckpoints.upTo(run, progress.step()));
    RunCheckpoints.bestPrefix(run).ifPresent(kept::add);
    dropped.removeIf(kept::contains);
    for (String old : dropped) {
      removeOwn(old);
    }
    return target;
  }

  private SavedModelWriter savedModel() {
    if (savedModel == null) {
      savedModel = new SavedModelWriter(session.metaGraphs());
    }
    return savedModel;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }

  // The state file may name anything: only what looks like a checkpoint of this run is deleted.
  private void removeOwn(String prefix) throws IOException {
    Optional<Path> own = RunCheckpoints.folderOf(prefix).map(run::resolve);
    if (own.isPresent()
        && Files.isDirectory(own.get())
        && TrainingCheckpoint.isCheckpoint(own.get())) {
      AtomicDirectory.remove(own.get());
    }
  }

  // A run that is resumed from an older checkpoint takes back the later best one.
  private void nameBest(Validation validation) throws IOException {
    String folder = TrainingCheckpoint.folderName(validation.bestStep(), settings.model().units());
    if (TrainingCheckpoint.isCheckpoint(run.resolve(folder))) {
      String prefix = RunCheckpoints.prefixOf(folder);
      new CheckpointState(prefix, List.of(prefix)).write(run, RunCheckpoints.BEST);
    } else {
      Files.deleteIfExists(run.resolve(RunCheckpoints.BEST));
    }
  }

  // Adds the checkpoint to the state file; returns those that it no longer names.
  private List<String> name(String name, long step) throws IOException {
    String newest = RunCheckpoints.prefixOf(name);
    List<String> all = RunCheckpoints.upTo(run, step);
    all.remove(newest);
    all.add(newest);
    int surplus = Math.max(0, all.size() - settings.training().maxToKeep());
    List<String> dropped = List.copyOf(all.subList(0, surplus));
    new CheckpointState(newest, List.copyOf(all.subList(surplus, all.size()))).write(run);
    return dropped;
  }
}
