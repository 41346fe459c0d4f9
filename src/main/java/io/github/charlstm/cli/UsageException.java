package io.github.charlstm.cli;

/** The command line is wrong; the message names the flag, what was given and what is allowed. */
final class UsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
