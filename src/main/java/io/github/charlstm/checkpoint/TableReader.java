package io.github.charlstm.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * The table format of a V2 index file and of a V1 checkpoint (LevelDB's): blocks of sorted keys
 * with shared prefixes, a block that lists the blocks, and a footer of 48 bytes.
 *
 * <p>A block is followed by one byte of compression type and four bytes of masked checksum over
 * both. The footer is two block handles (offset and length as variable-length integers), padded to
 * 40 bytes, and the magic number.
 */
final class TableReader {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;
  private static final int TRAILER_BYTES = 5;
  private static final int NO_COMPRESSION = 0;
  private static final int SNAPPY = 1;

  // A tensor's values lie in one block in the V1 format; an array holds no more.
  private static final long LARGEST_BLOCK = Integer.MAX_VALUE - 64;

  private static final int LONGEST_KEY = 1 << 20;

  private final Path path;
  private final FileChannel file;
  private final long size;
  private byte[] lastKey;

  @FunctionalInterface
  interface Visitor {
    /** The key has at most a few hundred bytes; the value is valid until the method returns. */
    void visit(byte[] key, ByteBuffer value, Place place);
  }

  /** Where a block is; its trailer is not counted. */
  record Handle(long offset, long length) {}

  /** A value's place in its block. */
  record Place(Handle block, int start, int length) {}

  private TableReader(Path path, FileChannel file) throws IOException {
    this.path = path;
    this.file = file;
    this.size = file.size();
  }

  /**
   * Visits every key and value in the file's order. A block's checksum is checked before its
   * entries are visited; one block is in memory at a time.
   */
  static void forEach(Path path, Visitor visitor) {
    open(
        path,
        table -> {
          table.read(visitor);
          return path;
        });
  }

  /** Reads one value again, its block's checksum checked. */
  static ByteBuffer read(Path path, Place place) {
    return open(path, table -> table.block(place.block()).slice(place.start(), place.length()));
  }

  private interface Task<T> {
    T run(TableReader table) throws IOException;
  }

  private static <T> T open(Path path, Task<T> task) {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return task.run(new TableReader(path, file));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw CheckpointException.damaged(
          path, "an integer in it has no end or points outside its block");
    } catch (IOException e) {
      throw CheckpointException.unreadable(path, e);
    }
  }

  private void read(Visitor visitor) throws IOException {
    if (size < FOOTER_BYTES) {
      throw damaged("expected at least %s bytes, found %s", FOOTER_BYTES, size);
    }
    ByteBuffer footer = bytes(size - FOOTER_BYTES, FOOTER_BYTES);
    long magic = footer.getLong(FOOTER_BYTES - Long.BYTES);
    if (magic != MAGIC) {
      throw damaged(
          "expected a checkpoint's magic number %016x in the last 8 bytes, found %016x",
          MAGIC, magic);
    }
    footer.limit(FOOTER_BYTES - Long.BYTES);
    // the list of filters is empty in a checkpoint, but its checksum is checked
    block(handle(footer));
    List<Handle> handles = new ArrayList<>();
    forEachInBlock(handle(footer), (key, value, place) -> handles.add(handle(value)));
    lastKey = null;
    for (Handle handle : handles) {
      forEachInBlock(handle, visitor);
    }
  }

  private CheckpointException damaged(String format, Object... arguments) {
    return CheckpointException.damaged(path, String.format(Locale.ROOT, format, arguments));
  }

  private ByteBuffer bytes(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, bytes, offset);
    return bytes.flip();
  }

  /** Reads until the buffer is full; returns the position after the last byte. */
  static long fill(FileChannel channel, ByteBuffer chunk, long from) throws IOException {
    long position = from;
    while (chunk.hasRemaining()) {
      int read = channel.read(chunk, position);
      if (read < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
      position += read;
    }
    return position;
  }

  private static Handle handle(ByteBuffer buffer) {
    return new Handle(varint(buffer), varint(buffer));
  }

  /** The block's bytes, checked and unpacked. */
  private ByteBuffer block(Handle handle) throws IOException {
    long offset = handle.offset();
    long length = handle.length();
    long end = size - FOOTER_BYTES - TRAILER_BYTES;
    if (offset < 0 || length < 0 || offset > end || length > end - offset) {
      throw damaged("a block handle points to %s, after its end", Long.toUnsignedString(offset));
    }
    if (length > LARGEST_BLOCK) {
      throw CheckpointException.of(
          "checkpoint file %s has a block of %s bytes, too many for an array", path, length);
    }
    ByteBuffer block = bytes(offset, (int) length + TRAILER_BYTES);
    if (MaskedCrc.of(block.slice(0, (int) length + 1)) != block.getInt((int) length + 1)) {
      throw damaged("the checksum of the block at %s differs", offset);
    }
    byte compression = block.get((int) length);
    ByteBuffer stored = block.slice(0, (int) length);
    return switch (compression) {
      case NO_COMPRESSION -> stored.order(ByteOrder.LITTLE_ENDIAN);
      case SNAPPY -> ByteBuffer.wrap(Snappy.unpack(stored)).order(ByteOrder.LITTLE_ENDIAN);
      default -> throw damaged("unknown block compression %s", compression);
    };
  }

  /** A block: entries (shared, unshared, value length, key rest, value), restarts, their count. */
  private void forEachInBlock(Handle handle, Visitor visitor) throws IOException {
    ByteBuffer block = block(handle);
    int restarts = block.getInt(block.capacity() - Integer.BYTES);
    long entriesEnd = block.capacity() - Integer.BYTES * (1L + Integer.toUnsignedLong(restarts));
    if (entriesEnd < 0) {
      throw damaged("a block has %s restart points", restarts);
    }
    ByteBuffer entries = block.limit((int) entriesEnd);
    byte[] key = new byte[0];
    while (entries.hasRemaining()) {
      int shared = length(entries);
      int unshared = length(entries);
      int valueLength = length(entries);
      if (shared > key.length) {
        throw damaged(
            "the key after \"%s\" is incomplete", new String(key, StandardCharsets.UTF_8));
      }
      if (unshared > entries.remaining() || valueLength > entries.remaining() - unshared) {
        throw damaged("an entry is longer than its block");
      }
      if (unshared > LONGEST_KEY - shared) {
        throw damaged("a key is longer than %s bytes", LONGEST_KEY);
      }
      key = Arrays.copyOf(key, shared + unshared);
      entries.get(key, shared, unshared);
      if (lastKey != null && Arrays.compareUnsigned(lastKey, key) >= 0) {
        throw damaged("its keys are out of order");
      }
      lastKey = key;
      int at = entries.position();
      visitor.visit(key, entries.slice(at, valueLength), new Place(handle, at, valueLength));
      entries.position(at + valueLength);
    }
  }

  private int length(ByteBuffer buffer) {
    long value = varint(buffer);
    if (value < 0 || value > LARGEST_BLOCK) {
      throw damaged("an entry is longer than any block");
    }
    return (int) value;
  }

  /** Seven bits a byte, lowest first; ten bytes at most. */
  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("an integer without end");
  }

  /**
   * The checksum of both formats: CRC-32C, rotated and plus a constant, so that bytes which contain
   * a checksum can have one too.
   */
  static final class MaskedCrc {
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

  /**
   * Decompresses the Snappy format, which TensorFlow 0.x allowed in checkpoints.
   *
   * <p>Why not a library: those for Java use native code or {@code sun.misc.Unsafe}, which crashed
   * processes on damaged input and is being removed from the JDK.
   */
  static final class Snappy {
    // The most bytes that an element of three bytes can copy: the bound of the compression ratio.
    private static final int LONGEST_COPY = 64;
    private static final int SHORT_LITERALS = 60;

    private Snappy() {}

    /**
     * Reads the length (a variable-length integer) and the elements: literal bytes, or copies of
     * bytes before them. Damage is a BufferUnderflowException or an IndexOutOfBoundsException.
     */
    static byte[] unpack(ByteBuffer packed) {
      long length = varint(packed);
      long most = Math.min(LARGEST_BLOCK, LONGEST_COPY * (long) packed.remaining());
      if (length < 0 || length > most) {
        throw new IndexOutOfBoundsException("a length that the stream cannot have");
      }
      ByteBuffer plain = ByteBuffer.allocate((int) length);
      while (packed.hasRemaining()) {
        int tag = packed.get() & 0xff;
        switch (tag & 3) {
          case 0 -> literal(packed, tag >>> 2, plain);
          case 1 ->
              copy(plain, 4 + (tag >>> 2 & 7), (tag >>> 5) << Byte.SIZE | packed.get() & 0xff);
          case 2 -> copy(plain, 1 + (tag >>> 2), number(packed, 2));
          default -> copy(plain, 1 + (tag >>> 2), number(packed, 4));
        }
      }
      if (plain.hasRemaining()) {
        throw new BufferUnderflowException();
      }
      return plain.array();
    }

    /** A size of 60 or more is 59 plus the number of bytes of the length that follows. */
    private static void literal(ByteBuffer packed, int size, ByteBuffer plain) {
      long length = 1L + (size < SHORT_LITERALS ? size : number(packed, size - SHORT_LITERALS + 1));
      if (length > plain.remaining()) {
        throw new IndexOutOfBoundsException("a literal is too long");
      }
      packed.get(plain.array(), plain.position(), (int) length);
      plain.position(plain.position() + (int) length);
    }

    /** The copy may overlap its source: a short pattern repeats. */
    private static void copy(ByteBuffer plain, int length, long distance) {
      if (distance <= 0 || distance > plain.position() || length > plain.remaining()) {
        throw new IndexOutOfBoundsException("a copy points outside");
      }
      for (int i = 0; i < length; i++) {
        plain.put(plain.get(plain.position() - (int) distance));
      }
    }

    private static long number(ByteBuffer packed, int bytes) {
      long value = 0;
      for (int i = 0; i < bytes; i++) {
        value |= (packed.get() & 0xffL) << i * Byte.SIZE;
      }
      return value;
    }
  }
}
