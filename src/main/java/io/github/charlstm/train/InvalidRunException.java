package io.github.charlstm.train;

/** A run cannot start or go on as it was asked to; the message says why and what to do. */
public final class InvalidRunException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Without a cause. */
  public InvalidRunException(String message) {
    super(message);
  }

  /** With the underlying failure. */
  public InvalidRunException(String message, Throwable cause) {
    super(message, cause);
  }
}
