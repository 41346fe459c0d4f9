package io.github.charlstm.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The symbols a model knows, numbered from 0. Immutable. There are four kinds:
 *
 * <ul>
 *   <li>{@link #of}: characters in the order of their code points
 *   <li>{@link #inOrder}: characters in an order of their own
 *   <li>{@link #withUnknown}: characters by first occurrence, and {@link #UNKNOWN} for all others
 *   <li>{@link #ofWords}: frequent words by first occurrence, and {@link #UNKNOWN} for all others
 * </ul>
 *
 * <p>A character is one Unicode code point.
 */
public abstract sealed class Vocabulary permits CharacterVocabulary, WordVocabulary {

  /** What symbol 0 is called where it stands for everything that has no number of its own. */
  public static final String UNKNOWN = "unknown";

  Vocabulary() {}

  /**
   * The characters of a text in the order of their code points (Python: {@code sorted(set(text))}).
   *
   * @param text any text with at least one character
   * @return its distinct code points, ascending
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary of(String text) {
    return of(CharacterText.of(text));
  }

  /**
   * As {@link #of(String)}, of a text that may be long.
   *
   * @param text at least one character
   * @return its distinct code points, ascending
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary of(CharacterText text) {
    return CharacterVocabulary.ascending(text);
  }

  /**
   * Characters in an order of their own, as other programs make them.
   *
   * @param symbols each one code point, none twice; the place in the list is the number
   * @return a vocabulary of as many symbols
   * @throws InvalidDataException if there is no symbol, one is not a single character, or one comes
   *     twice
   */
  public static Vocabulary inOrder(List<String> symbols) {
    return CharacterVocabulary.ordered(symbols);
  }

  /**
   * The characters of a text after {@link #UNKNOWN}, which is 0: the first character of the text is
   * 1, and so on by first occurrence. So numbers the TensorFlow Machine Learning Cookbook's chapter
   * 9, with a {@code Counter}, whose order this is from Python 3.6 on; older ones have no order.
   *
   * @param text any text with at least one character
   * @return its distinct code points, and the unknown
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary withUnknown(String text) {
    return withUnknown(CharacterText.of(text));
  }

  /**
   * As {@link #withUnknown(String)}, of a text that may be long.
   *
   * @param text at least one character
   * @return its distinct code points, and the unknown
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary withUnknown(CharacterText text) {
    return CharacterVocabulary.byOccurrence(text);
  }

  /**
   * The words that a text has more than {@code minWordFreq} times, after {@link #UNKNOWN}, which is
   * 0: numbered from 1 by first occurrence, as the cookbook's chapter 9 does from Python 3.6 on
   * (older ones have no order). Words are what white space parts.
   *
   * <p>Should "unknown" be such a word itself, it keeps its place in the numbers, but is encoded as
   * 0: Python's {@code vocab_to_ix_dict['unknown'] = 0} takes its number away. Python's size is one
   * more than {@link #size()} where it is not, since {@code len(ix2vocab) + 1} counts on that gap.
   *
   * @param text any text with at least one word
   * @param minWordFreq at least 0 (Python: {@code min_word_freq}, 5 in the cookbook)
   * @return its frequent words, and the unknown
   * @throws InvalidDataException if the text has no words or the frequency is negative
   */
  public static Vocabulary ofWords(String text, int minWordFreq) {
    return ofWords(CharacterText.of(text), minWordFreq);
  }

  /**
   * As {@link #ofWords(String, int)}, of a text that may be long.
   *
   * @param text at least one word
   * @param minWordFreq at least 0
   * @return its frequent words, and the unknown
   * @throws InvalidDataException if the text has no words or the frequency is negative
   */
  public static Vocabulary ofWords(CharacterText text, int minWordFreq) {
    return WordVocabulary.of(text, minWordFreq);
  }

  /**
   * The number of symbols.
   *
   * @return at least 1
   */
  public final int size() {
    return symbols().size();
  }

  /**
   * The symbol of a number.
   *
   * @param index from 0, less than {@link #size()}
   * @return one character (one or two UTF-16 units), one word, or {@link #UNKNOWN}
   * @throws IndexOutOfBoundsException if there is no such symbol
   */
  public final String symbol(int index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException(
          "symbol " + index + " does not exist: the vocabulary has " + size());
    }
    return symbols().get(index);
  }

  /**
   * Whether a character has a number of its own.
   *
   * @param codePoint a Unicode code point
   * @return true when it is a symbol
   */
  public final boolean contains(int codePoint) {
    return contains(Character.toString(codePoint));
  }

  /**
   * Whether a symbol has a number of its own; {@link #UNKNOWN} has not.
   *
   * @param symbol a character or a word
   * @return true when it is encoded as itself
   */
  public abstract boolean contains(String symbol);

  /**
   * Whether every symbol of a text has a number of its own.
   *
   * @param text characters, or words with spaces between
   * @return false when a symbol is refused or encoded as {@link #UNKNOWN}
   */
  public final boolean knows(String text) {
    Stream<String> symbols =
        separator().isEmpty()
            ? text.codePoints().mapToObj(Character::toString)
            : Stream.of(text.split(separator(), -1));
    return symbols.allMatch(this::contains);
  }

  /**
   * The number of {@link #UNKNOWN}.
   *
   * @return 0, or empty when unknown characters are refused
   */
  public abstract OptionalInt unknown();

  /**
   * What stands between two symbols in a text.
   *
   * @return a space for words, nothing for characters
   */
  public abstract String separator();

  /**
   * Numbers a text (Python: {@code [vocab_to_int[c] for c in text]}).
   *
   * @param text a text, empty allowed
   * @return one number for each code point, or for each word
   * @throws InvalidDataException if a character is unknown, naming it and its position, and there
   *     is no {@link #unknown()}
   */
  public final int[] encode(String text) {
    return encode(CharacterText.of(text)).toArray();
  }

  /**
   * As {@link #encode(String)}, of a text that may be long.
   *
   * @param text may be empty
   * @return its symbols; of characters a view that takes no memory of its own
   * @throws InvalidDataException if a character is unknown and there is no {@link #unknown()}
   */
  public abstract EncodedText encode(CharacterText text);

  /**
   * The text of some numbers, the inverse of {@link #encode} where nothing was unknown and words
   * are parted by one space.
   *
   * @param indices each from 0, less than {@link #size()}
   * @return their symbols, one after another, with {@link #separator()} between them
   * @throws IndexOutOfBoundsException if there is no such symbol
   */
  public final String decode(int... indices) {
    StringBuilder text = new StringBuilder(indices.length);
    for (int position = 0; position < indices.length; position++) {
      text.append(position == 0 ? "" : separator()).append(symbol(indices[position]));
    }
    return text.toString();
  }

  /**
   * The vocabulary as JSON, on one line: {@code
   * {"format":"charlstm-vocabulary","version":1,"symbols":["\n"," "]}}, and with an unknown {@code
   * {"format":"charlstm-vocabulary","version":2,"kind":"words","symbols":["unknown","from"]}}, or
   * kind {@code characters}; characters in an order of their own are kind {@code ordered}.
   *
   * @return what {@link #readJson} reads
   */
  public final String toJson() {
    return VocabularyJson.write(this);
  }

  /**
   * {@return SHA-256 of {@link #toJson()}, in lower-case hexadecimals: equal for equal vocabularies
   * only}
   */
  public final String sha256() {
    return Digests.of(toJson().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes {@link #toJson()} and a newline to a file, in UTF-8, replacing what was there.
   *
   * @param path the file
   * @throws IOException if it cannot be written
   */
  public final void writeJson(Path path) throws IOException {
    Files.writeString(path, toJson() + "\n", StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #writeJson} wrote.
   *
   * @param path the file
   * @return the vocabulary
   * @throws InvalidDataException if the file cannot be read or is anything else; the message names
   *     the file
   */
  public static Vocabulary readJson(Path path) {
    return VocabularyJson.read(TextFile.read(path), path.toString());
  }

  /** The symbols by number, unmodifiable. */
  abstract List<String> symbols();

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((Vocabulary) other).unknown().equals(unknown())
        && ((Vocabulary) other).symbols().equals(symbols());
  }

  @Override
  public final int hashCode() {
    return symbols().hashCode();
  }

  @Override
  public final String toString() {
    return "Vocabulary of " + size() + " symbols";
  }
}
