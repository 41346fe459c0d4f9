package io.github.charlstm.checkpoint;

import io.github.charlstm.checkpoint.PublishListener.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders that appear whole or not at all, also when the process is killed or the power fails.
 *
 * <p>A folder is written beside its target under the name {@code .tmp-<target>-<process id>},
 * brought to the disk and then renamed. An older target is first moved aside to {@code
 * .old-<target>-<process id>} and deleted last. {@link #cleanUp} puts right what a dead process
 * left.
 */
public final class AtomicDirectory {
  private AtomicDirectory() {}

  /**
   * Fills a folder and gives it its name, see {@link #publish(Path, IoConsumer, PublishListener)}.
   *
   * @param target the folder to appear
   * @param writer fills the (empty) folder that it is given
   * @throws IOException if the disk refuses; unless the last rename is done, the target is then as
   *     it was before
   */
  public static void publish(Path target, IoConsumer<Path> writer) throws IOException {
    publish(target, writer, stage -> {});
  }

  /**
   * Fills a folder and gives it its name. Missing parents are made. If anything throws before the
   * target is in place, the temporary folder is deleted and an older target stays.
   *
   * <p>Two threads must not publish the same target at once.
   *
   * @param target the folder to appear; replaced if it exists
   * @param writer fills the (empty) folder that it is given
   * @param listener hears of each stage
   * @throws IOException if the disk refuses; unless the last rename is done, the target is then as
   *     it was before
   */
  public static void publish(Path target, IoConsumer<Path> writer, PublishListener listener)
      throws IOException {
    Path whole = target.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("expected a folder below the root, found " + target);
    }
    Files.createDirectories(parent);
    Path temporary = TemporaryName.ofThisProcess(TemporaryName.Kind.TMP, whole).in(parent);
    Path old = TemporaryName.ofThisProcess(TemporaryName.Kind.OLD, whole).in(parent);
    settle(old, whole);
    DurableFiles.deleteTree(temporary);
    try {
      Files.createDirectory(temporary);
      listener.onStage(Stage.BEFORE_WRITE);
      writer.accept(temporary);
      listener.onStage(Stage.WRITTEN);
      DurableFiles.syncTree(temporary);
      listener.onStage(Stage.SYNCED);
      swap(temporary, whole, old, listener);
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
   * Deletes a folder so that no half of it is ever seen under its name. A missing folder is no
   * error.
   *
   * @param target the folder to go
   * @throws IOException if the disk refuses
   */
  public static void remove(Path target) throws IOException {
    Path whole = target.toAbsolutePath().normalize();
    if (!Files.exists(whole, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path temporary =
        TemporaryName.ofThisProcess(TemporaryName.Kind.TMP, whole).in(whole.getParent());
    DurableFiles.deleteTree(temporary);
    move(whole, temporary);
    DurableFiles.deleteTree(temporary);
  }

  /**
   * Puts right what dead processes left in a folder: deletes their {@code .tmp-*}; where an {@code
   * .old-*} lies beside its finished successor it is deleted, and where there is no successor it
   * gets its name back. What belongs to a live process is left alone. A missing folder is no error.
   *
   * @param parent the folder that the published folders are in
   * @throws IOException if the disk refuses
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
      Optional<TemporaryName> name = TemporaryName.parse(child);
      if (name.isEmpty() || !name.get().isAbandoned(child)) {
        continue;
      }
      if (name.get().kind() == TemporaryName.Kind.TMP) {
        DurableFiles.deleteTree(child);
      } else {
        settle(child, parent.resolve(name.get().target()));
      }
    }
    DurableFiles.syncFolder(parent);
  }

  private static void swap(Path temporary, Path target, Path old, PublishListener listener)
      throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      // a rename keeps the time; cleanUp needs to see when this was moved
      Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
      move(target, old);
      listener.onStage(Stage.MOVED_ASIDE);
    }
    move(temporary, target);
  }

  /** Ends a replacement that was cut short: forwards if the successor is there, else backwards. */
  private static void settle(Path old, Path target) throws IOException {
    if (!Files.exists(old, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
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

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
