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
 * The folder of a run, held by this process alone until it is closed.
 *
 * <p>The lock is the operating system's: it goes when the process goes, however that happens.
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
   * Makes the folder if need be, takes it for this process, and clears away what a process that
   * died while it wrote a checkpoint left.
   *
   * @param path of the folder
   * @return the folder, in use until it is closed
   * @throws InvalidRunException if it cannot be made or written to, or another process has it
   */
  public static RunFolder open(Path path) {
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String owner = Files.readString(path.resolve(LOCK)).strip();
        throw new InvalidRunException(
            "run folder "
                + path
                + " is in use by another process"
                + (owner.isEmpty() ? "" : " (" + owner + ")")
                + "; wait for it or choose another (--run; for an import --to)");
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode("process " + ProcessHandle.current().pid()));
      AtomicDirectory.cleanUp(path);
      return new RunFolder(path, channel, lock, keyOf(path));
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new InvalidRunException(
          "run folder "
              + path
              + " cannot be written to ("
              + FileFailures.reason(e)
              + "); choose another (--run; for an import --to)",
          e);
    } catch (RuntimeException | Error e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  /** {@return the path that it was opened with} */
  public Path path() {
    return path;
  }

  /** {@return whether a run has left checkpoints here} */
  public boolean hasCheckpoints() {
    return Files.exists(path.resolve(CheckpointState.FILE_NAME));
  }

  /**
   * For a run that begins.
   *
   * @throws InvalidRunException if there is one already
   */
  void requireNoRun() {
    if (hasCheckpoints()) {
      throw new InvalidRunException(
          "run folder "
              + path
              + " holds a run already; go on with it (--resume) or choose another with --run");
    }
  }

  /** Whether the folder is where it was, and the one that it was, when it was opened. */
  boolean isInPlace() {
    try {
      return key.equals(keyOf(path));
    } catch (IOException e) {
      return false;
    }
  }

  // null where the file system has no such key (Windows)
  private static Optional<Object> keyOf(Path path) throws IOException {
    return Optional.ofNullable(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new IllegalStateException("run folder " + path + " cannot be released", e);
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
