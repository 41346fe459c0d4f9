package io.github.charlstm.train;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The checkpoints of a run: those that its state file names, and those in its folder. */
final class RunCheckpoints {
  private static final Pattern PREFIX = Pattern.compile("(i(\\d{1,18})_l\\d+)/variables/variables");

  /** State file that names the checkpoint of the lowest validation loss. */
  static final String BEST = "best";

  private RunCheckpoints() {}

  /** The prefix that the state file {@link #BEST} names; empty if there is none that is whole. */
  static Optional<String> bestPrefix(Path run) {
    try {
      return CheckpointState.read(run, BEST)
          .map(CheckpointState::modelCheckpointPath)
          .filter(prefix -> folderOf(prefix).isPresent());
    } catch (CheckpointException e) { // a damaged state file
      return Optional.empty();
    }
  }

  /**
   * The checkpoint of the lowest validation loss; empty if there is none, or it is damaged, of
   * which {@code notices} receives a line.
   */
  static Optional<TrainingCheckpoint> best(Path run, Consumer<String> notices) {
    Optional<Path> folder =
        bestPrefix(run)
            .flatMap(RunCheckpoints::folderOf)
            .map(run::resolve)
            .filter(TrainingCheckpoint::isCheckpoint);
    Optional<String> damage = folder.flatMap(TrainingCheckpoint::damage);
    damage.ifPresent(
        reason ->
            notices.accept("the best checkpoint " + folder.get() + " is passed over: " + reason));
    return damage.isPresent() ? Optional.empty() : folder.map(TrainingCheckpoint::read);
  }

  /** The newest by the state file; a CheckpointException if there is none. */
  static Path newest(Path run) {
    CheckpointState state = CheckpointState.read(run).orElseThrow(() -> none(run));
    return folderOf(state.modelCheckpointPath())
        .map(run::resolve)
        .filter(TrainingCheckpoint::isCheckpoint)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s names the checkpoint %s, which does not exist"
                        .formatted(
                            run.resolve(CheckpointState.FILE_NAME), state.modelCheckpointPath())));
  }

  /**
   * The newest undamaged one; {@code notices} receives a line for each that is passed over. A
   * CheckpointException if there is none, or the newest has a newer format.
   */
  static TrainingCheckpoint newestWhole(Path run, Consumer<String> notices) {
    List<String> passedOver = new ArrayList<>();
    Optional<CheckpointException> first = Optional.empty();
    for (Path folder : newestFirst(run, notices)) {
      Optional<String> damage = TrainingCheckpoint.damage(folder);
      if (damage.isEmpty()) {
        passedOver.forEach(
            notice -> notices.accept(notice + "; taking the one before it, " + folder));
        return TrainingCheckpoint.read(folder);
      }
      passedOver.add("the checkpoint " + folder + " is passed over: " + damage.get());
      first = Optional.of(first.orElse(TrainingCheckpoint.damaged(folder, damage.get())));
    }
    throw first.orElseGet(() -> none(run));
  }

  private static CheckpointException none(Path run) {
    return new CheckpointException(
        "%s holds no checkpoint: it has neither a SavedModel nor a file named %s"
            .formatted(run, CheckpointState.FILE_NAME));
  }

  private static Set<Path> newestFirst(Path run, Consumer<String> notices) {
    List<String> prefixes = new ArrayList<>();
    try {
      CheckpointState.read(run)
          .ifPresent(state -> prefixes.addAll(state.allModelCheckpointPaths()));
    } catch (CheckpointException e) {
      notices.accept(e.getMessage() + "; looking for checkpoints in the folder");
    }
    Collections.reverse(prefixes);
    List<String> others = new ArrayList<>(inFolder(run));
    Collections.reverse(others);
    prefixes.addAll(others);
    Set<Path> folders = new LinkedHashSet<>();
    prefixes.forEach(prefix -> folderOf(prefix).map(run::resolve).ifPresent(folders::add));
    return folders;
  }

  /**
   * The prefixes that the state file names, or, if it is missing or damaged, those of the folder;
   * oldest first. Checkpoints of later steps than the given one come first, to be removed first:
   * the run went on from before them, so they are damaged.
   */
  static List<String> upTo(Path run, long step) {
    List<String> all = new ArrayList<>();
    try {
      CheckpointState.read(run)
          .map(CheckpointState::allModelCheckpointPaths)
          .ifPresentOrElse(all::addAll, () -> all.addAll(inFolder(run)));
    } catch (CheckpointException e) {
      all.addAll(inFolder(run));
    }
    all.sort(Comparator.comparing(prefix -> stepOf(prefix) <= step));
    return all;
  }

  /** The checkpoint of a prefix, relative to the run, if the prefix has the form of a run's. */
  static Optional<String> folderOf(String prefix) {
    if (EarlierImageRun.stepOf(prefix).isPresent()) {
      return Optional.of(prefix);
    }
    Matcher own = PREFIX.matcher(prefix);
    return own.matches() ? Optional.of(own.group(1)) : Optional.empty();
  }

  static String prefixOf(String folder) {
    return EarlierImageRun.stepOf(folder).isPresent()
        ? folder
        : SavedModelWriter.variablesOf(Path.of(folder)).toString().replace('\\', '/');
  }

  // 0 for other prefixes
  private static long stepOf(String prefix) {
    Matcher own = PREFIX.matcher(prefix);
    return own.matches() ? Long.parseLong(own.group(2)) : EarlierImageRun.stepOf(prefix).orElse(0L);
  }

  private static List<String> inFolder(Path run) {
    try (Stream<Path> children = Files.list(run)) {
      return children
          .map(child -> child.getFileName().toString().replaceAll("\\.index$", ""))
          .filter(name -> TrainingCheckpoint.isCheckpoint(run.resolve(name)))
          .map(RunCheckpoints::prefixOf)
          .filter(prefix -> folderOf(prefix).isPresent())
          .sorted(Comparator.comparingLong(RunCheckpoints::stepOf))
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(run + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
  }
}
