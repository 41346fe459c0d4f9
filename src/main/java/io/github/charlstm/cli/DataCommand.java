package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

final class DataCommand implements Command {
  private static final Flag<Path> FILE =
      Flag.path("file", "with fetch: take this file instead of downloading");
  private static final String EMBEDDED = "comes with the program";

  @Override
  public Usage usage() {
    return Usage.of(
            "data", "list and fetch the texts and images of the recipes; count a text's characters")
        .arguments("list | fetch NAME | show TEXT")
        .subcommands(List.of("list", "fetch", "show"))
        .flags(FILE, TextFlags.ENCODING, TextFlags.ON_MALFORMED)
        .examples(
            "data list",
            "data fetch anna",
            "data fetch anna --file ~/Downloads/anna.txt",
            "data show my.txt --encoding UTF-16");
  }

  @Override
  public void run(Flags flags, Console console) {
    List<String> words = flags.words();
    boolean show = words.size() == 2 && words.get(0).equals("show");
    boolean fetch = words.size() == 2 && words.get(0).equals("fetch");
    if (!show) {
      TextFlags.requireNone(flags, "charlstm data show FILE");
    }
    if (!fetch && flags.has(FILE)) {
      throw new UsageException(FILE + " goes with charlstm data fetch NAME");
    }
    if (words.isEmpty() || words.equals(List.of("list"))) {
      list(console);
    } else if (fetch) {
      fetch(DataSets.named(words.get(1)), flags.find(FILE), console);
    } else if (show) {
      show(
          TrainingData.find(flags, words.get(1), TextFormat.UTF_8, Newlines.UNIVERSAL, console),
          console);
    } else {
      throw flags.unexpectedWords("'list', 'fetch NAME' or 'show TEXT'");
    }
  }

  private static void show(TrainingData text, Console console) {
    CharacterText characters = text.characters();
    long lines = characters.codePoints().filter(character -> character == '\n').count();
    console.result(
        () ->
            Json.object()
                .put("text", text.identity().source())
                .put("characters", characters.length())
                .put("distinct", characters.distinct().count())
                .put("lines", lines)
                .put("bytes", characters.bytes())
                .put("sha256", text.identity().sha256()),
        () ->
            console.printPairs(
                Json.object()
                    .put("text", text.identity().source())
                    .put("characters", characters.length())
                    .put("distinct", characters.distinct().count())
                    .put("lines", lines)
                    .put("in memory", characters.bytes() + " bytes")
                    .put("SHA-256", text.identity().sha256())));
  }

  private static void list(Console console) {
    Path cache = TrainingData.cache().location(DataSets.ANNA).getParent();
    if (console.json()) {
      List<Json> all = DataSets.all().stream().map(DataCommand::json).toList();
      console.result(Json.object().put("cache", cache).put("data_sets", all));
      return;
    }
    for (DataSet dataSet : DataSets.all()) {
      console.print(
          "%-18s %-33s  %s%n", dataSet.name(), dataSet.content().summary(), dataSet.description());
      if (dataSet.source() instanceof DataSet.Download download) {
        console.print("%-18s from %s%n", "", download.address());
        String digests = String.join(" or ", new TreeSet<>(dataSet.digests()));
        console.print("%-18s SHA-256 %s%n", "", digests);
      }
      console.print("%-18s %s; %s%n", "", where(dataSet), dataSet.license());
    }
    console.print("cache folder: %s%n", cache);
  }

  private static Json json(DataSet dataSet) {
    Json fields =
        Json.object()
            .put("name", dataSet.name())
            .put("description", dataSet.description())
            .put("content", dataSet.content().summary().strip())
            .put("license", dataSet.license())
            .put("sha256", new TreeSet<>(dataSet.digests()));
    if (dataSet.source() instanceof DataSet.Download download) {
      fields.put("address", download.address().toString());
    }
    return fields.put("place", where(dataSet));
  }

  private static String where(DataSet dataSet) {
    if (dataSet.isEmbedded()) {
      return EMBEDDED;
    }
    try {
      return TrainingData.cache()
          .find(dataSet)
          .map(path -> "at " + path)
          .orElse("not fetched; charlstm data fetch " + dataSet.name());
    } catch (InvalidDataException e) {
      return e.getMessage();
    }
  }

  private static void fetch(DataSet dataSet, Optional<Path> file, Console console) {
    Path path =
        dataSet.isEmbedded()
            ? null
            : file.map(own -> TrainingData.cache().install(dataSet, own))
                .orElseGet(() -> TrainingData.download(dataSet, console));
    console.result(
        () -> Json.object().put("name", dataSet.name()).put("path", path),
        () -> console.print("%s %s%n", dataSet.name(), path == null ? EMBEDDED : "is at " + path));
  }
}
