package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The age of checkpoints and their deletion (Python: {@code tf.train.get_checkpoint_mtimes}, {@code
 * tf.train.remove_checkpoint}), for both formats. {@link CheckpointReader#exists} and {@link
 * CheckpointState#latestCheckpoint} belong to them.
 */
public final class CheckpointManagement {
  private CheckpointManagement() {}

  /**
   * When checkpoints were written: the times of their indexes (V2) or of their first files (V1).
   *
   * @param prefixes as {@link Saver#save} returns them
   * @return one a checkpoint that exists, in their order
   */
  public static List<Instant> modificationTimes(List<Path> prefixes) {
    List<Instant> times = new ArrayList<>();
    prefixes.forEach(prefix -> modified(prefix).ifPresent(times::add));
    return times;
  }

  static Optional<Instant> modified(Path prefix) {
    try {
      for (Path file : CheckpointFiles.all(prefix)) {
        if (!file.toString().contains(".data-")) {
          return Optional.of(Files.getLastModifiedTime(file).toInstant());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw CheckpointException.unreadable(prefix, e);
    }
  }

  /** {@link #remove(Path, String)} with the ending {@code meta}. */
  public static void remove(Path prefix) throws IOException {
    remove(prefix, "meta");
  }

  /**
   * Deletes the files of a checkpoint, of either format, and its graph. Missing files are no error;
   * the state file is left as it is.
   *
   * @param prefix as {@link Saver#save} returns it
   * @param metaGraphSuffix the ending of the graph's file
   */
  public static void remove(Path prefix, String metaGraphSuffix) throws IOException {
    Files.deleteIfExists(metaGraph(prefix, metaGraphSuffix));
    for (Path file : CheckpointFiles.all(prefix)) {
      Files.deleteIfExists(file);
    }
  }

  /** The graph's file; shards have one. */
  private static Path metaGraph(Path prefix, String suffix) {
    String name = CheckpointFiles.sibling(prefix, "").getFileName().toString();
    return prefix.resolveSibling(name.replaceFirst("-[\\d?]+-of-\\d+$", "") + "." + suffix);
  }
}
