package io.github.charlstm.checkpoint;

import io.github.charlstm.checkpoint.AtomicDirectory.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tensorflow.Session;
import org.tensorflow.proto.MetaGraphDef;

/**
 * The checkpoints that a program writes one after the other to a folder, as Python's Saver keeps
 * them: {@code model.ckpt-100.index} and so on, and the file {@code checkpoint} that names them
 * (Python: {@code Saver(max_to_keep, keep_checkpoint_every_n_hours)} and {@code Saver.save(session,
 * path, global_step)}).
 *
 * <p>A checkpoint's files are written to a temporary folder, synchronized to the disk and moved to
 * their place, the index last; only then does the state file name them. A checkpoint that is to be
 * deleted is removed from the state file first. So the state file names complete checkpoints only,
 * whenever the program ends. A series continues with the checkpoints of its name that the state
 * file names; if it keeps all of them, that is the newest alone, as in Python.
 *
 * <p>Not for use by several threads or processes at once.
 */
public final class CheckpointSeries {
  private final Saver saver;
  private final Path folder;
  private final String name;
  private final int maxToKeep;
  private final Duration keepEvery;
  private final Optional<MetaGraphDef> metaGraph;
  private final Clock clock;
  private final List<Written> kept = new ArrayList<>();
  private Instant nextToKeep;

  private record Written(String name, Instant time) {}

  private CheckpointSeries(Builder options) throws IOException {
    saver = options.saver;
    folder = options.folder;
    name = options.name;
    maxToKeep = options.maxToKeep;
    keepEvery = options.keepEvery;
    metaGraph = options.metaGraph;
    clock = options.clock;
    nextToKeep = clock.instant().plus(keepEvery);
    AtomicDirectory.cleanUp(folder);
    Pattern own = Pattern.compile(Pattern.quote(name) + "-\\d+");
    Optional<CheckpointState> state = CheckpointState.read(folder);
    for (String path : state.map(CheckpointState::allModelCheckpointPaths).orElse(List.of())) {
      String checkpoint = CheckpointState.nameOf(path);
      if (own.matcher(checkpoint).matches() && Files.exists(index(checkpoint))) {
        kept.add(new Written(checkpoint, Files.getLastModifiedTime(index(checkpoint)).toInstant()));
      }
    }
  }

  /** {@return options at their defaults; the folder is created with the first checkpoint} */
  public static Builder builder(Saver saver, Path folder) {
    return new Builder(saver, folder);
  }

  /**
   * Writes a checkpoint {@code <name>-<globalStep>}, which replaces one of this step, then deletes
   * the oldest beyond max_to_keep. Returns its prefix.
   *
   * @throws IllegalArgumentException if the step is below 0
   */
  public Path save(Session session, long globalStep) throws IOException {
    if (globalStep < 0) {
      throw new IllegalArgumentException("globalStep: expected 0 or more, found " + globalStep);
    }
    String checkpoint = name + "-" + globalStep;
    publish(
        checkpoint,
        prefix -> {
          saver.write(session, prefix);
          if (metaGraph.isPresent()) {
            Files.write(CheckpointFiles.sibling(prefix, ".meta"), metaGraph.get().toByteArray());
          }
        },
        stage -> {});
    return folder.resolve(checkpoint);
  }

  /** The writer is given a prefix, not a folder. */
  void publish(String checkpoint, AtomicDirectory.Writer writer, AtomicDirectory.Listener listener)
      throws IOException {
    Files.createDirectories(folder);
    Path aside = AtomicDirectory.temporary(folder.resolve(checkpoint));
    DurableFiles.deleteTree(aside);
    try {
      Files.createDirectory(aside);
      listener.onStage(Stage.BEFORE_WRITE);
      writer.write(aside.resolve(checkpoint));
      listener.onStage(Stage.WRITTEN);
      DurableFiles.syncTree(aside);
      listener.onStage(Stage.SYNCED);
      replace(checkpoint, aside, listener);
    } finally {
      DurableFiles.deleteTree(aside);
    }
    DurableFiles.syncFolder(folder);
    listener.onStage(Stage.RENAMED);
    List<String> surplus = keep(checkpoint);
    List<String> named = kept.stream().map(Written::name).toList();
    new CheckpointState(checkpoint, named.isEmpty() ? List.of(checkpoint) : named).write(folder);
    for (String old : surplus) {
      delete(old);
    }
  }

  private void replace(String checkpoint, Path aside, AtomicDirectory.Listener listener)
      throws IOException {
    if (!CheckpointFiles.v2(folder, checkpoint).isEmpty()) {
      forget(checkpoint);
      delete(checkpoint);
      listener.onStage(Stage.MOVED_ASIDE);
    }
    for (Path file : CheckpointFiles.v2(aside, checkpoint)) {
      Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes a checkpoint from the state file, also one of another series. */
  private void forget(String checkpoint) throws IOException {
    Optional<CheckpointState> state = CheckpointState.read(folder);
    if (state.isEmpty()) {
      return;
    }
    List<String> others = new ArrayList<>(state.get().allModelCheckpointPaths());
    others.removeIf(path -> CheckpointState.nameOf(path).equals(checkpoint));
    if (others.isEmpty()) {
      Files.deleteIfExists(folder.resolve(CheckpointState.FILE_NAME));
      DurableFiles.syncFolder(folder);
      return;
    }
    String newest = state.get().modelCheckpointPath();
    boolean goes = CheckpointState.nameOf(newest).equals(checkpoint);
    new CheckpointState(goes ? others.get(others.size() - 1) : newest, others).write(folder);
  }

  /** Adds a checkpoint to those that are kept; returns the names of those to delete. */
  private List<String> keep(String checkpoint) {
    List<String> surplus = new ArrayList<>();
    if (maxToKeep == 0) {
      kept.clear();
      return surplus;
    }
    kept.removeIf(written -> written.name().equals(checkpoint));
    kept.add(new Written(checkpoint, clock.instant()));
    while (kept.size() > maxToKeep) {
      Written oldest = kept.remove(0);
      // As in TF1: one that is old enough stays on the disk, but leaves the state file
      if (oldest.time().isAfter(nextToKeep)) {
        nextToKeep = nextToKeep.plus(keepEvery);
      } else {
        surplus.add(oldest.name());
      }
    }
    return surplus;
  }

  /** Deletes the index first: without it the other files are no checkpoint. */
  private void delete(String checkpoint) throws IOException {
    Files.deleteIfExists(index(checkpoint));
    for (Path file : CheckpointFiles.v2(folder, checkpoint)) {
      Files.deleteIfExists(file);
    }
  }

  private Path index(String checkpoint) {
    return folder.resolve(checkpoint + CheckpointFiles.INDEX);
  }

  /** Options, with the names and defaults of {@code tf.train.Saver}. */
  public static final class Builder {
    private static final Duration TEN_THOUSAND_HOURS = Duration.ofHours(10000);
    private static final Duration THOUSAND_YEARS = Duration.ofDays(365_250);

    private final Saver saver;
    private final Path folder;
    private String name = "model.ckpt";
    private int maxToKeep = Saver.DEFAULT_MAX_TO_KEEP;
    private Duration keepEvery = TEN_THOUSAND_HOURS;
    private Optional<MetaGraphDef> metaGraph = Optional.empty();
    private Clock clock = Clock.systemUTC();

    private Builder(Saver saver, Path folder) {
      this.saver = Objects.requireNonNull(saver, "saver");
      this.folder = Objects.requireNonNull(folder, "folder");
    }

    /** The first part of the checkpoints' names, without a slash; {@code model.ckpt} by default. */
    public Builder name(String prefix) {
      if (prefix.isBlank() || prefix.contains("/") || prefix.contains("\\")) {
        throw new IllegalArgumentException(
            "a checkpoint needs a name without slashes, found '" + prefix + "'");
      }
      this.name = prefix;
      return this;
    }

    /** How many checkpoints are kept; 5 by default, 0 for all. */
    public Builder maxToKeep(int number) {
      if (number < 0) {
        throw new IllegalArgumentException("max_to_keep must be 0 or more, found " + number);
      }
      this.maxToKeep = number;
      return this;
    }

    /**
     * Keeps one checkpoint of every so many hours for good, besides the newest; 10,000 by default,
     * 0 for every checkpoint, as in TF1.
     */
    public Builder keepCheckpointEveryNHours(double hours) {
      if (!(hours >= 0)) {
        throw new IllegalArgumentException(
            "keep_checkpoint_every_n_hours must be 0 or more, found " + hours);
      }
      // a thousand years at most: enough for "never", and no overflow when added to a time
      double bounded = Math.min(hours, THOUSAND_YEARS.toHours());
      this.keepEvery = Duration.ofMillis((long) (bounded * Duration.ofHours(1).toMillis()));
      return this;
    }

    /** The Saver's graph, to write as {@code .meta} with each checkpoint; none by default. */
    public Builder metaGraph(MetaGraphDef definition) {
      this.metaGraph = Optional.of(definition);
      return this;
    }

    /** The clock for the times of checkpoints; the system's by default. */
    public Builder clock(Clock other) {
      this.clock = Objects.requireNonNull(other, "clock");
      return this;
    }

    /**
     * Reads the folder's state file, whose checkpoints the series continues with, and deletes what
     * a killed process left incomplete.
     *
     * @throws CheckpointException if the state file is malformed
     */
    public CheckpointSeries build() throws IOException {
      return new CheckpointSeries(this);
    }
  }
}
