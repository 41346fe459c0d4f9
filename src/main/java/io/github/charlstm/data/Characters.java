package io.github.charlstm.data;

/** Writes code points so that a person can tell them apart. */
public final class Characters {

  private Characters() {}

  /** For instance {@code 'é' (U+00E9 LATIN SMALL LETTER E WITH ACUTE)}. */
  static String describe(int codePoint) {
    String name = Character.getName(codePoint);
    String number = String.format("U+%04X", codePoint);
    String numbered = name == null ? number : number + " " + name;
    return isVisible(codePoint)
        ? "'" + Character.toString(codePoint) + "' (" + numbered + ")"
        : numbered;
  }

  /** Whether this is half of a UTF-16 pair, which no UTF-8 file can hold. */
  static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Whether a text is one code point that a UTF-8 file can hold. */
  static boolean isOneCharacter(String text) {
    return !text.isEmpty()
        && text.codePointCount(0, text.length()) == 1
        && !isLoneSurrogate(text.codePointAt(0));
  }

  /**
   * Whether something is drawn where a code point stands.
   *
   * @param codePoint any
   * @return false for spaces, controls, formats, and what has no character
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
