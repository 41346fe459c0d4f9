package io.github.charlstm.train;

import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.data.FileFailures;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Writes a run's checkpoints: each appears whole or not at all, then the state file {@code
 * checkpoint} names it, then the oldest beyond {@code max_to_keep} go.
 */
final class CheckpointWriter {
  private final Path run;
  private final RunSettings settings;
  private final Vocabulary vocabulary;
  private final LanguageModelSession training;
  // Made by the first write: the graph of sampling is not needed for a first step.
  private SavedModelWriter savedModel;

  /**
   * @param training whose variables and state are written; stays the caller's
   */
  CheckpointWriter(
      Path run, RunSettings settings, Vocabulary vocabulary, LanguageModelSession training) {
    this.run = run;
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.training = training;
  }

  /**
   * Writes a checkpoint where the run's folder is, or to safety if that was taken away.
   *
   * @param lastWhole the one before
   * @throws IOException if it cannot be written
   * @throws InvalidRunException if the folder was taken away, whether or not the checkpoint could
   *     be rescued
   */
  Path write(RunFolder folder, TrainingProgress progress, Optional<Path> lastWhole)
      throws IOException {
    try {
      if (folder.isInPlace()) {
        try {
          return write(progress);
        } catch (IOException e) {
          if (!isBeingTakenAway(folder, e)) {
            throw e;
          }
        }
      }
      throw CheckpointFailures.folderGone(run, rescue(progress));
    } catch (IOException e) {
      throw CheckpointFailures.of(run, progress.step(), lastWhole, e);
    }
  }

  // Files that vanish under the writer are of a folder that somebody deletes, which takes a moment.
  private static boolean isBeingTakenAway(RunFolder folder, IOException reason) {
    boolean vanished =
        FileFailures.reason(reason).toLowerCase(Locale.ROOT).contains("no such file");
    for (int k = 0; vanished && k < 40 && folder.isInPlace(); k++) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return vanished && !folder.isInPlace();
  }

  // The folder was taken away: what is in memory is brought to safety where it was.
  private Path rescue(TrainingProgress progress) throws IOException {
    try (RunFolder again = RunFolder.open(run)) {
      if (again.hasCheckpoints()) {
        throw CheckpointFailures.folderReplaced(run);
      }
      return write(progress);
    }
  }

  Path write(TrainingProgress progress) throws IOException {
    String name = TrainingCheckpoint.folderName(progress.step(), settings.model().units());
    Path target = run.resolve(name);
    if (Files.exists(target) && !TrainingCheckpoint.looksLikeOne(target) && !isEmpty(target)) {
      throw new InvalidRunException(
          target + " is in the way of a checkpoint and is none; move it and go on with --resume");
    }
    AtomicDirectory.publish(
        target,
        folder ->
            TrainingCheckpoint.write(
                folder, savedModel(), training, settings, progress, vocabulary));
    List<String> dropped = name(name, progress.step());
    for (String old : dropped) {
      removeOwn(old);
    }
    return target;
  }

  private SavedModelWriter savedModel() {
    if (savedModel == null) {
      try (LanguageModelSession sampling = LanguageModelSession.inference(settings.model(), 1, 1)) {
        savedModel = new SavedModelWriter(List.of(training.metaGraph(), sampling.metaGraph()));
      }
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

  // The state file may name anything, by hand or by another program: what does not look like a
  // checkpoint of this very run is not ours to delete.
  private void removeOwn(String prefix) throws IOException {
    Optional<Path> own = RunCheckpoints.folderOf(prefix).map(run::resolve);
    if (own.isPresent() && TrainingCheckpoint.looksLikeOne(own.get())) {
      AtomicDirectory.remove(own.get());
    }
  }

  // Puts the checkpoint at the end of the state file; returns what no longer stands there.
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
