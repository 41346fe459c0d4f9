package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Synchronizes files and folders to the disk, deletes trees. Symbolic links are not followed. */
final class DurableFiles {
  private DurableFiles() {}

  /** Synchronizes every regular file and folder of a tree, the contents of a folder before it. */
  static void syncTree(Path root) throws IOException {
    for (Path path : contentsFirst(root)) {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        syncFolder(path);
      } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        syncFile(path);
      }
    }
  }

  static void syncFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Synchronizes the names in a folder. Windows has no such call and needs none. */
  static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a file or a folder with its contents. A missing path is no error. */
  static void deleteTree(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      for (Path path : contentsFirst(root)) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static List<Path> contentsFirst(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
