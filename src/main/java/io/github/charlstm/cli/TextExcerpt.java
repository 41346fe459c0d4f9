package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.report.TextPage.ReadText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.function.Predicate;

/**
 * Which part of which text {@code visualize} shows.
 *
 * @param source the file or the data set
 * @param from symbols to pass over
 * @param length symbols to show at most
 * @param lengthIsGiven whether the user chose it
 */
record TextExcerpt(String source, int from, int length, boolean lengthIsGiven) {
  static final Flag<String> TEXT =
      Flag.textSource("text", "the text file, or the data set's name, to show");
  static final Flag<Integer> FROM =
      Flag.integer(
              ImportCommand.FROM.name(),
              0,
              Integer.MAX_VALUE,
              "characters or words to pass over first")
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
    return new TextExcerpt(flags.get(TEXT), flags.get(FROM), flags.get(LENGTH), flags.has(LENGTH));
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
              from > 0 ? String.format(Locale.ROOT, ", and %s passes over %,d", FROM, from) : ""));
    }
    int to = Math.min(symbols, from + length);
    if (to < symbols && !lengthIsGiven) {
      console.note(
          String.format(
              Locale.ROOT,
              "showing %,d of %,d %ss; %s shows up to %,d, %s begins elsewhere",
              to - from,
              symbols,
              unit,
              LENGTH,
              MOST_LENGTH,
              FROM));
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
