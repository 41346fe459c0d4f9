package io.github.charlstm.cli;

import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.stream.Stream;

/** The default folders of runs: {@code checkpoints/} in the project's folder. */
final class RunFolders {
  static final Flag<Path> CHECKPOINT =
      Flag.path(
          "checkpoint", "a checkpoint, or a run for its best or newest (default: the newest run)");

  private RunFolders() {}

  /**
   * The checkpoint that {@code --checkpoint} names, or of the run that it names, by default the
   * newest, the best whole checkpoint by validation loss, or else the newest whole one.
   */
  static TrainingCheckpoint openCheckpoint(Flags flags, Console console) {
    return TrainingCheckpoint.openBest(
        flags.find(CHECKPOINT).orElseGet(() -> newest(Kind.TEXT, CHECKPOINT.toString())),
        console::note);
  }

  static Path root() {
    return inHome("checkpoints");
  }

  /** A path in the project's folder, relative to the working directory if it is inside. */
  static Path inHome(String place) {
    String home = System.getProperty("charlstm.home");
    Path path = Path.of(home == null ? "" : home, place).toAbsolutePath();
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  static boolean hasCheckpoint(Path run) {
    return Files.exists(run.resolve(CheckpointState.FILE_NAME));
  }

  /** A folder for a new run: the recipe's name, with a number if that folder holds a run. */
  static Path fresh(String recipe) {
    Path folder = root().resolve(recipe);
    for (int k = 2; hasCheckpoint(folder); k++) {
      folder = root().resolve(recipe + "-" + k);
    }
    return folder;
  }

  static boolean isClassifier(Path run) {
    return TrainingCheckpoint.isOfImages(run);
  }

  enum Kind {
    TEXT,
    IMAGES,
    ANY
  }

  /** The run of a kind with the newest checkpoint; the error for none names a flag. */
  static Path newest(Kind kind, String flag) {
    try (Stream<Path> children =
        Files.isDirectory(root()) ? Files.list(root()) : Stream.<Path>empty()) {
      return children
          .filter(RunFolders::hasCheckpoint)
          .filter(run -> kind == Kind.ANY || isClassifier(run) == (kind == Kind.IMAGES))
          .max(Comparator.comparing(RunFolders::lastWritten))
          .orElseThrow(
              () ->
                  new UsageException(
                      "there is no run in %s yet; train one (charlstm %s) or name one with %s",
                      root(), kind == Kind.IMAGES ? "classify" : "train", flag));
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
