package io.github.charlstm.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint that the user named cannot be used: it is missing, half there, damaged, or made for
 * another graph. The message is one line for the person who reads it and names the file.
 */
public final class CheckpointException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong with the files.
   *
   * @param message one line: which file, what was expected, what was found
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Says what is wrong with the files, and why.
   *
   * @param message one line: which file, what was expected, what was found
   * @param cause what was noticed first
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  static CheckpointException damaged(Path file, String what) {
    return new CheckpointException(
        "checkpoint file " + file + " is damaged: " + what + "; use another checkpoint");
  }

  static CheckpointException unreadable(Path file, Exception cause) {
    return new CheckpointException(
        "cannot read checkpoint file " + file + ": " + cause.getClass().getSimpleName(), cause);
  }
}
