package io.github.charlstm.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.tensorflow.proto.TensorSliceProto;
import org.tensorflow.proto.TensorSliceProto.Extent;

/**
 * The key under which a slice is stored: a zero, the tensor's name, the number of dimensions, and
 * each dimension's start and length (-1: the whole dimension), in an encoding whose bytes sort as
 * the values do (TensorFlow: {@code EncodeTensorNameSlice}, {@code OrderedCode}).
 */
final class SliceKey {
  private static final int WHOLE = -1;
  private static final int BITS_OF_A_BYTE = 7;

  private final ByteArrayOutputStream key = new ByteArrayOutputStream();

  private SliceKey() {}

  static byte[] of(String name, TensorSliceProto slice) {
    SliceKey key = new SliceKey();
    key.unsigned(0);
    key.text(name);
    key.unsigned(slice.getExtentCount());
    for (Extent extent : slice.getExtentList()) {
      key.signed(extent.getStart());
      key.signed(extent.hasLength() ? extent.getLength() : WHOLE);
    }
    return key.key.toByteArray();
  }

  /** A key that can be compared and hashed: one character a byte. */
  static String asText(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  /** The number of bytes, then these, highest first. */
  private void unsigned(int value) {
    int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 7) / Byte.SIZE;
    key.write(bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      key.write(value >>> i * Byte.SIZE);
    }
  }

  /** Bytes 00 and ff are each followed by the other; 00 01 ends the text. */
  private void text(String value) {
    for (byte next : value.getBytes(StandardCharsets.UTF_8)) {
      key.write(next);
      if (next == 0 || next == -1) {
        key.write(~next);
      }
    }
    key.write(0);
    key.write(1);
  }

  /**
   * Two's complement, highest byte first, in as few bytes as hold seven bits each less one for the
   * sign; as many highest bits as there are bytes are flipped (all of them from the sign on), which
   * tells the length.
   */
  private void signed(long value) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
    int length = bits / BITS_OF_A_BYTE + 1;
    byte sign = (byte) (value < 0 ? -1 : 0);
    ByteBuffer wide = ByteBuffer.allocate(2 + Long.BYTES).put(sign).put(sign).putLong(value);
    int header = 0xffff << 2 * Byte.SIZE - length;
    int from = wide.capacity() - length;
    wide.put(from, (byte) (wide.get(from) ^ header >>> Byte.SIZE));
    if (length > 1) {
      wide.put(from + 1, (byte) (wide.get(from + 1) ^ header));
    }
    key.write(wide.array(), from, length);
  }
}
