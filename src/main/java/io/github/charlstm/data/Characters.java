package io.github.charlstm.data;

/** Descriptions and kinds of code points. */
public final class Characters {

  private Characters() {}

  /** A description: {@code 'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE)}. */
  public static String describe(int codePoint) {
    String name = Character.getName(codePoint);
    String number = String.format("U+%04X", codePoint);
    String numbered = name == null ? number : number + " " + name;
    return isVisible(codePoint)
        ? "'" + Character.toString(codePoint) + "' (" + numbered + ")"
        : numbered;
  }

  /** Whether this is half of a UTF-16 pair, which UTF-8 cannot encode. */
  static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Whether a text is one code point that UTF-8 can encode. */
  static boolean isOneCharacter(String text) {
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) == 1
        && !isLoneSurrogate(text.codePointAt(0));
  }

  /** Whether this is Python's white space, which has no character above U+FFFF. */
  static boolean isWhiteSpace(int codePoint) {
    // Each of Java's classes lacks some of it.
    return codePoint < 0x10000
        && (Character.isWhitespace(codePoint)
            || Character.isSpaceChar(codePoint)
            || codePoint == 0x85);
  }

  /**
   * {@return whether a code point has a glyph: false for spaces, control and format characters, and
   * code points without a character}
   */
  public static boolean isVisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
