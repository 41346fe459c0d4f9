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

  private RunCheckpoints() {}

  /**
   * The newest that is whole. A damaged one is passed over for the one before; one that is as it
   * was written and yet cannot be read, because a newer charlstm wrote it, is not.
   *
   * @param notices hears, in one line each, what was passed over
   * @throws CheckpointException if there is none, or the newest is of a newer format
   */
  static TrainingCheckpoint newestWhole(Path run, Consumer<String> notices) {
    Optional<RuntimeException> first = Optional.empty();
    List<String> passedOver = new ArrayList<>();
    for (Path folder : newestFirst(run, notices)) {
      try {
        TrainingCheckpoint whole = TrainingCheckpoint.openOne(folder);
        whole.requireTensors();
        passedOver.forEach(
            notice -> notices.accept(notice + "; taking the one before it, " + folder));
        return whole;
      } catch (IllegalArgumentException e) {
        if (TrainingCheckpoint.isAsWritten(folder)) {
          throw e;
        }
        passedOver.add("the checkpoint " + folder + " is passed over: " + e.getMessage());
        first = Optional.of(first.orElse(e));
      }
    }
    throw first.orElseGet(
        () ->
            new CheckpointException(
                run
                    + " holds no checkpoint: it has neither a SavedModel nor a file named "
                    + CheckpointState.FILE_NAME));
  }

  /**
   * Restores the newest that is whole of a run whose checkpoints are TF1's. Nothing is restored
   * from one unless all of its checksums hold.
   *
   * @param restore takes the checkpoint's prefix
   * @param notices hears, in one line each, what was passed over
   * @throws CheckpointException if there is none
   */
  static void restoreNewestWhole(Path run, Consumer<Path> restore, Consumer<String> notices) {
    List<Path> all = CheckpointState.checkpoints(run);
    for (int k = all.size() - 1; k >= 0; k--) {
      try {
        restore.accept(all.get(k));
        return;
      } catch (CheckpointException e) {
        if (k == 0) {
          throw e;
        }
        notices.accept(
            "the checkpoint "
                + all.get(k)
                + " is passed over: "
                + e.getMessage()
                + "; trying the one before it, "
                + all.get(k - 1));
      }
    }
    throw new CheckpointException(
        run + " holds no checkpoint; begin the run anew without --resume");
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
    for (String prefix : prefixes) {
      Matcher own = PREFIX.matcher(prefix);
      if (own.matches()) {
        folders.add(run.resolve(own.group(1)));
      }
    }
    return folders;
  }

  /**
   * What the state file names, or, if it is missing or damaged, what lies in the folder; oldest
   * first. Checkpoints of steps beyond the given one come before all others: the run went on from
   * before them, so they are damaged, and they are to go first.
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

  /** The checkpoint's folder, if the prefix is one that a run here gives. */
  static Optional<String> folderOf(String prefix) {
    Matcher own = PREFIX.matcher(prefix);
    return own.matches() ? Optional.of(own.group(1)) : Optional.empty();
  }

  static String prefixOf(String folder) {
    return SavedModelWriter.variablesOf(Path.of(folder)).toString().replace('\\', '/');
  }

  // 0 for what is not ours
  private static long stepOf(String prefix) {
    Matcher own = PREFIX.matcher(prefix);
    return own.matches() ? Long.parseLong(own.group(2)) : 0;
  }

  private static List<String> inFolder(Path run) {
    try (Stream<Path> children = Files.list(run)) {
      return children
          .filter(TrainingCheckpoint::looksLikeOne)
          .map(child -> prefixOf(child.getFileName().toString()))
          .filter(prefix -> folderOf(prefix).isPresent())
          .sorted(Comparator.comparingLong(RunCheckpoints::stepOf))
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(run + " cannot be read (" + FileFailures.reason(e) + ")", e);
    }
  }
}
