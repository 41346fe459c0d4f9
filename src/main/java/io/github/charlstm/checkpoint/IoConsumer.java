package io.github.charlstm.checkpoint;

import java.io.IOException;

/**
 * A consumer that may fail on the disk.
 *
 * @param <T> what it takes
 */
@FunctionalInterface
public interface IoConsumer<T> {
  /**
   * Takes the value.
   *
   * @param value what to consume
   * @throws IOException if reading or writing fails
   */
  void accept(T value) throws IOException;
}
