package io.github.charlstm.interop;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the checkpoint to import.
 *
 * @param prefix of its files
 * @param note for the user, if the choice needs one
 */
record CheckpointLocator(Path prefix, Optional<String> note) {
  // model.ckpt-30, model.ckpt-30-?????-of-00002, or the book's i3960_l512.ckpt
  private static final Pattern NUMBER =
      Pattern.compile(
          ".*?-(?<number>\\d{1,18})(-\\?{5}-of-\\d{5})?|i(?<step>\\d{1,18})_l\\d+\\.ckpt");
  // model.ckpt-30.index, model.ckpt-30-00000-of-00002, model.ckpt-30
  private static final Pattern FILE =
      Pattern.compile(
          "(?<index>.+)\\.index|(?<shard>.+\\.ckpt.*)-\\d{5}-of-\\d{5}|(?<file>.+\\.ckpt(-\\d+)?)");

  /** The number at the end of the prefix, such as 30 of {@code model.ckpt-30}. */
  OptionalLong number() {
    return number(prefix);
  }

  /**
   * @param given a checkpoint's prefix, or a folder: its newest checkpoint by the state file, or,
   *     if that is missing or names none that exists, the one with the highest number
   * @throws CheckpointException if there is none
   */
  static CheckpointLocator find(Path given) {
    if (Files.isDirectory(given)) {
      return inFolder(given);
    }
    Path prefix = given.resolveSibling(given.getFileName().toString().replaceAll("\\.index$", ""));
    if (!CheckpointReader.exists(prefix)) {
      throw new CheckpointException(
          String.format(
              "there is no checkpoint %s: expected a folder, or a prefix with %s.index beside its"
                  + " data files",
              given, prefix));
    }
    return new CheckpointLocator(prefix, Optional.empty());
  }

  private static CheckpointLocator inFolder(Path folder) {
    Optional<Path> named = CheckpointState.latestCheckpoint(folder);
    if (named.isPresent()) {
      Optional<String> elsewhere =
          named
              .filter(prefix -> !prefix.startsWith(folder))
              .map(prefix -> "the file " + CheckpointState.FILE_NAME + " names " + prefix);
      return new CheckpointLocator(named.get(), elsewhere);
    }
    Path newest =
        prefixes(folder).stream()
            .max(Comparator.comparingLong((Path path) -> number(path).orElse(-1)))
            .orElseThrow(
                () ->
                    new CheckpointException(
                        folder + " holds no checkpoint: no file such as model.ckpt-100.index"));
    String reason =
        CheckpointState.read(folder)
            .map(found -> "names " + found.modelCheckpointPath() + ", which does not exist")
            .orElse("is missing");
    String note =
        String.format(
            "the file %s %s; took the highest number, %s",
            CheckpointState.FILE_NAME, reason, newest.getFileName());
    return new CheckpointLocator(newest, Optional.of(note));
  }

  private static OptionalLong number(Path prefix) {
    Matcher matcher = NUMBER.matcher(prefix.getFileName().toString());
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String number = matcher.group("number");
    return OptionalLong.of(Long.parseLong(number == null ? matcher.group("step") : number));
  }

  private static List<Path> prefixes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> FILE.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(found -> Stream.of("index", "shard", "file").map(found::group))
          .map(groups -> groups.filter(Objects::nonNull).findFirst().orElseThrow())
          .filter(name -> !name.endsWith(".data"))
          .map(folder::resolve)
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(
          "cannot read folder " + folder + ": " + FileFailures.reason(e), e);
    }
  }
}
