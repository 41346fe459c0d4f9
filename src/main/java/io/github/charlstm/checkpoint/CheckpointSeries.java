package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Session;
import org.tensorflow.proto.MetaGraphDef;

/**
 * The checkpoints that a program writes one after the other into a folder, as Python's Saver keeps
 * them: {@code model.ckpt-100.index} and so on, and the file {@code checkpoint} that names them
 * (Python: {@code Saver(max_to_keep, keep_checkpoint_every_n_hours)} and {@code Saver.save(session,
 * path, global_step)}).
 *
 * <p>The state file is written after a checkpoint is whole, and the oldest is deleted after it no
 * longer stands there: a program that is killed leaves a state file that names whole checkpoints
 * only. A series goes on with the checkpoints of its name that the state file names.
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

  private record Written(String path, Instant time) {}

  private CheckpointSeries(Builder options) throws IOException {
    saver = options.saver;
    folder = options.folder;
    name = options.name;
    maxToKeep = options.maxToKeep;
    keepEvery = options.keepEvery;
    metaGraph = options.metaGraph;
    clock = options.clock;
    nextToKeep = clock.instant().plus(keepEvery);
    Optional<CheckpointState> state = CheckpointState.read(folder);
    for (String path : state.map(CheckpointState::allModelCheckpointPaths).orElse(List.of())) {
      Path index = folder.resolve(path + ".index");
      if (path.startsWith(name + "-") && Files.exists(index)) {
        kept.add(new Written(path, Files.getLastModifiedTime(index).toInstant()));
      }
    }
  }

  /**
   * @param saver of the graph
   * @param folder made with the first checkpoint
   */
  public static Builder builder(Saver saver, Path folder) {
    return new Builder(saver, folder);
  }

  /**
   * The newest checkpoint of a folder, if its state file names one (Python: {@code
   * tf.train.latest_checkpoint}).
   *
   * @return its prefix; empty if there is no state file or what it names is not there
   * @throws CheckpointException if the state file is damaged
   */
  public static Optional<Path> latest(Path folder) {
    return CheckpointState.read(folder)
        .map(state -> folder.resolve(state.modelCheckpointPath()))
        .filter(
            prefix -> Files.exists(BundleIndex.sibling(prefix, ".index")) || Files.exists(prefix));
  }

  /**
   * Writes a checkpoint {@code <name>-<globalStep>}, then lets go of the oldest beyond max_to_keep.
   *
   * @return the prefix of what was written
   * @throws IOException if the disk refuses
   */
  public Path save(Session session, long globalStep) throws IOException {
    String path = name + "-" + globalStep;
    Path prefix = folder.resolve(path);
    saver.save(session, prefix);
    if (metaGraph.isPresent()) {
      Files.write(folder.resolve(path + ".meta"), metaGraph.get().toByteArray());
    }
    kept.removeIf(written -> written.path().equals(path));
    kept.add(new Written(path, clock.instant()));
    List<Written> surplus = new ArrayList<>();
    while (maxToKeep > 0 && kept.size() > maxToKeep) {
      surplus.add(kept.remove(0));
    }
    new CheckpointState(path, kept.stream().map(Written::path).toList()).write(folder);
    for (Written old : surplus) {
      letGo(old);
    }
    return prefix;
  }

  // As in TF1: one that is old enough stays on the disk for good, but the state file forgets it.
  private void letGo(Written old) throws IOException {
    if (old.time().isAfter(nextToKeep)) {
      nextToKeep = nextToKeep.plus(keepEvery);
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String suffix = file.getFileName().toString();
        if (suffix.startsWith(old.path() + ".")) {
          suffix = suffix.substring(old.path().length() + 1);
          if (suffix.equals("index") || suffix.equals("meta") || suffix.startsWith("data-")) {
            Files.delete(file);
          }
        }
      }
    }
  }

  /** Options, with the names and defaults of {@code tf.train.Saver}. */
  public static final class Builder {
    private static final Duration TEN_THOUSAND_HOURS = Duration.ofHours(10000);

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

    /** First part of the checkpoints' names; {@code model.ckpt} by default. */
    public Builder name(String prefix) {
      if (prefix.isBlank() || prefix.contains("/") || prefix.contains("\\")) {
        throw new IllegalArgumentException(
            "a checkpoint needs a name without slashes, found '" + prefix + "'");
      }
      this.name = prefix;
      return this;
    }

    /** How many checkpoints stay; 5 by default, 0 for all. */
    public Builder maxToKeep(int number) {
      if (number < 0) {
        throw new IllegalArgumentException("max_to_keep must be 0 or more, found " + number);
      }
      this.maxToKeep = number;
      return this;
    }

    /** Besides those, one checkpoint of every so many hours stays for good; 10,000 by default. */
    public Builder keepCheckpointEveryNHours(double hours) {
      if (!(hours > 0)) {
        throw new IllegalArgumentException(
            "keep_checkpoint_every_n_hours must be above 0, found " + hours);
      }
      this.keepEvery = Duration.ofMillis((long) (hours * Duration.ofHours(1).toMillis()));
      return this;
    }

    /** Written as {@code .meta} beside each checkpoint; none by default. */
    public Builder metaGraph(MetaGraphDef definition) {
      this.metaGraph = Optional.of(definition);
      return this;
    }

    /** Tells the time; the system's by default. */
    public Builder clock(Clock teller) {
      this.clock = Objects.requireNonNull(teller, "clock");
      return this;
    }

    /**
     * @throws IOException if the folder cannot be read
     */
    public CheckpointSeries build() throws IOException {
      return new CheckpointSeries(this);
    }
  }
}
