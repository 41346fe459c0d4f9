package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.report.ReadText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.function.Predicate;

/**
 * Which part of which text {@code visualize} shows.
 *
 * @param source {@code --text}
 * @param from symbols to pass over
 * @param length symbols to show at most
 * @param lengthIsGiven whether the user chose it
 */
record TextExcerpt(String source, int from, int length, boolean lengthIsGiven) {
  static final int MOST_LENGTH = 20_000;
  private static final int DEFAULT_LENGTH = 2000;

  static TextExcerpt of(Flags flags) {
    String source =
        flags
            .text("text")
            .orElseThrow(
                () ->
                    new UsageException(
                        "--text is missing: name the text file, or the data set, to show"));
    Flags.asPath("text", source);
    return new TextExcerpt(
        source,
        flags.integer("from", 0, Integer.MAX_VALUE).orElse(0),
        flags.integer("length", 2, MOST_LENGTH).orElse(DEFAULT_LENGTH),
        flags.has("length"));
  }

  /** The part, cleaned as the model's text was; says so if there is more. */
  ReadText cut(
      TrainingData text, TextPreparation preparation, Vocabulary vocabulary, Console console) {
    CharacterText cleaned = preparation.clean(text.characters());
    boolean words = !vocabulary.separator().isEmpty();
    List<String> all = words ? words(cleaned) : List.of();
    int symbols = words ? all.size() : cleaned.length();
    String unit = words ? "word" : "character";
    if (symbols - from < 2) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s has %,d %ss%s; at least 2 are needed to say how well the next is foretold",
              source,
              symbols,
              unit,
              from > 0 ? String.format(Locale.ROOT, ", and --from passes over %,d", from) : ""));
    }
    int to = Math.min(symbols, from + length);
    if (to < symbols && !lengthIsGiven) {
      console.note(
          String.format(
              Locale.ROOT,
              "showing %,d of %,d %ss; --length shows up to %,d, --from begins elsewhere",
              to - from,
              symbols,
              unit,
              MOST_LENGTH));
    }
    List<String> pieces =
        words
            ? all.subList(from, to)
            : cleaned.slice(from, to).codePoints().mapToObj(Character::toString).toList();
    requireKnown(cleaned, to, words, vocabulary);
    Predicate<String> known = vocabulary::contains;
    return new ReadText(
        name(), pieces, pieces.stream().map(known::test).toList(), vocabulary.separator(), unit);
  }

  private void requireKnown(CharacterText cleaned, int to, boolean words, Vocabulary vocabulary) {
    if (words) {
      return; // such a vocabulary has an unknown
    }
    try {
      vocabulary.encode(cleaned.slice(from, to));
    } catch (InvalidDataException e) {
      String after = from > 0 ? " (after the " + from + " passed over)" : "";
      throw new InvalidDataException("text " + source + after + ": " + e.getMessage(), e);
    }
  }

  private static List<String> words(CharacterText text) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text.toString(), " \t\n\r\f");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }

  private String name() {
    String path = source.replace('\\', '/');
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** In words, for the page. */
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
