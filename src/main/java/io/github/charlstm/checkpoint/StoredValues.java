package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** The values of one tensor, or of one slice of it, as they lie in a file. */
interface StoredValues {
  /**
   * Gives the values row-major in chunks of whole elements, little-endian, and checks them at the
   * end at the latest; so what the consumer made of them counts only if this method returns.
   *
   * @param consumer may move the chunk's position; the chunk is valid until it returns
   * @throws CheckpointException if the file cannot be read or is damaged
   */
  void stream(Consumer<ByteBuffer> consumer);

  /**
   * The values of a string tensor, row-major.
   *
   * @throws CheckpointException if the file cannot be read or is damaged
   */
  List<byte[]> strings();

  /**
   * Checks the values, whatever their type.
   *
   * @throws CheckpointException if the file cannot be read or is damaged
   */
  void verify();
}
