package io.github.charlstm.data;

/**
 * Makes of a text what the TensorFlow Machine Learning Cookbook's chapter 9 makes of Shakespeare's
 * works before it trains on them.
 */
public final class CookbookText {

  /**
   * How many characters the cookbook drops from the start, counted in Gutenberg's file as it is: a
   * byte order mark is one character and a line end ({@code \r\n}) two.
   */
  public static final int HEADER_CHARACTERS = 7_675;

  // Inside of the cookbook's brackets the backslash only escapes the ']' after it: it is kept.
  private static final String PUNCTUATION = "!\"#$%&()*+,./:;<=>?@[]^_`{|}~";

  private CookbookText() {}

  /**
   * Drops what Gutenberg put before the works (Python: {@code s_text[7675:]}).
   *
   * @param text as {@link TextFile} reads it: no byte order mark, newlines as {@code \n}; both are
   *     counted as they are in Gutenberg's file
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
      throw new InvalidDataException(
          String.format(
              "the text is too short: the cookbook drops the first %s characters, found %s; use"
                  + " Gutenberg's complete works of Shakespeare",
              HEADER_CHARACTERS, published));
    }
    return text.slice(position, text.length());
  }

  /**
   * Takes line ends out (so the last word of a line grows together with the first of the next
   * unless there is a space), makes each run of white space and punctuation one space, drops it at
   * both ends, and makes letters lower case. Hyphens, apostrophes and backslashes stay.
   *
   * @param text any text
   * @return what is left, perhaps nothing
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

  // Python's \s, which has no character beyond U+FFFF. Java's own classes lack some of it each.
  private static boolean isWhiteSpace(int character) {
    return character < 0x10000
        && (Character.isWhitespace(character)
            || Character.isSpaceChar(character)
            || character == 0x85);
  }
}
