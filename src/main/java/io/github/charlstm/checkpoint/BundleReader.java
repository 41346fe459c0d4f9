package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorSliceProto;

/**
 * Reads the index file of a V2 checkpoint: the data shards, and for each key where its bytes are.
 *
 * <p>The empty key holds the header. A key whose first byte is zero is one slice of a partitioned
 * variable ({@link SliceKey}); the variable itself has an entry without bytes, which lists its
 * slices.
 */
final class BundleReader {
  private static final int FORMAT_VERSION = 1;

  private final Path prefix;
  private final Path file;
  private final List<Path> shards = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private final SortedMap<String, BundleEntryProto> tensors = new TreeMap<>();
  // By key, one character a byte: the keys are no text.
  private final Map<String, BundleEntryProto> slices = new HashMap<>();
  private BundleHeaderProto header;

  private BundleReader(Path prefix, Path file) {
    this.prefix = prefix;
    this.file = file;
  }

  /**
   * The tensors by name. Every shard exists and is long enough; slices cover their tensor exactly.
   */
  static SortedMap<String, StoredTensor> read(Path prefix, Path file) {
    BundleReader index = new BundleReader(prefix, file);
    TableReader.forEach(
        file,
        (key, value, place) -> {
          try {
            if (key.length == 0) {
              index.header = BundleHeaderProto.parseFrom(value);
            } else if (key[0] == 0) {
              index.slices.put(SliceKey.asText(key), BundleEntryProto.parseFrom(value));
            } else {
              String name = new String(key, StandardCharsets.UTF_8);
              index.tensors.put(name, BundleEntryProto.parseFrom(value));
            }
          } catch (InvalidProtocolBufferException e) {
            throw CheckpointException.damaged(
                file, "the entry \"" + printable(key) + "\" cannot be decoded");
          }
        });
    index.checkHeader();
    return index.stored();
  }

  private void checkHeader() {
    if (header == null) {
      throw CheckpointException.damaged(file, "expected a header as its first entry, found none");
    }
    if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
      throw new CheckpointException(
          "checkpoint file " + file + " was written on a big-endian machine; it cannot be read");
    }
    if (header.getVersion().getMinConsumer() > FORMAT_VERSION) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s needs a reader of format %s; this one knows format %s",
              file, header.getVersion().getMinConsumer(), FORMAT_VERSION));
    }
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
      throw CheckpointException.damaged(
          file, "it has " + slices.size() + " slices that belong to no tensor");
    }
    return stored;
  }

  private StoredTensor tensor(String name, BundleEntryProto proto) {
    TensorInfo info = info(name, proto);
    List<StoredTensor.Part> parts = new ArrayList<>();
    if (proto.getSlicesCount() == 0) {
      TensorSlice whole = TensorSlice.whole(info.shape());
      return new StoredTensor(info, List.of(new StoredTensor.Part(whole, values(info, proto))));
    }
    for (TensorSliceProto sliceProto : proto.getSlicesList()) {
      TensorSlice slice = TensorSlice.of(file, info, sliceProto);
      BundleEntryProto entry = slices.remove(SliceKey.asText(SliceKey.of(name, sliceProto)));
      if (entry == null) {
        throw CheckpointException.damaged(
            file, "a slice of tensor " + name + " is missing, or is named twice");
      }
      TensorInfo found = info(name, entry);
      TensorInfo expected = new TensorInfo(name, info.dtype(), slice.shape());
      if (!found.equals(expected)) {
        throw CheckpointException.damaged(
            file,
            String.format(
                "a slice of tensor %s is %s, expected %s",
                name, found.typeAndShape(), expected.typeAndShape()));
      }
      parts.add(new StoredTensor.Part(slice, values(found, entry)));
    }
    TensorSlice.requireExactCover(
        file, info, parts.stream().map(StoredTensor.Part::slice).toList());
    return new StoredTensor(info, List.copyOf(parts));
  }

  private TensorInfo info(String name, BundleEntryProto proto) {
    return new TensorInfo(name, proto.getDtype(), DataTypes.shape(file, name, proto.getShape()));
  }

  private StoredValues values(TensorInfo info, BundleEntryProto proto) {
    String name = info.name();
    int shard = proto.getShardId();
    if (shard < 0 || shard >= shards.size()) {
      throw CheckpointException.damaged(
          file, "tensor " + name + " is said to be in shard " + shard + " of " + shards.size());
    }
    long offset = proto.getOffset();
    long size = proto.getSize();
    long available = sizes.get(shard);
    if (offset < 0 || size < 0 || offset > available || size > available - offset) {
      throw CheckpointException.damaged(
          shards.get(shard),
          String.format(
              "tensor %s needs bytes %s to %s, the file has %s",
              name, offset, offset + size, available));
    }
    long expected = DataTypes.byteSize(info);
    if (expected == DataTypes.VARIABLE ? size < info.shape().size() : size != expected) {
      throw CheckpointException.damaged(
          file,
          String.format(
              "tensor %s of %s needs %s bytes, its entry says %s",
              name, info.typeAndShape(), Math.max(expected, info.shape().size()), size));
    }
    return new BundleShard(info, shards.get(shard), offset, size, proto.getCrc32C());
  }

  private long sizeOf(Path shard) {
    if (!Files.isRegularFile(shard)) {
      throw new CheckpointException(
          "checkpoint " + prefix + " is incomplete: its file " + shard + " is missing");
    }
    try {
      return Files.size(shard);
    } catch (IOException e) {
      throw CheckpointException.unreadable(shard, e);
    }
  }

  private static String printable(byte[] key) {
    return new String(key, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}
