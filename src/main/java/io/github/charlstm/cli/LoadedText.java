package io.github.charlstm.cli;

import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSetCache;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.train.TextIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * The texts that commands work on.
 *
 * @param identity which text it is
 * @param characters its characters, newlines normalised
 */
record LoadedText(TextIdentity identity, String characters) {

  /** What {@code --data} says, or else the named data set, fetched if it is not here yet. */
  static LoadedText find(Optional<String> data, String dataSet, Console console) {
    String source = data.orElse(dataSet);
    if (source.isEmpty()) {
      throw new UsageException("--data: expected a text file or a data set's name, found ''");
    }
    boolean known = DataSets.all().stream().anyMatch(candidate -> candidate.name().equals(source));
    if (known && !Files.exists(Path.of(source))) {
      return of(source, true, fetched(DataSets.named(source), console));
    }
    return of(source, false, TextFile.read(Path.of(source)));
  }

  /** The text of a run that goes on: {@code --data}, or else where it was found before. */
  static LoadedText again(Optional<String> data, TextIdentity before, Console console) {
    if (data.isEmpty() && before.dataSet()) {
      return of(before.source(), true, fetched(DataSets.named(before.source()), console));
    }
    if (data.isEmpty() && !before.isKnown()) {
      throw new UsageException(
          "--data: the run was imported and does not say which text it learned; name the text");
    }
    String source = data.orElse(before.source());
    if (data.isEmpty() && !Files.exists(Path.of(source))) {
      throw new InvalidDataException(
          "the run's text was " + source + ", which is not there; give its new place with --data");
    }
    return data.isPresent()
        ? find(data, source, console)
        : of(source, false, TextFile.read(Path.of(source)));
  }

  static DataSetCache cache() {
    return new DataSetCache(
        DataSetCache.defaultFolder(System.getenv(), Path.of(System.getProperty("user.home"))));
  }

  /** Downloads a data set, with a progress bar for a person who watches. */
  static Path download(DataSet dataSet, Console console) {
    if (!console.terminal()) {
      console.note("fetching " + dataSet.name());
      return cache().fetch(dataSet, (done, total) -> {});
    }
    try (ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName("fetching " + dataSet.name())
            .setUnit(" KB", 1024)
            .setConsumer(new ConsoleProgressBarConsumer(console.err()))
            .build()) {
      return cache()
          .fetch(
              dataSet,
              (done, total) -> {
                bar.maxHint(total);
                bar.stepTo(done);
              });
    }
  }

  private static String fetched(DataSet dataSet, Console console) {
    if (dataSet.isText() && !dataSet.isEmbedded() && cache().find(dataSet).isEmpty()) {
      download(dataSet, console);
    }
    return cache().text(dataSet);
  }

  private static LoadedText of(String source, boolean dataSet, String characters) {
    String kept = dataSet ? source : Path.of(source).toAbsolutePath().normalize().toString();
    return new LoadedText(TextIdentity.of(kept, dataSet, characters), characters);
  }
}
