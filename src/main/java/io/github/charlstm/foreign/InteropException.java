package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A model of another program cannot be used. The message is one line: which file, what was
 * expected, what was found, what to do.
 */
public final class InteropException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Without a cause. */
  public InteropException(String message) {
    super(printable(message));
  }

  /** With the first failure. */
  public InteropException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  // Names in a damaged file may hold any character.
  private static String printable(String message) {
    return message.replaceAll("[\\p{Cntrl}\\x{2028}\\x{2029}\\x{85}]", "?");
  }

  /** A message with the arguments of {@link String#format}. */
  static InteropException of(String format, Object... arguments) {
    return new InteropException(String.format(Locale.ROOT, format, arguments));
  }

  /** Runs an action; errors that do not name the file get its name. */
  static <T> T named(String file, Supplier<T> action) {
    try {
      return action.get();
    } catch (InteropException | CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InteropException(file + " is damaged or cannot be used: " + firstLine(e), e);
    } catch (StackOverflowError e) {
      throw new InteropException(file + " is damaged: it is nested too deeply", e);
    }
  }

  /** The first line of the message of TensorFlow or the JDK, of at most 300 characters. */
  static String firstLine(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    String line = text.lines().findFirst().orElse("no reason given").strip();
    return line.length() <= 300 ? line : line.substring(0, 300) + "...";
  }
}
