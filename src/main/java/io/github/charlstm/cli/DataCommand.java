package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.DataSet;
import io.github.charlstm.data.DataSets;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.ShakespeareEdition;
import io.github.charlstm.data.ShakespeareEdition.Facts;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import java.net.URI;
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
      String from = "from";
      for (URI address : dataSet.addresses()) {
        console.print("%-18s %s %s%n", "", from, address);
        from = "  or";
      }
      if (!dataSet.isEmbedded()) {
        String digests = String.join(" or ", new TreeSet<>(dataSet.digests()));
        console.print(
            "%-18s SHA-256 %s%s%n",
            "", digests, dataSet.anyEdition() ? ", the book's own, or any other edition" : "");
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
    List<String> addresses = dataSet.addresses().stream().map(URI::toString).toList();
    if (!addresses.isEmpty()) {
      fields.put("address", addresses.get(0)).put("addresses", addresses);
    }
    if (dataSet.anyEdition()) {
      fields.put("edition", edition(dataSet).map(DataCommand::json).orElse(null));
    }
    return fields.put("place", where(dataSet));
  }

  private static Json json(ShakespeareEdition edition) {
    return Json.object()
        .put("date", edition.date())
        .put("sha256", edition.sha256())
        .put("book", edition.isBooks());
  }

  // Empty too for a damaged file, of which "place" tells.
  private static Optional<ShakespeareEdition> edition(DataSet dataSet) {
    try {
      return TrainingData.cache().edition(dataSet);
    } catch (InvalidDataException e) {
      return Optional.empty();
    }
  }

  private static String where(DataSet dataSet) {
    if (dataSet.isEmbedded()) {
      return EMBEDDED;
    }
    try {
      return TrainingData.cache()
          .find(dataSet)
          .map(path -> "at " + path)
          .map(at -> at + edition(dataSet).map(found -> ", " + found.describe()).orElse(""))
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
    Optional<ShakespeareEdition> edition = TrainingData.cache().edition(dataSet);
    if (edition.isEmpty()) {
      console.result(
          () -> Json.object().put("name", dataSet.name()).put("path", path),
          () ->
              console.print("%s %s%n", dataSet.name(), path == null ? EMBEDDED : "is at " + path));
      return;
    }
    Facts facts = Facts.of(CharacterText.of(TrainingData.cache().text(dataSet)));
    console.result(
        () ->
            Json.object()
                .put("name", dataSet.name())
                .put("path", path)
                .put(
                    "edition",
                    json(edition.get())
                        .put("characters", facts.characters())
                        .put("vocabulary", facts.vocabulary())
                        .put("batches", facts.batches())),
        () ->
            console.print(
                "%s is at %s%n%s%n", dataSet.name(), path, edition.get().describe(facts)));
  }
}
