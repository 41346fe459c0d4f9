package io.github.charlstm.report;

/**
 * How wide a text is, roughly and rather too wide: known without fonts, and so the same in every
 * picture. The figures are those of DejaVu Sans, which is wider than most.
 */
final class TextWidth {
  private static final double USUAL = 0.62;
  private static final double BOLD = 0.70;
  private static final double NARROW = 0.36;
  private static final double WIDE = 1.0;

  private TextWidth() {}

  /** Pixels that a text takes. */
  static double of(String text, int size) {
    return size * text.codePoints().mapToDouble(TextWidth::ofLetter).sum();
  }

  /** The text, its end cut off where it would be wider than so many pixels. */
  static String fitted(String text, int size, double most) {
    if (of(text, size) <= most) {
      return text;
    }
    double left = most / size - WIDE;
    int end = 0;
    while (end < text.length() && left >= ofLetter(text.codePointAt(end))) {
      left -= ofLetter(text.codePointAt(end));
      end += Character.charCount(text.codePointAt(end));
    }
    return text.substring(0, end) + "\u2026";
  }

  /** The same of a text in bold letters. */
  static String fittedBold(String text, int size, double most) {
    return fitted(text, size, most * USUAL / BOLD);
  }

  private static double ofLetter(int letter) {
    if (letter >= 0x1100 || "mwMWOQ%@".indexOf(letter) >= 0) {
      return WIDE;
    }
    return " ijlItfr.,:;'|!()[]".indexOf(letter) >= 0 ? NARROW : USUAL;
  }
}
