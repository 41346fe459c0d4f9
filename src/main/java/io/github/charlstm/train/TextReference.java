package io.github.charlstm.train;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.TextFormat;

/**
 * Which text a run learns.
 *
 * @param source name of the data set, or path of the file as the user gave it
 * @param sha256 of the text in UTF-8 with newlines as {@code \n}; empty if not known
 */
public record TextReference(String source, boolean dataSet, String sha256, TextFormat read) {

  public TextReference {
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException(
          "a SHA-256 has 64 lower-case hexadecimal digits, found '" + sha256 + "'");
    }
  }

  /** {@return the text of an imported run, whose files do not say which it was} */
  public static TextReference unknown() {
    return new TextReference("", false, "", TextFormat.UTF_8);
  }

  /** {@return whether the text is known} */
  public boolean isKnown() {
    return !sha256.isEmpty();
  }

  /** {@return the reference of a decoded text} */
  public static TextReference of(
      String source, boolean dataSet, CharacterText text, TextFormat read) {
    return new TextReference(source, dataSet, text.sha256(), read);
  }
}
