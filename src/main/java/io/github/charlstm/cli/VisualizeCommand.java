package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.ModelSettings;
import io.github.charlstm.report.Html.Entry;
import io.github.charlstm.report.InterpretableCells;
import io.github.charlstm.report.InterpretableCells.ShownCell;
import io.github.charlstm.report.PredictionTrace;
import io.github.charlstm.report.TextPage;
import io.github.charlstm.report.TextPage.ReadText;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class VisualizeCommand implements Command {
  private static final Pattern LAYER_AND_UNIT = Pattern.compile("(\\d{1,9}):(\\d{1,9})");
  private static final Flag<List<ShownCell>> CELL =
      Flag.repeatable(
          "cell",
          cells -> cells.stream().map(VisualizeCommand::cell).toList(),
          "LAYER:UNIT, both from 0: a cell to colour by; may be given several times (default:"
              + " those that follow quotation marks, lines, words, ...)");
  private static final Flag<Path> OUT =
      Flag.path(PlotCommand.OUT.name(), "the page").orElse(Path.of("visualize.html"));

  @Override
  public Usage usage() {
    return Usage.of(
            "visualize",
            "write an HTML page of a text, coloured by a model's surprise or by one of its cells")
        .flags(RunFolders.CHECKPOINT)
        .flags(ExternalModelOptions.flags(true))
        .flags(
            TextExcerpt.TEXT,
            TextFlags.ENCODING,
            TextFlags.ON_MALFORMED,
            TextFlags.ON_UNKNOWN,
            TextExcerpt.FROM,
            TextExcerpt.LENGTH,
            CELL,
            OUT)
        .examples(
            "visualize --text my.txt",
            "visualize --checkpoint checkpoints/anna --text anna --from 1789037 --out anna.html",
            "visualize --checkpoint checkpoints/anna --text anna --cell 0:13 --cell 1:200",
            "visualize --saved-model exported/anna --vocab anna.txt --text other.txt");
  }

  @Override
  public void run(Flags flags, Console console) {
    TextExcerpt excerpt = TextExcerpt.of(flags);
    Path page = flags.get(OUT);
    TextModel chosen = TextModel.find(flags, console, CELL);
    List<ShownCell> asked = flags.get(CELL);
    chosen
        .settings()
        .ifPresent(settings -> asked.forEach(cell -> requireIn(settings.model(), cell)));
    Newlines newlines = Newlines.of(chosen.vocabulary());
    TrainingData text =
        TrainingData.find(flags, excerpt.source(), chosen.format(), newlines, console);
    CharacterText cleaned = chosen.preparation().clean(text.characters());
    CharacterText known = TextFlags.known(flags, chosen.vocabulary(), cleaned, console);
    ReadText read = excerpt.cut(text, known, chosen.vocabulary(), console);
    PredictionTrace reading = reading(chosen, read, console);
    List<ShownCell> cells =
        chosen.checkpoint().isPresent() && asked.isEmpty()
            ? InterpretableCells.of(reading, read.codePoints())
            : asked;
    List<Entry> facts = new ArrayList<>(facts(chosen));
    facts.add(new Entry("text", excerpt.describe(reading.length(), read.unit())));
    facts.addAll(figures(reading, read.unit()));
    ReportCommand.writePage(page, TextPage.html(reading, read, chosen.vocabulary(), cells, facts));
    console.result(
        () -> json(chosen, excerpt, page, reading, cells),
        () ->
            console.printPairs(
                Json.object()
                    .put("text", excerpt.source())
                    .put("predictions", reading.predictions())
                    .put("bits per " + read.unit(), "%.4f", reading.meanBits())
                    .put("page", page)));
  }

  private static PredictionTrace reading(TextModel chosen, ReadText text, Console console) {
    int[] symbols = chosen.vocabulary().encode(String.join(text.separator(), text.pieces()));
    try (NextSymbolModel model = chosen.open();
        Progress progress = console.progress("reading").total(symbols.length, text.unit() + "s")) {
      return PredictionTrace.of(model, symbols, progress::update);
    }
  }

  private static Json json(
      TextModel chosen,
      TextExcerpt excerpt,
      Path page,
      PredictionTrace reading,
      List<ShownCell> cells) {
    double bits = reading.meanBits();
    List<Json> shown =
        cells.stream()
            .map(
                cell ->
                    Json.object()
                        .put("layer", cell.layer())
                        .put("unit", cell.unit())
                        .put("reason", cell.reason()))
            .toList();
    return Json.object()
        .put("page", page)
        .put(chosen.kind(), chosen.path())
        .put("text", excerpt.source())
        .put("predictions", reading.predictions())
        .put("loss", bits * Math.log(2))
        .put("perplexity", Math.pow(2, bits))
        .put("bits_per_character", bits)
        .put("guessed_first", reading.shareAmongFirst(1))
        .put("guessed_among_five", reading.shareAmongFirst(PredictionTrace.GUESSES))
        .put("cells", shown);
  }

  private static List<Entry> facts(TextModel chosen) {
    if (chosen.checkpoint().isEmpty()) {
      return List.of(
          new Entry("model", chosen.path().toString()),
          new Entry("cells", "not known for a model from Python"));
    }
    TrainingCheckpoint checkpoint = chosen.checkpoint().get();
    String model = checkpoint.settings().model().describe();
    return List.of(
        entry("model", "%s, trained for %,d steps", model, checkpoint.progress().step()),
        new Entry("checkpoint", chosen.path().toString()));
  }

  private static List<Entry> figures(PredictionTrace reading, String unit) {
    double bits = reading.meanBits();
    return List.of(
        entry(
            "bits a " + unit,
            "%.4f, the mean of %,d predictions (loss %.4f, perplexity %.4f)",
            bits,
            reading.predictions(),
            bits * Math.log(2),
            Math.pow(2, bits)),
        entry(
            "guessed right",
            "%.1f%% by the first guess, %.1f%% by the first five",
            100 * reading.shareAmongFirst(1),
            100 * reading.shareAmongFirst(PredictionTrace.GUESSES)));
  }

  private static Entry entry(String name, String format, Object... arguments) {
    return new Entry(name, String.format(Locale.ROOT, format, arguments));
  }

  private static ShownCell cell(String given) {
    Matcher numbers = LAYER_AND_UNIT.matcher(given);
    if (!numbers.matches()) {
      throw Flag.expected("LAYER:UNIT, two whole numbers from 0 such as 1:37", given);
    }
    return new ShownCell(
        Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)), "asked for");
  }

  private static void requireIn(ModelSettings model, ShownCell cell) {
    if (cell.layer() >= model.numLayers() || cell.unit() >= model.units()) {
      throw new UsageException(
          "%s: this model (%s) has layers 0 to %s with units 0 to %s, found '%s:%s'",
          CELL,
          model.describe(),
          model.numLayers() - 1,
          model.units() - 1,
          cell.layer(),
          cell.unit());
    }
  }

  /** The part of a text to show: symbols to skip, and to show at most. */
  private record TextExcerpt(String source, int from, int length, boolean lengthIsGiven) {
    static final Flag<String> TEXT =
        Flag.textSource("text", "the text file, or the data set's name, to show");
    static final Flag<Integer> FROM =
        Flag.integer(ImportCommand.FROM.name(), 0, Integer.MAX_VALUE, "characters or words to skip")
            .orElse(0);
    private static final int MOST_LENGTH = 20_000;
    static final Flag<Integer> LENGTH =
        Flag.integer(
                SampleCommand.LENGTH.name(),
                2,
                MOST_LENGTH,
                "characters or words to show, at most " + MOST_LENGTH)
            .orElse(2000);

    static TextExcerpt of(Flags flags) {
      return new TextExcerpt(
          flags.get(TEXT), flags.get(FROM), flags.get(LENGTH), flags.has(LENGTH));
    }

    /** The excerpt of the cleaned text; a note says if it was cut. */
    ReadText cut(TrainingData text, CharacterText cleaned, Vocabulary vocabulary, Console console) {
      if (vocabulary.unit().equals("byte")) {
        throw new UsageException(
            "the model reads bytes, of which a character may have several; visualize shows models"
                + " of characters and words");
      }
      boolean words = !vocabulary.separator().isEmpty();
      List<String> all = words ? words(cleaned) : List.of();
      int symbols = words ? all.size() : cleaned.length();
      String unit = words ? "word" : "character";
      if (symbols - from < 2) {
        throw new UsageException(
            "%s has %,d %ss%s; expected at least 2, of which the model predicts the second",
            source,
            symbols,
            unit,
            from > 0 ? String.format(Locale.ROOT, ", of which %s skips %,d", FROM, from) : "");
      }
      int to = Math.min(symbols, from + length);
      if (to < symbols && !lengthIsGiven) {
        console.note(
            "showing %,d of %,d %ss; %s shows up to %,d, %s begins elsewhere",
            to - from, symbols, unit, LENGTH, MOST_LENGTH, FROM);
      }
      List<String> pieces =
          words
              ? all.subList(from, to)
              : cleaned.slice(from, to).codePoints().mapToObj(Character::toString).toList();
      if (!words) { // a vocabulary of words has an unknown
        CharacterText shown = CharacterText.of(String.join("", pieces));
        text.encode(shown, vocabulary, from > 0 ? " (after the " + from + " skipped)" : "");
      }
      Predicate<String> known = vocabulary::contains;
      return new ReadText(
          name(), pieces, pieces.stream().map(known::test).toList(), vocabulary.separator(), unit);
    }

    private static List<String> words(CharacterText text) {
      return Arrays.stream(text.toString().split("[ \\t\\n\\r\\f]+"))
          .filter(w -> !w.isEmpty())
          .toList();
    }

    private String name() {
      String path = source.replace('\\', '/');
      return path.substring(path.lastIndexOf('/') + 1);
    }

    String describe(int shown, String unit) {
      return String.format(
          Locale.ROOT,
          "%s, %,d %ss%s",
          source,
          shown,
          unit,
          from > 0 ? String.format(Locale.ROOT, " from number %,d on", from) : "");
    }
  }
}
