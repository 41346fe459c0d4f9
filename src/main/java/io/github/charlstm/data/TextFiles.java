package io.github.charlstm.data;

import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextFile.Newlines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Several text files, or the text files of a folder, as one text. */
public final class TextFiles {
  private TextFiles() {}

  /** A folder with a text to train on, one to validate on and one to test on. */
  public record Triple(Path training, Path validation, Path test) {}

  /**
   * {@return the files of a folder that is divided as Penn Treebank: {@code ptb.train.txt}, {@code
   * ptb.valid.txt} and {@code ptb.test.txt}, or {@code train.txt}, ...; empty for any other}
   */
  public static Optional<Triple> triple(Path folder) {
    return Stream.of("ptb.", "")
        .map(
            name ->
                new Triple(
                    folder.resolve(name + "train.txt"),
                    folder.resolve(name + "valid.txt"),
                    folder.resolve(name + "test.txt")))
        .filter(
            files ->
                Stream.of(files.training, files.validation, files.test)
                    .allMatch(Files::isRegularFile))
        .findFirst();
  }

  /**
   * {@return these files, and instead of a folder the text files in it and in its folders, in the
   * order of their paths} Of a folder, hidden files, empty ones and those that are no text are
   * passed over; {@code skipped} receives the latter.
   *
   * @throws InvalidDataException if one does not exist, or a folder cannot be read or has no text
   *     file
   */
  public static List<Path> in(
      List<Path> filesAndFolders, TextFormat format, Consumer<Path> skipped) {
    List<Path> files = new ArrayList<>();
    filesAndFolders.forEach(TextFile::requireExists); // before a large folder is read
    for (Path path : filesAndFolders) {
      if (Files.isDirectory(path)) {
        files.addAll(inFolder(path, format, skipped));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  private static List<Path> inFolder(Path folder, TextFormat format, Consumer<Path> skipped) {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> candidates =
          all.filter(file -> Files.isRegularFile(file) && !isHidden(folder.relativize(file)))
              .sorted(Comparator.comparing(file -> folder.relativize(file).toString()))
              .toList();
      for (Path file : candidates) {
        if (Files.size(file) == 0) {
          continue;
        }
        if (TextFile.isBinary(file, format)) {
          skipped.accept(file);
        } else {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw new InvalidDataException(
          "cannot read the folder " + folder + ": " + FileFailures.reason(e), e);
    }
    if (files.isEmpty()) {
      throw new InvalidDataException("the folder " + folder + " has no text files");
    }
    return files;
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads files, one after the other, as one text: the last line of each but the last file has an
   * end, and a blank line follows where blank lines divide documents. {@code progress} receives the
   * bytes read so far.
   *
   * @throws InvalidDataException as {@link TextFile#load(Path, TextFormat)}, if all are empty
   */
  public static CharacterText load(
      List<Path> files,
      Division division,
      TextFormat format,
      Newlines newlines,
      LongConsumer progress) {
    if (files.size() == 1) {
      return TextFile.load(files.get(0), format, newlines, progress);
    }
    CharacterText.Builder characters = new CharacterText.Builder();
    Joiner joiner = new Joiner(characters, division);
    long before = 0;
    for (Path file : files) {
      joiner.endFile();
      long bytesBefore = before;
      long[] bytes = {0};
      TextFile.read(
          file,
          format,
          newlines,
          read -> {
            bytes[0] = read;
            progress.accept(bytesBefore + read);
          },
          joiner);
      before += bytes[0];
    }
    if (characters.isEmpty()) {
      throw new InvalidDataException("all " + files.size() + " files are empty");
    }
    return characters.build();
  }

  private static final class Joiner implements IntConsumer {
    private final IntConsumer characters;
    private final Division division;
    private int last = -1; // of the file

    Joiner(IntConsumer characters, Division division) {
      this.characters = characters;
      this.division = division;
    }

    @Override
    public void accept(int character) {
      characters.accept(character);
      last = character;
    }

    void endFile() {
      if (last < 0) {
        return;
      }
      if (last != '\n') {
        characters.accept('\n');
      }
      if (division == Division.BLOCKS) {
        characters.accept('\n');
      }
      last = -1;
    }
  }
}
