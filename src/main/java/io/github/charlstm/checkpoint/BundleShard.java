package io.github.charlstm.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.tensorflow.proto.DataType;

/**
 * Values in a data shard of the V2 format: plain bytes with a checksum.
 *
 * @param info the tensor, or one slice of it
 * @param shard the file
 * @param offset of the first byte
 * @param size in bytes
 * @param checksum masked
 */
record BundleShard(TensorInfo info, Path shard, long offset, long size, int checksum)
    implements StoredValues {
  // A multiple of every element size, so that no element is split between two chunks.
  private static final int CHUNK_BYTES = 1 << 20;

  @Override
  public void stream(Consumer<ByteBuffer> consumer) {
    MaskedCrc sum = new MaskedCrc();
    chunks(
        chunk -> {
          sum.update(chunk.duplicate());
          consumer.accept(chunk);
        });
    compare(sum.value());
  }

  @Override
  public void verify() {
    if (info.dtype() == DataType.DT_STRING) {
      compare(sumOfStrings().value());
    } else if (info.dtype() == DataType.DT_VARIANT) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s: tensor %s is a variant, which cannot be checked",
              shard, info.name()));
    } else {
      stream(chunk -> {});
    }
  }

  /**
   * Strings are stored as: lengths (variable-length integers), masked checksum of the lengths, all
   * bytes. The entry's checksum sees each length as four plain bytes (eight from 4 GiB on).
   */
  @Override
  public List<byte[]> strings() {
    StringSum sum = sumOfStrings();
    compare(sum.value());
    if (size > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          "checkpoint file " + shard + ": tensor " + info.name() + " is too large for one array");
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    stringBytes(all, sum);
    List<byte[]> strings = new ArrayList<>();
    for (long length : sum.lengths) {
      byte[] string = new byte[(int) length];
      all.get(string);
      strings.add(string);
    }
    return strings;
  }

  private void stringBytes(ByteBuffer all, StringSum sum) {
    chunks(all::put);
    all.flip();
    long text = sum.lengths.stream().mapToLong(Long::longValue).sum();
    long before = size - text;
    if (sum.lengths.stream().anyMatch(length -> length < 0 || length > size)
        || sum.lengths.size() != info.shape().size()
        || before < sum.lengths.size()) {
      throw CheckpointException.damaged(
          shard, "the strings of tensor " + info.name() + " do not fill their bytes");
    }
    all.position((int) before);
  }

  private StringSum sumOfStrings() {
    StringSum strings = new StringSum(info.shape().size());
    chunks(strings::accept);
    return strings;
  }

  private void chunks(Consumer<ByteBuffer> consumer) {
    try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.READ)) {
      long position = offset;
      long end = offset + size;
      ByteBuffer chunk =
          ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - position))
              .order(ByteOrder.LITTLE_ENDIAN);
      while (position < end) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
        position = fill(channel, chunk, position);
        consumer.accept(chunk.flip());
      }
    } catch (IOException e) {
      throw CheckpointException.unreadable(shard, e);
    }
  }

  /** Reads until the buffer is full; gives the position after the last byte. */
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

  private void compare(int found) {
    if (found != checksum) {
      throw CheckpointException.damaged(
          shard, "the checksum of tensor " + info.name() + " differs");
    }
  }

  /** The checksum of a string tensor, fed with its stored bytes in pieces of any size. */
  private static final class StringSum {
    private final MaskedCrc sum = new MaskedCrc();
    private final List<Long> lengths = new ArrayList<>();
    private final long elements;
    private long length;
    private int shift;

    StringSum(long elements) {
      this.elements = elements;
    }

    void accept(ByteBuffer bytes) {
      while (lengths.size() < elements && bytes.hasRemaining()) {
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
      lengths.add(length);
      length = 0;
      shift = 0;
    }

    int value() {
      return sum.value();
    }
  }
}
