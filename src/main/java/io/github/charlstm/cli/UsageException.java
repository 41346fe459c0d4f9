package io.github.charlstm.cli;

import java.util.Locale;

/** The command line is wrong; the message names the flag, what was given and what is allowed. */
final class UsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  /** The arguments are formatted as by {@link String#format}. */
  UsageException(String format, Object... arguments) {
    super(String.format(Locale.ROOT, format, arguments));
  }
}
