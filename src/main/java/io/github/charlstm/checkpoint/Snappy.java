package io.github.charlstm.checkpoint;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Decompresses the Snappy format, which TensorFlow 0.x allowed in checkpoints.
 *
 * <p>Why not a library: those for Java use native code or {@code sun.misc.Unsafe}, which crashed
 * processes on damaged input and is being removed from the JDK.
 */
final class Snappy {
  // The most bytes that an element of three bytes can copy: the bound of the compression ratio.
  private static final int LONGEST_COPY = 64;
  private static final int SHORT_LITERALS = 60;

  private final ByteBuffer packed;
  private final byte[] plain;
  private int position;

  private Snappy(ByteBuffer packed, int length) {
    this.packed = packed;
    this.plain = new byte[length];
  }

  /**
   * Reads the length (a variable-length integer) and the elements: literal bytes, or copies of
   * bytes before them.
   *
   * @throws BufferUnderflowException or IndexOutOfBoundsException if the stream is damaged
   */
  static byte[] unpack(ByteBuffer packed) {
    long length = littleEndianBase128(packed);
    if (length > LONGEST_COPY * (long) packed.remaining() || length > Integer.MAX_VALUE - 64) {
      throw new IndexOutOfBoundsException("a length that the stream cannot have");
    }
    Snappy snappy = new Snappy(packed, (int) length);
    while (packed.hasRemaining()) {
      snappy.element();
    }
    if (snappy.position < length) {
      throw new BufferUnderflowException();
    }
    return snappy.plain;
  }

  private void element() {
    int tag = packed.get() & 0xff;
    switch (tag & 3) {
      case 0 -> literal(tag >>> 2);
      case 1 -> copy(4 + (tag >>> 2 & 7), (tag >>> 5) << Byte.SIZE | packed.get() & 0xff);
      case 2 -> copy(1 + (tag >>> 2), number(2));
      default -> copy(1 + (tag >>> 2), number(4));
    }
  }

  /** A size of 60 or more is 59 plus the number of bytes of the length that follows. */
  private void literal(int size) {
    long length = 1L + (size < SHORT_LITERALS ? size : number(size - SHORT_LITERALS + 1));
    if (length > plain.length - position) {
      throw new IndexOutOfBoundsException("a literal is too long");
    }
    packed.get(plain, position, (int) length);
    position += (int) length;
  }

  /** The copy may overlap its source: a short pattern repeats. */
  private void copy(int length, long distance) {
    if (distance <= 0 || distance > position || length > plain.length - position) {
      throw new IndexOutOfBoundsException("a copy points outside");
    }
    for (int i = 0; i < length; i++, position++) {
      plain[position] = plain[position - (int) distance];
    }
  }

  private long number(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (packed.get() & 0xffL) << i * Byte.SIZE;
    }
    return value;
  }

  private static long littleEndianBase128(ByteBuffer packed) {
    long value = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      byte next = packed.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("a length without end");
  }
}
