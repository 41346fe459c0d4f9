package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;

/**
 * Reads the index file of a V2 checkpoint: the data shards, and for each key where its bytes are.
 *
 * <p>The empty key holds the header. A key whose first byte is zero is one slice of a partitioned
 * variable ({@link TensorSlice#key}); the variable itself has an entry without bytes, which lists
 * its slices.
 */
final class BundleReader {
  private static final int FORMAT_VERSION = 1;

  private final Path prefix;
  private final Path file;
  private final List<Path> shards = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private final SortedMap<String, BundleEntryProto> tensors = new TreeMap<>();
  // By TensorSlice.key
  private final Map<String, BundleEntryProto> slices = new HashMap<>();
  private BundleHeaderProto header;

  private BundleReader(Path prefix, Path file) {
    this.prefix = prefix;
    this.file = file;
  }

  /** The tensors by name. Every shard exists, long enough; slices cover their tensor exactly. */
  static SortedMap<String, StoredTensor> read(Path prefix, Path file) {
    BundleReader index = new BundleReader(prefix, file);
    TableReader.forEach(
        file,
        (key, value, place) -> {
          try {
            if (key.length == 0) {
              index.header = BundleHeaderProto.parseFrom(value);
            } else if (key[0] == 0) {
              index.slices.put(TensorSlice.keyText(key), BundleEntryProto.parseFrom(value));
            } else {
              String name = new String(key, StandardCharsets.UTF_8);
              index.tensors.put(name, BundleEntryProto.parseFrom(value));
            }
          } catch (InvalidProtocolBufferException e) {
            String name = new String(key, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
            throw index.damaged("the entry \"%s\" cannot be decoded", name);
          }
        });
    index.checkHeader();
    return index.stored();
  }

  private CheckpointException damaged(String format, Object... arguments) {
    return CheckpointException.damaged(file, String.format(Locale.ROOT, format, arguments));
  }

  private void checkHeader() {
    if (header == null) {
      throw damaged("expected a header as its first entry, found none");
    }
    if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
      throw CheckpointException.of(
          "checkpoint file %s was written on a big-endian machine; it cannot be read", file);
    }
    CheckpointFiles.requireFormat(file, header.getVersion(), FORMAT_VERSION);
    for (int i = 0; i < header.getNumShards(); i++) {
      Path shard =
          CheckpointFiles.sibling(
              prefix, String.format(Locale.ROOT, ".data-%05d-of-%05d", i, header.getNumShards()));
      sizes.add(sizeOf(shard));
      shards.add(shard);
    }
  }

  private SortedMap<String, StoredTensor> stored() {
    SortedMap<String, StoredTensor> stored = new TreeMap<>();
    tensors.forEach((name, proto) -> stored.put(name, tensor(name, proto)));
    if (!slices.isEmpty()) {
      throw damaged("it has %s slices that belong to no tensor", slices.size());
    }
    return stored;
  }

  private StoredTensor tensor(String name, BundleEntryProto proto) {
    TensorInfo info = info(name, proto);
    if (proto.getSlicesCount() == 0) {
      return StoredTensor.whole(info, values(info, proto));
    }
    return StoredTensor.ofSlices(
        file,
        info,
        proto.getSlicesList(),
        slices,
        (slice, entry, sliceProto) -> {
          TensorInfo found = info(name, entry);
          if (!found.equals(slice)) {
            throw damaged(
                "a slice of tensor %s is %s, expected %s",
                name, found.typeAndShape(), slice.typeAndShape());
          }
          return values(found, entry);
        });
  }

  private TensorInfo info(String name, BundleEntryProto proto) {
    return new TensorInfo(name, proto.getDtype(), DataTypes.shape(file, name, proto.getShape()));
  }

  private Shard values(TensorInfo info, BundleEntryProto proto) {
    String name = info.name();
    int shard = proto.getShardId();
    if (shard < 0 || shard >= shards.size()) {
      throw damaged("tensor %s is listed in shard %s of %s", name, shard, shards.size());
    }
    long offset = proto.getOffset();
    long size = proto.getSize();
    long available = sizes.get(shard);
    if (offset < 0 || size < 0 || offset > available || size > available - offset) {
      throw CheckpointException.damaged(
          shards.get(shard),
          "tensor %s needs bytes %s to %s, the file has %s"
              .formatted(name, offset, offset + size, available));
    }
    int width = DataTypes.bytesPerElement(info.dtype());
    long least = info.shape().size() * Math.max(1, width);
    if (width == DataTypes.VARIABLE ? size < least : size != least) {
      throw damaged(
          "tensor %s of %s needs %s bytes, its entry has %s",
          name, info.typeAndShape(), least, size);
    }
    return new Shard(info, shards.get(shard), offset, size, proto.getCrc32C());
  }

  private long sizeOf(Path shard) {
    if (!Files.isRegularFile(shard)) {
      throw CheckpointFiles.incomplete(prefix, shard);
    }
    try {
      return Files.size(shard);
    } catch (IOException e) {
      throw CheckpointException.unreadable(shard, e);
    }
  }

  /** Values of a tensor or a slice in a data shard: plain bytes with a masked checksum. */
  private record Shard(TensorInfo info, Path shard, long offset, long size, int checksum)
      implements StoredTensor.Values {
    // A multiple of every element size, so that no element is split between two chunks.
    private static final int CHUNK_BYTES = 1 << 20;

    @Override
    public void stream(Consumer<ByteBuffer> consumer) {
      TableReader.MaskedCrc sum = new TableReader.MaskedCrc();
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
        compare(sumOfStrings().sum.value());
      } else if (info.dtype() == DataType.DT_VARIANT) {
        throw CheckpointException.of(
            "checkpoint file %s: tensor %s is a variant, which cannot be checked",
            shard, info.name());
      } else {
        stream(chunk -> {});
      }
    }

    /**
     * Strings are stored as: lengths (variable-length integers), masked checksum of the lengths,
     * all bytes. The entry's checksum is over each length as four plain bytes (eight from 4 GiB
     * on).
     */
    @Override
    public List<byte[]> strings() {
      StringSum sum = sumOfStrings();
      compare(sum.sum.value());
      if (size > Integer.MAX_VALUE - 8) {
        throw CheckpointException.of(
            "checkpoint file %s: tensor %s is too large for one array", shard, info.name());
      }
      ByteBuffer all = ByteBuffer.allocate((int) size);
      chunks(all::put);
      long text = sum.lengths.stream().mapToLong(Long::longValue).sum();
      long before = size - text;
      if (sum.lengths.stream().anyMatch(length -> length < 0 || length > size)
          || sum.lengths.size() != info.shape().size()
          || before < sum.lengths.size()) {
        throw CheckpointException.damaged(
            shard, "the strings of tensor %s do not fill their bytes".formatted(info.name()));
      }
      all.position((int) before);
      List<byte[]> strings = new ArrayList<>();
      for (long length : sum.lengths) {
        byte[] string = new byte[(int) length];
        all.get(string);
        strings.add(string);
      }
      return strings;
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
          position = TableReader.fill(channel, chunk, position);
          consumer.accept(chunk.flip());
        }
      } catch (IOException e) {
        throw CheckpointException.unreadable(shard, e);
      }
    }

    private void compare(int found) {
      if (found != checksum) {
        throw CheckpointException.damaged(
            shard, "the checksum of tensor %s differs".formatted(info.name()));
      }
    }

    /** The checksum of a string tensor, computed from its stored bytes in pieces of any size. */
    private static final class StringSum {
      private final TableReader.MaskedCrc sum = new TableReader.MaskedCrc();
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
    }
  }
}
