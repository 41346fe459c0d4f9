package io.github.charlstm.train;

import io.github.charlstm.checkpoint.AtomicDirectory;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The folder of a run, locked by this process until it is closed. The operating system releases the
 * lock when the process ends, however it ends.
 */
public final class RunFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;
  private final Optional<Object> key;

  private RunFolder(Path path, FileChannel channel, FileLock lock, Optional<Object> key) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
    this.key = key;
  }

  /**
   * Creates the folder if needed, locks it, and removes the unfinished checkpoint of a process that
   * was killed. An InvalidRunException if it is a checkpoint or inside of one, cannot be created or
   * written to, or another process uses it.
   */
  public static RunFolder open(Path path) {
    requireOutsideCheckpoints(path);
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String owner = Files.readString(path.resolve(LOCK)).strip();
        throw new InvalidRunException(
            String.format(
                "run folder %s is in use by another process%s; wait for it or choose another"
                    + " folder (`run`)",
                path, owner.isEmpty() ? "" : " (" + owner + ")"));
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode("process " + ProcessHandle.current().pid()));
      AtomicDirectory.cleanUp(path);
      return new RunFolder(path, channel, lock, keyOf(path));
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new InvalidRunException(
          "run folder %s cannot be written to (%s); choose another folder (`run`)"
              .formatted(path, FileFailures.reason(e)),
          e);
    } catch (RuntimeException | Error e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  // A run inside of a checkpoint would be removed with it.
  private static void requireOutsideCheckpoints(Path path) {
    for (Path at = path.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (TrainingCheckpoint.isOfRun(at)) {
        throw new InvalidRunException(
            String.format(
                "%s %s: expected the folder of a run. To continue that run: `resume` `run` %s. To"
                    + " continue from this checkpoint: copy it into a new folder and give that",
                path,
                at.equals(path.toAbsolutePath().normalize())
                    ? "is a checkpoint"
                    : "is inside of the checkpoint " + at.getFileName(),
                path.isAbsolute()
                    ? at.getParent()
                    : Path.of("").toAbsolutePath().relativize(at.getParent())));
      }
    }
  }

  /** {@return the path that it was opened with} */
  public Path path() {
    return path;
  }

  boolean hasCheckpoints() {
    return Files.exists(path.resolve(CheckpointState.FILE_NAME));
  }

  void requireNoRun() {
    if (hasCheckpoints()) {
      throw new InvalidRunException(
          "run folder %s holds a run already; resume it (`resume`) or choose another folder (`run`)"
              .formatted(path));
    }
  }

  /** Whether the path still leads to the folder that was opened. */
  boolean isInPlace() {
    try {
      return key.equals(keyOf(path));
    } catch (IOException e) {
      return false;
    }
  }

  // empty where the file system has no such key (Windows)
  private static Optional<Object> keyOf(Path path) throws IOException {
    return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new IllegalStateException("run folder " + path + " cannot be unlocked", e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process
    }
  }

  private static void closeQuietly(FileChannel channel, Throwable reason) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }
}
