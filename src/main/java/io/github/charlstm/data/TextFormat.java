package io.github.charlstm.data;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Objects;

/**
 * How the bytes of a text are read (Python: {@code open(path, encoding=..., errors=...)}).
 *
 * @param encoding which bytes stand for which characters
 * @param onMalformed what is done with bytes that stand for none
 */
public record TextFormat(Charset encoding, OnMalformed onMalformed) {

  /** Strict UTF-8, the default. */
  public static final TextFormat UTF_8 = new TextFormat(StandardCharsets.UTF_8, OnMalformed.REPORT);

  /** What is done with bytes that are not text. */
  public enum OnMalformed {
    /** They are an error (Python: {@code errors="strict"}). */
    REPORT,
    /**
     * Each is read as U+FFFD (Python: {@code errors="replace"}), and so is each NUL, which Python
     * would let pass.
     */
    REPLACE
  }

  /**
   * Refuses null.
   *
   * @param encoding any that Java knows
   * @param onMalformed report or replace
   */
  public TextFormat {
    Objects.requireNonNull(encoding, "encoding");
    Objects.requireNonNull(onMalformed, "onMalformed");
  }

  /**
   * Finds an encoding by its name.
   *
   * @param name any that Java knows: {@code UTF-16}, {@code GB18030}, {@code windows-1252}
   * @return the encoding
   * @throws InvalidDataException if Java knows none of that name
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

  /** Whether the encoding's decoder itself looks for a byte order mark and takes it away. */
  boolean takesMarkAway() {
    String name = encoding.name();
    return name.equals("UTF-16") || name.equals("UTF-32") || name.endsWith("-BOM");
  }
}
