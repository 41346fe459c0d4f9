package io.github.charlstm.train;

/** A run cannot start or go on as it was asked to; the message says why and what to do. */
public final class InvalidRunException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why the run cannot begin or go on.
   *
   * @param message one line: what was found and what to do
   */
  public InvalidRunException(String message) {
    super(message);
  }

  /**
   * Says why the run cannot begin or go on, and what was noticed first.
   *
   * @param message one line: what was found and what to do
   * @param cause what was noticed first
   */
  public InvalidRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
