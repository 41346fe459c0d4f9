package io.github.charlstm.data;

/**
 * Data that the user gave cannot be used. The message is one line for that user: what was expected,
 * what was found, where, and what to do.
 */
public final class InvalidDataException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line for the user
   */
  public InvalidDataException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one line for the user
   * @param cause what failed underneath
   */
  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
