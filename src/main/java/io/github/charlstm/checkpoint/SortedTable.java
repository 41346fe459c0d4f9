package io.github.charlstm.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * The table format of an index file (LevelDB's): blocks of sorted keys with shared prefixes, a
 * block that lists the blocks, and a footer of 48 bytes.
 *
 * <p>A block is followed by one byte of compression type and four bytes of masked checksum over
 * both. The footer is two block handles (offset and length as variable-length integers), padded to
 * 40 bytes, and the magic number.
 */
final class SortedTable {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int TRAILER_BYTES = 5;
  private static final int NO_COMPRESSION = 0;
  private static final int SNAPPY = 1;

  private final Path path;
  private final ByteBuffer file;

  private SortedTable(Path path, byte[] bytes) {
    this.path = path;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Gives every key and value in the file's order.
   *
   * @param path named in errors only
   * @param bytes the whole file
   * @param visitor takes key and value; keys are at most a few hundred bytes
   * @throws CheckpointException if anything is out of place
   */
  static void forEach(Path path, byte[] bytes, BiConsumer<byte[], ByteBuffer> visitor) {
    try {
      new SortedTable(path, bytes).read(visitor);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw CheckpointException.damaged(path, "a length in it points outside its block");
    }
  }

  private void read(BiConsumer<byte[], ByteBuffer> visitor) {
    int size = file.capacity();
    if (size < FOOTER_BYTES) {
      throw CheckpointException.damaged(
          path, "expected at least " + FOOTER_BYTES + " bytes, found " + size);
    }
    long magic = file.getLong(size - Long.BYTES);
    if (magic != MAGIC) {
      throw CheckpointException.damaged(
          path,
          String.format(
              "expected the index's magic number %016x in the last 8 bytes, found %016x",
              MAGIC, magic));
    }
    ByteBuffer footer = slice(size - FOOTER_BYTES, FOOTER_BYTES - Long.BYTES);
    block(footer); // the filter block's list: empty in a bundle, but its checksum is checked
    ByteBuffer blocks = block(footer);
    forEachInBlock(blocks, (key, handle) -> forEachInBlock(block(handle), visitor));
  }

  private ByteBuffer slice(int offset, int length) {
    return file.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Takes a handle from the buffer and gives the block it points at, checked. */
  private ByteBuffer block(ByteBuffer handle) {
    long offset = varint(handle);
    long length = varint(handle);
    long end = (long) file.capacity() - FOOTER_BYTES - TRAILER_BYTES;
    if (offset < 0 || length < 0 || offset > end || length > end - offset) {
      throw CheckpointException.damaged(
          path,
          "a block handle points at " + Long.toUnsignedString(offset) + ", outside of the file");
    }
    ByteBuffer sealed = slice((int) offset, (int) length + 1);
    int stored = file.getInt((int) (offset + length + 1));
    if (MaskedCrc.of(sealed) != stored) {
      throw CheckpointException.damaged(
          path, "the checksum of the block at " + offset + " differs");
    }
    byte compression = sealed.get((int) length);
    if (compression == SNAPPY) {
      throw new CheckpointException(
          "checkpoint file " + path + " is compressed with Snappy; only plain ones can be read");
    }
    if (compression != NO_COMPRESSION) {
      throw CheckpointException.damaged(path, "unknown block compression " + compression);
    }
    return slice((int) offset, (int) length);
  }

  /** A block: entries (shared, unshared, value length, key rest, value), restarts, their count. */
  private void forEachInBlock(ByteBuffer block, BiConsumer<byte[], ByteBuffer> visitor) {
    int restarts = block.getInt(block.capacity() - Integer.BYTES);
    long entriesEnd = block.capacity() - Integer.BYTES * (1L + Integer.toUnsignedLong(restarts));
    if (entriesEnd < 0) {
      throw CheckpointException.damaged(path, "a block counts " + restarts + " restart points");
    }
    ByteBuffer entries = block.limit((int) entriesEnd);
    byte[] key = new byte[0];
    while (entries.hasRemaining()) {
      int shared = length(entries);
      int unshared = length(entries);
      int valueLength = length(entries);
      if (shared > key.length) {
        throw CheckpointException.damaged(
            path, "the key after \"" + new String(key, StandardCharsets.UTF_8) + "\" is cut");
      }
      if (unshared > entries.remaining() || valueLength > entries.remaining() - unshared) {
        throw CheckpointException.damaged(path, "an entry is longer than its block");
      }
      key = Arrays.copyOf(key, shared + unshared);
      entries.get(key, shared, unshared);
      visitor.accept(key, entries.slice(entries.position(), valueLength));
      entries.position(entries.position() + valueLength);
    }
  }

  private int length(ByteBuffer buffer) {
    long value = varint(buffer);
    if (value < 0 || value > file.capacity()) {
      throw CheckpointException.damaged(path, "an entry is longer than the file");
    }
    return (int) value;
  }

  /** Seven bits a byte, lowest first; ten bytes at most. */
  private long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw CheckpointException.damaged(path, "an integer in it has no end");
  }
}
