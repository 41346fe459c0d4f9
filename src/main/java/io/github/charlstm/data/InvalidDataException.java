package io.github.charlstm.data;

import java.util.Locale;

/**
 * Thrown for data of the user that cannot be used. The message is one line for the user: what was
 * expected, what was found, where, and what to do.
 */
public final class InvalidDataException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Without a cause. */
  public InvalidDataException(String message) {
    super(message);
  }

  /** With the underlying failure. */
  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** {@return one whose message is that of {@link String#format}} */
  public static InvalidDataException of(String format, Object... arguments) {
    return new InvalidDataException(String.format(Locale.ROOT, format, arguments));
  }

  static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new InvalidDataException(what + " must be at least 1, found " + value);
    }
  }
}
