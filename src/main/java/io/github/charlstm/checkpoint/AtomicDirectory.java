package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders that appear whole or not at all, also when the process is killed or the power fails.
 *
 * <p>A folder is written beside its target under the name {@code .tmp-<target>-<process id>},
 * synchronized to the disk and then renamed. An older target is first moved to {@code
 * .old-<target>-<process id>} and deleted last. {@link #cleanUp} removes or restores what a dead
 * process left.
 */
public final class AtomicDirectory {
  private static final Pattern TEMPORARY_NAME = Pattern.compile("\\.(tmp|old)-(.+)-(\\d{1,18})");

  /** Writes files to a folder. */
  @FunctionalInterface
  public interface Writer {
    /** Writes the files to a folder. */
    void write(Path folder) throws IOException;
  }

  /** The stages of {@link AtomicDirectory#publish}, in order. */
  public enum Stage {
    /** The temporary folder exists and is empty. */
    BEFORE_WRITE,
    /** The writer has returned; its files may not be on the disk yet. */
    WRITTEN,
    /** Every file and folder is on the disk, still under the temporary name. */
    SYNCED,
    /** Only if there was a target before: it has been moved, and nothing has its name. */
    MOVED_ASIDE,
    /** The target is complete; an old one may still exist under its temporary name. */
    RENAMED
  }

  /**
   * Receives the stages of {@link AtomicDirectory#publish}, on the publishing thread. An exception
   * of it ends the publishing like any failure.
   */
  @FunctionalInterface
  public interface Listener {
    /** Receives a stage; the next begins when this returns. */
    void onStage(Stage stage);
  }

  private AtomicDirectory() {}

  /** As {@link #publish(Path, Writer, Listener)}, without a listener. */
  public static void publish(Path target, Writer writer) throws IOException {
    publish(target, writer, stage -> {});
  }

  /**
   * Writes a folder, which replaces an older one. Missing parents are created. If anything throws
   * before the target is in place, the temporary folder, which is empty when the writer gets it, is
   * deleted and an older target stays.
   *
   * <p>Two threads must not publish the same target at once.
   *
   * @throws IOException if writing fails; the target is then as before, unless it was already
   *     renamed
   */
  public static void publish(Path target, Writer writer, Listener listener) throws IOException {
    Path whole = target.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("expected a folder below the root, found " + target);
    }
    Files.createDirectories(parent);
    Path temporary = temporary(whole);
    Path old = temporary("old", whole);
    settle(old, whole);
    DurableFiles.deleteTree(temporary);
    try {
      Files.createDirectory(temporary);
      listener.onStage(Stage.BEFORE_WRITE);
      writer.write(temporary);
      listener.onStage(Stage.WRITTEN);
      DurableFiles.syncTree(temporary);
      listener.onStage(Stage.SYNCED);
      if (exists(whole)) {
        // renaming keeps the modification time, by which cleanUp compares with process starts
        Files.setLastModifiedTime(whole, FileTime.from(Instant.now()));
        move(whole, old);
        listener.onStage(Stage.MOVED_ASIDE);
      }
      move(temporary, whole);
    } catch (UncheckedIOException e) {
      undo(temporary, old, whole, e);
      throw e.getCause(); // of a stream over files
    } catch (IOException | RuntimeException | Error e) {
      undo(temporary, old, whole, e);
      throw e;
    }
    DurableFiles.syncFolder(parent);
    listener.onStage(Stage.RENAMED);
    DurableFiles.deleteTree(old);
  }

  /**
   * Deletes a folder, renaming it first, so that no part of it is ever seen under its name. A
   * missing folder is no error.
   */
  public static void remove(Path target) throws IOException {
    Path whole = target.toAbsolutePath().normalize();
    if (exists(whole)) {
      Path temporary = temporary(whole);
      DurableFiles.deleteTree(temporary);
      move(whole, temporary);
      DurableFiles.deleteTree(temporary);
    }
  }

  /**
   * Cleans up what dead processes left in a folder: deletes their {@code .tmp-*}; deletes an {@code
   * .old-*} whose successor is complete, and gives one without a successor its name back. What
   * belongs to a live process is left alone. A missing folder is no error.
   */
  public static void cleanUp(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return;
    }
    List<Path> children;
    try (Stream<Path> stream = Files.list(parent)) {
      children = stream.sorted().toList();
    }
    for (Path child : children) {
      Matcher name = TEMPORARY_NAME.matcher(child.getFileName().toString());
      if (!name.matches() || !isAbandoned(child, Long.parseLong(name.group(3)))) {
        continue;
      }
      if (name.group(1).equals("tmp")) {
        DurableFiles.deleteTree(child);
      } else {
        settle(child, parent.resolve(name.group(2)));
      }
    }
    DurableFiles.syncFolder(parent);
  }

  /** Where this process writes a file or folder before it is renamed to the target. */
  static Path temporary(Path target) {
    return temporary("tmp", target);
  }

  private static Path temporary(String kind, Path target) {
    long processId = ProcessHandle.current().pid();
    return target.resolveSibling("." + kind + "-" + target.getFileName() + "-" + processId);
  }

  /**
   * Whether the process that made this path has ended. Process ids are reused, in containers almost
   * always; so a live process owns the path only if it started before the path was modified.
   */
  private static boolean isAbandoned(Path path, long processId) throws IOException {
    Optional<ProcessHandle> process = ProcessHandle.of(processId).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return true;
    }
    Optional<Instant> started = process.get().info().startInstant();
    try {
      Instant modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
      return started.isPresent() && modified.isBefore(started.get());
    } catch (NoSuchFileException e) {
      return false; // its owner has just deleted it
    }
  }

  /** Ends an interrupted replacement: forwards if the successor is there, else backwards. */
  private static void settle(Path old, Path target) throws IOException {
    if (!exists(old)) {
      return;
    }
    if (exists(target)) {
      DurableFiles.deleteTree(old);
    } else {
      move(old, target);
    }
  }

  private static void undo(Path temporary, Path old, Path target, Throwable reason) {
    try {
      settle(old, target);
      DurableFiles.deleteTree(temporary);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
