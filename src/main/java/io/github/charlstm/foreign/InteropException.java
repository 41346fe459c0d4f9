package io.github.charlstm.foreign;

/**
 * A model of another program cannot be used. The message is one line for the person who reads it:
 * which file, what was expected, what was found, what to do.
 */
public final class InteropException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why the model cannot be used.
   *
   * @param message one line
   */
  public InteropException(String message) {
    super(printable(message));
  }

  /**
   * Says why the model cannot be used, and what was noticed first.
   *
   * @param message one line
   * @param cause what was noticed first
   */
  public InteropException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  // A damaged file's names may hold anything.
  private static String printable(String message) {
    return message.replaceAll("[\\p{Cntrl}\\x{2028}\\x{2029}\\x{85}]", "?");
  }

  /** What TensorFlow or the JDK said, in one line of bearable length. */
  static String firstLine(Throwable cause) {
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    String line = text.lines().findFirst().orElse("no reason given").strip();
    return line.length() <= 300 ? line : line.substring(0, 300) + "...";
  }
}
