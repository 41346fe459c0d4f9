package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSetCache;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.ShakespeareEdition;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TextReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The texts that commands work on; newlines are {@code \n}. */
record TrainingData(TextReference identity, CharacterText characters) {

  /** What {@code --data} says, or else the named data set, fetched if it is not here yet. */
  static TrainingData find(Flags flags, String dataSet, Console console) {
    return find(
        flags, flags.get(TextFlags.DATA, dataSet), TextFormat.UTF_8, Newlines.UNIVERSAL, console);
  }

  /** A text file, or else the data set of that name, fetched if it is not here yet. */
  static TrainingData find(
      Flags flags, String source, TextFormat base, Newlines newlines, Console console) {
    TextFormat format = TextFlags.format(flags, base);
    boolean known = DataSets.all().stream().anyMatch(candidate -> candidate.name().equals(source));
    return known && !Files.exists(path(source))
        ? ofDataSet(flags, source, console)
        : ofFile(source, format, newlines, console);
  }

  /** The text of a run that goes on: {@code --data}, or else where it was found before. */
  static TrainingData again(
      Flags flags, TextReference before, Vocabulary vocabulary, Console console) {
    Newlines newlines = Newlines.of(vocabulary);
    if (flags.has(TextFlags.DATA)) {
      return find(flags, flags.get(TextFlags.DATA), before.read(), newlines, console);
    }
    String source = before.source();
    if (before.dataSet()) {
      return ofDataSet(flags, source, console);
    }
    if (!before.isKnown()) {
      throw new UsageException(
          "%s: the run was imported and does not say which text it learned; name the text",
          TextFlags.DATA);
    }
    boolean descriptor = source.startsWith("/dev/") || source.startsWith("/proc/");
    if (descriptor || (Files.exists(path(source)) && !Files.isRegularFile(path(source)))) {
      throw new UsageException(
          "the run's text came through a pipe (%s), which cannot be read again; give the text with"
              + " %s",
          source, TextFlags.DATA);
    }
    if (!Files.exists(path(source))) {
      throw new InvalidDataException(
          "the run's text was %s, which is not there; give its new place with %s"
              .formatted(source, TextFlags.DATA));
    }
    return ofFile(source, TextFlags.format(flags, before.read()), newlines, console);
  }

  /** Numbers of the symbols of a cleaned part of this text; an error names the text. */
  EncodedText encode(CharacterText part, Vocabulary vocabulary, String where) {
    try {
      return vocabulary.encode(part);
    } catch (InvalidDataException e) {
      // Read in a wrong encoding, a text has characters that its author never wrote.
      String read =
          identity.read().encoding().equals(TextFormat.UTF_8.encoding())
              ? ""
              : " (read as %s)".formatted(identity.read().encoding());
      throw TextFlags.unknown("text " + identity.source() + read + where, e);
    }
  }

  private static Path path(String source) {
    return Flag.parsePath(source);
  }

  static DataSetCache cache() {
    return new DataSetCache(
        DataSetCache.defaultFolder(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  static Path download(DataSet dataSet, Console console) {
    console.note("fetching " + dataSet.name());
    try (Progress progress = console.progress("fetching " + dataSet.name())) {
      return cache()
          .fetch(
              dataSet,
              new DataSetCache.Progress() {
                @Override
                public void onBytes(long done, long total) {
                  progress.total(total, "KB", 1024);
                  progress.update(done);
                }

                @Override
                public void onFailure(String what) {
                  console.note(what);
                }
              });
    }
  }

  private static String fetched(DataSet dataSet, Console console) {
    if (dataSet.isText() && !dataSet.isEmbedded() && cache().find(dataSet).isEmpty()) {
      download(dataSet, console);
    }
    return cache().text(dataSet);
  }

  private static TrainingData ofDataSet(Flags flags, String name, Console console) {
    TextFlags.requireNone(flags, "a text file; " + name + " is a data set");
    DataSet dataSet = DataSets.named(name);
    CharacterText text = CharacterText.of(fetched(dataSet, console));
    cache()
        .edition(dataSet)
        .filter(edition -> !edition.isBooks())
        .ifPresent(
            edition ->
                console.note(name + " is " + edition.describe(ShakespeareEdition.Facts.of(text))));
    return new TrainingData(TextReference.of(name, true, text, TextFormat.UTF_8), text);
  }

  private static TrainingData ofFile(
      String source, TextFormat format, Newlines newlines, Console console) {
    Path path = path(source);
    try (Progress progress = console.progress("reading " + path.getFileName())) {
      long size = size(path);
      if (size > 0) {
        progress.total(size, "KB", 1024);
      }
      CharacterText text = TextFile.load(path, format, newlines, progress::update);
      String kept = path.toAbsolutePath().normalize().toString();
      return new TrainingData(TextReference.of(kept, false, text, format), text);
    }
  }

  // 0 for a pipe too, whose length is not known
  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0; // reading it reports what is wrong
    }
  }

  /** Images to train on and to test on. */
  static MnistImages.Split images(ImageReference place, Console console) {
    Optional<Path> folder =
        Optional.of(place.folder()).filter(text -> !text.isEmpty()).map(Path::of);
    MnistImages test =
        MnistImages.read(
            file(folder, DataSets.MNIST_TEST_IMAGES, console),
            file(folder, DataSets.MNIST_TEST_LABELS, console));
    if (place.holdout() > 0) {
      return test.holdOut(place.holdout());
    }
    MnistImages training =
        MnistImages.read(
            file(folder, DataSets.MNIST_TRAIN_IMAGES, console),
            file(folder, DataSets.MNIST_TRAIN_LABELS, console));
    boolean whole = training.size() > Recipes.MNIST_VALIDATION;
    return new MnistImages.Split(
        whole ? training.part(Recipes.MNIST_VALIDATION, training.size()) : training, test);
  }

  private static Path file(Optional<Path> folder, DataSet dataSet, Console console) {
    if (folder.isEmpty()) {
      return cache().find(dataSet).orElseGet(() -> download(dataSet, console));
    }
    if (Files.isRegularFile(folder.get())) {
      throw new UsageException(
          "%s: expected a folder with MNIST's files, found the file %s",
          TrainFlags.IMAGES, folder.get());
    }
    String name = dataSet.fileName();
    String plain = name.replace(".gz", "");
    // The published name, unpacked, and as some programs name the unpacked file.
    List<String> names = List.of(name, plain, plain.replace("-idx", ".idx"));
    return names.stream()
        .map(folder.get()::resolve)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDataException(
                    "%s has no %s (or %s, %s); put it there or leave %s out to fetch it%s"
                        .formatted(
                            folder.get(),
                            name,
                            names.get(1),
                            names.get(2),
                            TextFlags.DATA,
                            name.startsWith("train")
                                ? ", or train on a part of the test images with "
                                    + TrainFlags.HOLDOUT
                                    + " 1000"
                                : "")));
  }
}
