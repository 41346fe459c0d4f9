package io.github.charlstm.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.tensorflow.proto.DataType;

/** Streams the bytes of one entry from its data shard and compares their checksum. */
final class ShardReader {
  // A multiple of every element size, so that no element is split between two chunks.
  private static final int CHUNK_BYTES = 1 << 20;

  private ShardReader() {}

  /**
   * Gives the bytes in chunks of whole elements, little-endian, and checks them at the end; so what
   * the consumer made of them counts only if this method returns.
   *
   * @throws CheckpointException if the file cannot be read or the checksum differs
   */
  static void stream(BundleIndex.Entry entry, Consumer<ByteBuffer> consumer) {
    MaskedCrc sum = new MaskedCrc();
    try (FileChannel channel = FileChannel.open(entry.shard(), StandardOpenOption.READ)) {
      long position = entry.proto().getOffset();
      long end = position + entry.proto().getSize();
      ByteBuffer chunk =
          ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - position))
              .order(ByteOrder.LITTLE_ENDIAN);
      while (position < end) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
        position = fill(channel, chunk, position);
        sum.update(chunk.flip());
        consumer.accept(chunk.rewind());
      }
    } catch (IOException e) {
      throw CheckpointException.unreadable(entry.shard(), e);
    }
    compare(entry, sum.value());
  }

  /** Checks the entry's bytes, whatever their type. */
  static void verify(BundleIndex.Entry entry) {
    if (entry.isPartitioned()) {
      return; // has no bytes of its own: its slices are entries too
    }
    DataType dtype = entry.info().dtype();
    if (dtype == DataType.DT_STRING) {
      verifyStrings(entry);
    } else if (dtype == DataType.DT_VARIANT) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s: tensor %s is a variant, which cannot be checked",
              entry.shard(), entry.info().name()));
    } else {
      stream(entry, chunk -> {});
    }
  }

  /**
   * Strings are stored as: lengths (variable-length integers), masked checksum of the lengths, all
   * bytes. The entry's checksum sees each length as four plain bytes (eight from 4 GiB on).
   */
  private static void verifyStrings(BundleIndex.Entry entry) {
    StringSum strings = new StringSum(entry.info().shape().size());
    try (FileChannel channel = FileChannel.open(entry.shard(), StandardOpenOption.READ)) {
      long position = entry.proto().getOffset();
      long end = position + entry.proto().getSize();
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - position));
      while (position < end) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
        position = fill(channel, chunk, position);
        strings.accept(chunk.flip());
      }
    } catch (IOException e) {
      throw CheckpointException.unreadable(entry.shard(), e);
    }
    compare(entry, strings.value());
  }

  private static long fill(FileChannel channel, ByteBuffer chunk, long from) throws IOException {
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

  private static void compare(BundleIndex.Entry entry, int found) {
    if (found != entry.proto().getCrc32C()) {
      throw CheckpointException.damaged(
          entry.shard(), "the checksum of tensor " + entry.info().name() + " differs");
    }
  }

  /** The checksum of a string tensor, fed with its stored bytes in pieces of any size. */
  private static final class StringSum {
    private final MaskedCrc sum = new MaskedCrc();
    private long lengthsLeft;
    private long length;
    private int shift;

    StringSum(long elements) {
      this.lengthsLeft = elements;
    }

    void accept(ByteBuffer bytes) {
      while (lengthsLeft > 0 && bytes.hasRemaining()) {
        byte next = bytes.get();
        length |= (long) (next & 0x7f) << shift;
        shift += 7;
        if (next >= 0) {
          addLength();
        }
      }
      sum.update(bytes);
    }

    private void addLength() {
      boolean isLong = length >>> Integer.SIZE != 0;
      ByteBuffer plain = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      plain.putLong(0, length).limit(isLong ? Long.BYTES : Integer.BYTES);
      sum.update(plain);
      lengthsLeft--;
      length = 0;
      shift = 0;
    }

    int value() {
      return sum.value();
    }
  }
}
