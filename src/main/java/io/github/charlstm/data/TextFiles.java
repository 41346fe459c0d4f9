package io.github.charlstm.data;

import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.TextFile.Newlines;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
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
   * order of their paths} Symbolic links are followed. Of a folder, hidden files and folders, empty
   * files and those that are no text are passed over; {@code skipped} receives the latter.
   *
   * @throws InvalidDataException if one does not exist, a folder or one in it cannot be read, or a
   *     folder has no text file
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
    Finder finder = new Finder(folder);
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, finder);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
    finder.found.sort(Comparator.comparing(file -> folder.relativize(file).toString()));
    List<Path> files = new ArrayList<>();
    for (Path file : finder.found) {
      if (TextFile.isBinary(file, format)) {
        skipped.accept(file);
      } else {
        files.add(file);
      }
    }
    if (files.isEmpty()) {
      throw new InvalidDataException("the folder " + folder + " has no text files");
    }
    return files;
  }

  private static InvalidDataException unreadable(Path path, IOException failure) {
    return new InvalidDataException(
        "cannot read " + path + ": " + FileFailures.reason(failure), failure);
  }

  /** Finds the files of a folder that are neither hidden nor empty. */
  private static final class Finder extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<Path> found = new ArrayList<>();

    Finder(Path folder) {
      this.folder = folder;
    }

    private boolean isHidden(Path path) {
      return !path.equals(folder) && path.getFileName().toString().startsWith(".");
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      return isHidden(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && attributes.size() > 0 && !isHidden(path)) {
        found.add(path);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) {
      // A link to a folder around it brings no files that are not found already.
      if (failure instanceof FileSystemLoopException || isHidden(path)) {
        return FileVisitResult.CONTINUE;
      }
      throw unreadable(path, failure);
    }
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
