package io.github.charlstm.data;

import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * Prepares a text as the TensorFlow Machine Learning Cookbook's chapter 9 prepares Shakespeare's
 * works for training.
 */
public final class CookbookText {

  /**
   * How many characters the cookbook drops from the start of Gutenberg's file, in which a byte
   * order mark is one character and a line end ({@code \r\n}) two.
   */
  public static final int HEADER_CHARACTERS = 7_675;

  // Without the backslash, which only escapes the ']' in the cookbook's regular expression.
  private static final String PUNCTUATION = "!\"#$%&()*+,./:;<=>?@[]^_`{|}~";

  private CookbookText() {}

  /**
   * Drops Gutenberg's header (Python: {@code s_text[7675:]}).
   *
   * @param text as {@link TextFile} reads it, without the byte order mark and with newlines as
   *     {@code \n}; both are counted as they are in Gutenberg's file
   * @return the rest, "From fairest creatures ..." for data set {@link DataSets#SHAKESPEARE}
   * @throws InvalidDataException if nothing is left
   */
  public static CharacterText withoutHeader(CharacterText text) {
    int published = 1;
    int position = 0;
    while (published < HEADER_CHARACTERS && position < text.length()) {
      published += text.codePointAt(position) == '\n' ? 2 : 1;
      position++;
    }
    if (position == text.length()) {
      throw InvalidDataException.of(
          "the text is too short: the cookbook drops the first %s characters, found %s; use"
              + " Gutenberg's complete works of Shakespeare",
          HEADER_CHARACTERS, published);
    }
    return text.slice(position, text.length());
  }

  /**
   * Removes line ends (which joins the last word of a line to the first of the next unless there is
   * a space), replaces each run of white space and punctuation by one space, removes it at both
   * ends, and makes letters lower case. Hyphens, apostrophes and backslashes stay.
   *
   * @param text any text
   * @return the cleaned text, which may be empty
   */
  public static CharacterText clean(CharacterText text) {
    CharacterText.Builder cleaned = new CharacterText.Builder();
    LowerCase lower = new LowerCase(cleaned);
    boolean gap = false;
    boolean started = false;
    for (int position = 0; position < text.length(); position++) {
      int character = text.codePointAt(position);
      if (character == '\n' || character == '\r' && isNewline(text, position + 1)) {
        continue;
      }
      if (isWhiteSpace(character) || PUNCTUATION.indexOf(character) >= 0) {
        gap = true;
        continue;
      }
      if (gap && started) {
        lower.accept(' ');
      }
      gap = false;
      started = true;
      lower.accept(character);
    }
    lower.finish();
    return cleaned.build();
  }

  private static boolean isNewline(CharacterText text, int position) {
    return position < text.length() && text.codePointAt(position) == '\n';
  }

  // Python's \s, which has no character above U+FFFF; each of Java's classes lacks some of it.
  private static boolean isWhiteSpace(int character) {
    return character < 0x10000
        && (Character.isWhitespace(character)
            || Character.isSpaceChar(character)
            || character == 0x85);
  }

  /**
   * Converts a long text to lower case piece by piece, with the result of {@link
   * String#toLowerCase} for the whole. Only a Greek capital sigma depends on its neighbours, so a
   * piece ends between two letters at which the search for them stops.
   */
  static final class LowerCase implements IntConsumer {
    private static final int PIECE = 1 << 12;
    private static final int SIGMA = 0x3A3;

    private final IntConsumer consumer;
    private final int minLength;
    private final StringBuilder piece = new StringBuilder();
    private int last = SIGMA;

    LowerCase(IntConsumer consumer) {
      this(consumer, PIECE);
    }

    /**
     * @param minLength of a piece, in UTF-16 units
     */
    LowerCase(IntConsumer consumer, int minLength) {
      this.consumer = consumer;
      this.minLength = minLength;
    }

    @Override
    public void accept(int character) {
      if (piece.length() >= minLength && isBoundary(last) && isBoundary(character)) {
        finish();
      }
      piece.appendCodePoint(character);
      last = character;
    }

    void finish() {
      piece.toString().toLowerCase(Locale.ROOT).codePoints().forEach(consumer);
      piece.setLength(0);
    }

    // Letters stop a sigma's search for its neighbours; modifier letters, marks and some
    // punctuation do not.
    private static boolean isBoundary(int character) {
      return character != SIGMA
          && Character.isLetter(character)
          && Character.getType(character) != Character.MODIFIER_LETTER;
    }
  }
}
