package io.github.charlstm.cli;

import io.github.charlstm.checkpoint.CheckpointState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where runs lie when the user does not say: {@code checkpoints/} in the project's folder. */
final class RunFolders {
  private RunFolders() {}

  static Path root() {
    String home = System.getProperty("charlstm.home");
    Path root = Path.of(home == null ? "" : home, "checkpoints").toAbsolutePath();
    Path here = Path.of("").toAbsolutePath();
    return root.startsWith(here) ? here.relativize(root) : root;
  }

  /** A folder for a new run: the recipe's name, with a number if that holds a run already. */
  static Path fresh(String recipe) {
    Path folder = root().resolve(recipe);
    for (int k = 2; Files.exists(folder.resolve(CheckpointState.FILE_NAME)); k++) {
      folder = root().resolve(recipe + "-" + k);
    }
    return folder;
  }

  /**
   * The run that wrote a checkpoint last.
   *
   * @throws UsageException if there is none
   */
  static Path newest(String flag) {
    try (Stream<Path> children =
        Files.isDirectory(root()) ? Files.list(root()) : Stream.<Path>empty()) {
      return children
          .filter(child -> Files.exists(child.resolve(CheckpointState.FILE_NAME)))
          .max(Comparator.comparing(RunFolders::lastWritten))
          .orElseThrow(
              () ->
                  new UsageException(
                      "there is no run in "
                          + root()
                          + " yet; train one (charlstm train) or name one with "
                          + flag));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileTime lastWritten(Path run) {
    try {
      return Files.getLastModifiedTime(run.resolve(CheckpointState.FILE_NAME));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
