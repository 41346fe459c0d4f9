package io.github.charlstm.data;

import java.util.Locale;

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
  public static String withoutHeader(String text) {
    int published = 1;
    int position = 0;
    while (published < HEADER_CHARACTERS && position < text.length()) {
      published += text.charAt(position) == '\n' ? 2 : 1;
      position = text.offsetByCodePoints(position, 1);
    }
    if (position == text.length()) {
      throw new InvalidDataException(
          String.format(
              "the text is too short: the cookbook drops the first %d characters, found %d; use"
                  + " Gutenberg's complete works of Shakespeare",
              HEADER_CHARACTERS, published));
    }
    return text.substring(position);
  }

  /**
   * Takes line ends out (so the last word of a line grows together with the first of the next
   * unless there is a space), makes each run of white space and punctuation one space, drops it at
   * both ends, and makes letters lower case. Hyphens, apostrophes and backslashes stay.
   *
   * @param text any text
   * @return what is left, perhaps nothing
   */
  public static String clean(String text) {
    StringBuilder cleaned = new StringBuilder(text.length());
    boolean gap = false;
    for (int position = 0; position < text.length(); position++) {
      char unit = text.charAt(position);
      if (unit == '\n' || unit == '\r' && text.startsWith("\n", position + 1)) {
        continue;
      }
      if (isWhiteSpace(unit) || PUNCTUATION.indexOf(unit) >= 0) {
        gap = true;
        continue;
      }
      if (gap && !cleaned.isEmpty()) {
        cleaned.append(' ');
      }
      gap = false;
      cleaned.append(unit);
    }
    return cleaned.toString().toLowerCase(Locale.ROOT);
  }

  // Python's \s, which has no character beyond U+FFFF. Java's own classes lack some of it each.
  private static boolean isWhiteSpace(char unit) {
    return Character.isWhitespace(unit) || Character.isSpaceChar(unit) || unit == '\u0085';
  }
}
