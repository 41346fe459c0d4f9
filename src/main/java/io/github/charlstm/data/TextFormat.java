package io.github.charlstm.data;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;

/** How the bytes of a text are read (Python: {@code open(path, encoding=..., errors=...)}). */
public record TextFormat(Charset encoding, OnMalformed onMalformed) {

  /** Strict UTF-8, the default. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, OnMalformed.REPORT);

  /** What happens to invalid bytes. */
  public enum OnMalformed {
    /** They are an error (Python: {@code errors="strict"}). */
    REPORT,
    /** They are read as U+FFFD (Python: {@code errors="replace"}); so is NUL, unlike in Python. */
    REPLACE
  }

  /**
   * {@return an encoding by its name: {@code UTF-16}, {@code GB18030}, {@code windows-1252}, ...}
   *
   * @throws InvalidDataException if Java does not know it
   */
  public static Charset encodingNamed(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new InvalidDataException(
          "there is no encoding '" + name + "'; there are UTF-8, UTF-16, ISO-8859-1, GB18030, ...",
          e);
    }
  }

  boolean isUtf8() {
    return encoding.equals(StandardCharsets.UTF_8);
  }

  /** Whether Java's decoder of the encoding drops a byte order mark itself. */
  boolean dropsByteOrderMark() {
    String name = encoding.name();
    return name.equals("UTF-16") || name.equals("UTF-32") || name.endsWith("-BOM");
  }
}
