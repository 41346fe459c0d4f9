package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Finds blocks of a table and updates their checksums, for tests that change the contents. */
final class TableBlocks {
  private static final int FOOTER_BYTES = 48;

  private TableBlocks() {}

  /** The first block ends where a byte of compression and a right checksum follow. */
  static int firstLength(byte[] table) {
    ByteBuffer buffer = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    for (int length = 8; length < table.length - 5; length++) {
      if (TableReader.MaskedCrc.of(buffer.slice(0, length + 1)) == buffer.getInt(length + 1)) {
        return length;
      }
    }
    throw new AssertionError("no block found");
  }

  /** Recomputes the first block's checksum. */
  static void seal(byte[] table, int length) {
    ByteBuffer buffer = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(length + 1, TableReader.MaskedCrc.of(buffer.slice(0, length + 1)));
  }

  /**
   * Whether this bit is one of the zeros after the footer's two handles, or the continuation bit of
   * the handles' last integer, which would include these zeros.
   */
  static boolean meansNothing(Path file, byte[] bytes, int at, int bit) {
    if (file.toString().contains(".data-")) {
      return false;
    }
    int footer = bytes.length - FOOTER_BYTES;
    int end = footer;
    for (int integers = 0; integers < 4; end++) {
      integers += bytes[end] >= 0 ? 1 : 0;
    }
    return at >= end && at < bytes.length - Long.BYTES || at == end - 1 && bit == 7;
  }
}
