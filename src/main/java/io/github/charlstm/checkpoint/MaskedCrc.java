package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of both formats: CRC-32C, rotated and plus a constant, so that bytes which contain a
 * checksum can have one too.
 */
final class MaskedCrc {
  private static final int MASK_DELTA = 0xa282ead8;

  private final CRC32C crc = new CRC32C();

  static int of(ByteBuffer bytes) {
    MaskedCrc sum = new MaskedCrc();
    sum.update(bytes.duplicate());
    return sum.value();
  }

  void update(ByteBuffer bytes) {
    crc.update(bytes);
  }

  int value() {
    int plain = (int) crc.getValue();
    return ((plain >>> 15) | (plain << 17)) + MASK_DELTA;
  }
}
