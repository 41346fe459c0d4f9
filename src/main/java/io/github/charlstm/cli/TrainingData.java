package io.github.charlstm.cli;

import static java.util.stream.Collectors.joining;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSetCache;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.data.EncodedText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.data.ShakespeareEdition;
import io.github.charlstm.data.TextCorpus;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFiles;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.RunSettings.ImageReference;
import io.github.charlstm.train.TextReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The texts that commands work on; newlines are {@code \n}.
 *
 * @param besides the texts to validate and to test on that belong to the text; the corpus has them
 *     only {@link #withHeldOut}
 */
record TrainingData(TextReference identity, TextCorpus corpus, Besides besides) {
  private static final int MOST_NAMED = 5;

  /** Two texts that are read, or fetched, when they are asked for. */
  record Besides(Supplier<HeldOutText> validation, Supplier<HeldOutText> test) {
    static final Besides NONE = new Besides(() -> HeldOutText.NONE, () -> HeldOutText.NONE);
  }

  /** What {@code --data} says, or else the named data set, fetched if it is not here yet. */
  static TrainingData find(Flags flags, String dataSet, Division division, Console console) {
    return find(
        flags,
        flags.get(TextFlags.DATA, List.of(dataSet)),
        TextFormat.UTF_8,
        Newlines.UNIVERSAL,
        division,
        console);
  }

  /** A text file, or else the data set of that name, fetched if it is not here yet. */
  static TrainingData find(
      Flags flags, String source, TextFormat base, Newlines newlines, Console console) {
    return find(flags, List.of(source), base, newlines, Division.NONE, console);
  }

  /** Text files, folders of them, standard input, or a data set, fetched if it is not here yet. */
  static TrainingData find(
      Flags flags,
      List<String> sources,
      TextFormat base,
      Newlines newlines,
      Division division,
      Console console) {
    TextFormat format = TextFlags.format(flags, base);
    for (String source : sources) {
      boolean isInput = source.equals(TextFlags.STANDARD_INPUT);
      if (!isInput && dataSet(source).isEmpty()) {
        continue;
      }
      if (sources.size() > 1) {
        throw new UsageException(
            "%s: expected files or folders where there are several, found %s",
            TextFlags.DATA, isInput ? "standard input" : "the data set " + source);
      }
      return isInput
          ? ofStandardInput(format, newlines, console)
          : ofDataSet(flags, source, console);
    }
    return ofFiles(sources, format, newlines, division, console);
  }

  /** The data set of this name, unless there is a file or folder of it. */
  static Optional<DataSet> dataSet(String source) {
    return Files.exists(path(source)) ? Optional.empty() : DataSets.find(source);
  }

  /** The text of a run that goes on: {@code --data}, or else where it was found before. */
  static TrainingData again(
      Flags flags, RunSettings.Text settings, Vocabulary vocabulary, Console console) {
    TextReference before = settings.text();
    Newlines newlines = Newlines.of(vocabulary);
    Division division = settings.training().documents();
    if (flags.has(TextFlags.DATA)) {
      return find(flags, flags.get(TextFlags.DATA), before.read(), newlines, division, console);
    }
    if (before.dataSet()) {
      return ofDataSet(flags, before.source(), console);
    }
    if (!before.isKnown()) {
      throw new UsageException(
          "%s: the run was imported and does not say which text it learned; name the text",
          TextFlags.DATA);
    }
    List<String> sources = before.sources();
    sources.forEach(TrainingData::requireHere);
    return ofFiles(sources, TextFlags.format(flags, before.read()), newlines, division, console);
  }

  private static void requireHere(String source) {
    Path path = path(source);
    boolean descriptor =
        source.equals(TextFlags.STANDARD_INPUT)
            || source.startsWith("/dev/")
            || source.startsWith("/proc/");
    boolean pipe = Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    if (descriptor || pipe) {
      throw new UsageException(
          "the run's text came through a pipe (%s), which cannot be read again; give the text with"
              + " %s",
          source, TextFlags.DATA);
    }
    if (!Files.exists(path)) {
      throw new InvalidDataException(
          "the run's text was %s, which is not there; give its new place with %s"
              .formatted(source, TextFlags.DATA));
    }
  }

  /** This text with others to validate and to test on. */
  TrainingData withHeldOut(HeldOutText validation, HeldOutText test) {
    return new TrainingData(
        identity.withHeldOut(validation.reference(), test.reference()),
        new TextCorpus(corpus.text(), validation.text(), test.text()),
        new Besides(() -> validation, () -> test));
  }

  /** The text to validate on that belongs to this one; it is read now. */
  HeldOutText validation() {
    return besides.validation().get();
  }

  /** The text to test on that belongs to this one; it is read now. */
  HeldOutText test() {
    return besides.test().get();
  }

  /** A file as characters, one that is held out. */
  static CharacterText file(Path file, TextFormat format, Console console) {
    return load(List.of(file), Division.NONE, format, Newlines.UNIVERSAL, console);
  }

  /** The text of a data set, fetched if it is not here yet. */
  static CharacterText characters(DataSet dataSet, Console console) {
    return CharacterText.of(fetched(dataSet, console));
  }

  private static CharacterText load(
      List<Path> files, Division division, TextFormat format, Newlines newlines, Console console) {
    String what = files.size() == 1 ? files.get(0).getFileName().toString() : "texts";
    try (Progress progress = console.progress("reading " + what)) {
      long size = files.stream().mapToLong(TrainingData::size).sum();
      if (size > 0) {
        progress.total(size, "KB", 1024);
      }
      return TextFiles.load(files, division, format, newlines, progress::update);
    }
  }

  /** The text itself, without what is held out in texts of their own. */
  CharacterText characters() {
    return corpus.text();
  }

  /** Numbers of the symbols of a cleaned part of this text; an error names the text. */
  EncodedText encode(CharacterText part, Vocabulary vocabulary, String where) {
    try {
      return vocabulary.encode(part);
    } catch (InvalidDataException e) {
      throw unknown(where, e);
    }
  }

  /** The error for a character of this text that the model does not know. */
  InvalidDataException unknown(String where, InvalidDataException failure) {
    // Read in a wrong encoding, a text has characters that its author never wrote.
    String read =
        identity.read().encoding().equals(TextFormat.UTF_8.encoding())
            ? ""
            : " (read as %s)".formatted(identity.read().encoding());
    return TextFlags.unknown("text " + identity.describe() + read + where, failure);
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
    return new TrainingData(
        TextReference.of(name, true, text, TextFormat.UTF_8),
        TextCorpus.of(text),
        new Besides(
            () -> HeldOutText.besides(dataSet, HeldOutText.VALIDATION, console),
            () -> HeldOutText.besides(dataSet, HeldOutText.TEST, console)));
  }

  private static TrainingData ofStandardInput(
      TextFormat format, Newlines newlines, Console console) {
    CharacterText text = TextFile.load(console.in(), "standard input", format, newlines);
    return new TrainingData(
        TextReference.of(TextFlags.STANDARD_INPUT, false, text, format),
        TextCorpus.of(text),
        Besides.NONE);
  }

  private static TrainingData ofFiles(
      List<String> sources,
      TextFormat format,
      Newlines newlines,
      Division division,
      Console console) {
    List<Path> paths = sources.stream().map(TrainingData::path).toList();
    Optional<TextFiles.Triple> triple =
        paths.size() == 1 ? TextFiles.triple(paths.get(0)) : Optional.empty();
    if (triple.isPresent()) {
      TextFiles.Triple files = triple.get();
      TrainingData training =
          ofFiles(List.of(files.training().toString()), format, newlines, division, console);
      return new TrainingData(
          training.identity,
          training.corpus,
          new Besides(
              () -> HeldOutText.of(files.validation(), format, console),
              () -> HeldOutText.of(files.test(), format, console)));
    }
    List<Path> skipped = new ArrayList<>();
    List<Path> files = TextFiles.in(paths, format, skipped::add);
    CharacterText text = load(files, division, format, newlines, console);
    if (!skipped.isEmpty()) {
      console.note(
          "left out %,d files that are no text: %s%s",
          skipped.size(),
          skipped.stream().limit(MOST_NAMED).map(Path::toString).collect(joining(", ")),
          skipped.size() > MOST_NAMED ? ", ..." : "");
    }
    return new TrainingData(
        TextReference.ofFiles(
            paths.stream().map(path -> path.toAbsolutePath().normalize().toString()).toList(),
            text,
            format),
        TextCorpus.of(text),
        Besides.NONE);
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
