package io.github.charlstm.checkpoint;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A checkpoint that the user named cannot be used: it is missing, incomplete, damaged, or of
 * another graph. The message is one line and names the file.
 */
public final class CheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /** Without a cause. */
  public CheckpointException(String message) {
    this(message, "", null);
  }

  /** With the first failure. */
  public CheckpointException(String message, Throwable cause) {
    this(message, "", cause);
  }

  private CheckpointException(String problem, String advice, Throwable cause) {
    super(problem + advice, cause);
    this.problem = problem;
  }

  /** {@return the message without what to do about it} */
  public String problem() {
    return problem;
  }

  /** A message with the arguments of {@link String#format}. */
  static CheckpointException of(String format, Object... arguments) {
    return new CheckpointException(String.format(Locale.ROOT, format, arguments));
  }

  static CheckpointException damaged(Path file, String what) {
    return new CheckpointException(
        "checkpoint file " + file + " is damaged: " + what, "; use another checkpoint", null);
  }

  static CheckpointException unreadable(Path file, Exception cause) {
    return new CheckpointException(
        "cannot read checkpoint file " + file + ": " + cause.getClass().getSimpleName(), cause);
  }
}
