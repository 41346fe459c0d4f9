package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointException;
import java.util.function.Supplier;

/**
 * Puts the file's name on errors that do not say it: a file that is odd enough can fail anywhere.
 */
final class Failures {
  private Failures() {}

  static <T> T named(String file, Supplier<T> action) {
    try {
      return action.get();
    } catch (InteropException | CheckpointException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InteropException(
          file + " is damaged or cannot be used: " + InteropException.firstLine(e), e);
    } catch (StackOverflowError e) {
      throw new InteropException(file + " is damaged: it is nested too deeply", e);
    }
  }
}
