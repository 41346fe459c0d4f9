package io.github.charlstm.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The symbols a character model knows, numbered from 0 in the order of their code points (Python:
 * {@code sorted(set(text))}). A symbol is one Unicode code point. Immutable.
 */
public final class Vocabulary {

  // Strictly ascending, so that a symbol's number is where a binary search finds it.
  private final int[] symbols;

  private Vocabulary(int[] ascendingSymbols) {
    this.symbols = ascendingSymbols;
  }

  /**
   * The vocabulary of a text.
   *
   * @param text any text with at least one character
   * @return its distinct code points, ascending
   * @throws InvalidDataException if the text is empty or holds half of a UTF-16 pair
   */
  public static Vocabulary of(String text) {
    int[] distinct = text.codePoints().distinct().sorted().toArray();
    if (distinct.length == 0) {
      throw new InvalidDataException("cannot make a vocabulary of an empty text");
    }
    for (int codePoint : distinct) {
      if (Characters.isLoneSurrogate(codePoint)) {
        throw new InvalidDataException(
            "the text holds "
                + Characters.describe(codePoint)
                + ", half of a UTF-16 pair; remove it from the text");
      }
    }
    return new Vocabulary(distinct);
  }

  /** Takes over the array, which the caller has checked to be strictly ascending. */
  static Vocabulary ofAscending(int[] symbols) {
    return new Vocabulary(symbols);
  }

  /**
   * The number of symbols.
   *
   * @return at least 1
   */
  public int size() {
    return symbols.length;
  }

  /**
   * Whether a character is known.
   *
   * @param codePoint a Unicode code point
   * @return true when it can be encoded
   */
  public boolean contains(int codePoint) {
    return Arrays.binarySearch(symbols, codePoint) >= 0;
  }

  /**
   * The symbol of a number.
   *
   * @param index from 0, less than {@link #size()}
   * @return one code point (one or two UTF-16 units)
   * @throws IndexOutOfBoundsException if there is no such symbol
   */
  public String symbol(int index) {
    return Character.toString(codePoint(index));
  }

  /**
   * Numbers a text (Python: {@code [vocab_to_int[c] for c in text]}).
   *
   * @param text a text, empty allowed
   * @return one number for each code point
   * @throws InvalidDataException if a character is unknown, naming it and its position
   */
  public int[] encode(String text) {
    int[] encoded = text.codePoints().toArray();
    for (int position = 0; position < encoded.length; position++) {
      int index = Arrays.binarySearch(symbols, encoded[position]);
      if (index < 0) {
        throw new InvalidDataException(
            String.format(
                "character %s at position %d (in characters, from 0) is not in the vocabulary of"
                    + " %d symbols; remove or replace it",
                Characters.describe(encoded[position]), position, symbols.length));
      }
      encoded[position] = index;
    }
    return encoded;
  }

  /**
   * The text of some numbers, the inverse of {@link #encode}.
   *
   * @param indices each from 0, less than {@link #size()}
   * @return their symbols, one after another
   * @throws IndexOutOfBoundsException if there is no such symbol
   */
  public String decode(int... indices) {
    StringBuilder text = new StringBuilder(indices.length);
    for (int index : indices) {
      text.appendCodePoint(codePoint(index));
    }
    return text.toString();
  }

  /**
   * The vocabulary as JSON, on one line: {@code
   * {"format":"charlstm-vocabulary","version":1,"symbols":["\n"," "]}}.
   *
   * @return what {@link #readJson} reads
   */
  public String toJson() {
    return VocabularyJson.write(symbols);
  }

  /**
   * Writes {@link #toJson()} and a newline to a file, in UTF-8, replacing what was there.
   *
   * @param path the file
   * @throws IOException if it cannot be written
   */
  public void writeJson(Path path) throws IOException {
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
    return ofAscending(VocabularyJson.read(TextFile.read(path), path.toString()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary vocabulary && Arrays.equals(symbols, vocabulary.symbols);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(symbols);
  }

  @Override
  public String toString() {
    return "Vocabulary of " + symbols.length + " symbols";
  }

  private int codePoint(int index) {
    if (index < 0 || index >= symbols.length) {
      throw new IndexOutOfBoundsException(
          "symbol " + index + " does not exist: the vocabulary has " + symbols.length);
    }
    return symbols[index];
  }
}
