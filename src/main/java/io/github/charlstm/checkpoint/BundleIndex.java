package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What an index file says: the data shards, and for each key where its bytes are.
 *
 * <p>The empty key holds the header. A key whose first byte is zero is one slice of a partitioned
 * variable; the variable itself has an entry without bytes.
 *
 * @param shards data files, in order; all exist
 * @param tensors entries that have a name, by name
 * @param slices entries of slices of partitioned variables, by {@link TensorSlice#key}
 */
record BundleIndex(
    List<Path> shards, SortedMap<String, Entry> tensors, SortedMap<String, Entry> slices) {
  private static final int FORMAT_VERSION = 1;
  private static final long LARGEST_INDEX = 1L << 28;
  // Elements: far more than any file holds, and safe to multiply with an element's size.
  private static final long LARGEST_TENSOR = 1L << 56;

  /** One entry, checked: its bytes lie inside of its shard. */
  record Entry(TensorInfo info, Path shard, BundleEntryProto proto) {
    boolean isPartitioned() {
      return proto.getSlicesCount() > 0;
    }
  }

  static BundleIndex read(Path prefix) {
    Path file = sibling(prefix, ".index");
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "checkpoint not found: expected " + file + "; give the path without .index");
    }
    SortedMap<String, BundleEntryProto> protos = new TreeMap<>();
    List<BundleHeaderProto> headers = new ArrayList<>();
    SortedTable.forEach(
        file,
        bytesOf(file),
        (key, value) -> {
          try {
            if (key.length == 0) {
              headers.add(BundleHeaderProto.parseFrom(value));
            } else {
              protos.put(text(key), BundleEntryProto.parseFrom(value));
            }
          } catch (InvalidProtocolBufferException e) {
            throw CheckpointException.damaged(
                file, "the entry \"" + printable(key) + "\" cannot be decoded");
          }
        });
    if (headers.size() != 1) {
      throw CheckpointException.damaged(file, "expected one header, found " + headers.size());
    }
    return checked(prefix, file, headers.get(0), protos);
  }

  // Keys of slices are binary, and must not be mixed up with each other.
  private static String text(byte[] key) {
    return new String(key, key[0] == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }

  private static byte[] bytesOf(Path file) {
    try {
      if (Files.size(file) > LARGEST_INDEX) {
        throw CheckpointException.damaged(
            file, "it has " + Files.size(file) + " bytes, at most " + LARGEST_INDEX + " expected");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CheckpointException.unreadable(file, e);
    }
  }

  private static BundleIndex checked(
      Path prefix,
      Path file,
      BundleHeaderProto header,
      SortedMap<String, BundleEntryProto> protos) {
    if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
      throw new CheckpointException(
          "checkpoint file " + file + " was written on a big-endian machine; it cannot be read");
    }
    if (header.getVersion().getMinConsumer() > FORMAT_VERSION) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s needs a reader of format %d; this one knows format %d",
              file, header.getVersion().getMinConsumer(), FORMAT_VERSION));
    }
    List<Path> shards = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < header.getNumShards(); i++) {
      Path shard = sibling(prefix, String.format(".data-%05d-of-%05d", i, header.getNumShards()));
      sizes.add(sizeOf(shard, prefix));
      shards.add(shard);
    }
    SortedMap<String, Entry> tensors = new TreeMap<>();
    SortedMap<String, Entry> slices = new TreeMap<>();
    protos.forEach(
        (name, proto) -> {
          Entry entry = entry(file, name, proto, shards, sizes);
          if (name.charAt(0) == 0) {
            slices.put(name, entry);
          } else {
            tensors.put(name, entry);
          }
        });
    return new BundleIndex(List.copyOf(shards), tensors, slices);
  }

  private static long sizeOf(Path shard, Path prefix) {
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

  private static Entry entry(
      Path file, String name, BundleEntryProto proto, List<Path> shards, List<Long> sizes) {
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
              "tensor %s needs bytes %d to %d, the file has %d",
              name, offset, offset + size, available));
    }
    TensorInfo info = new TensorInfo(name, proto.getDtype(), shape(file, name, proto.getShape()));
    Entry entry = new Entry(info, shards.get(shard), proto);
    long expected = ElementTypes.byteSize(info);
    if (!entry.isPartitioned() && expected != ElementTypes.VARIABLE && expected != size) {
      throw CheckpointException.damaged(
          file,
          String.format(
              "tensor %s of %s needs %d bytes, its entry says %d",
              name, info.typeAndShape(), expected, size));
    }
    return entry;
  }

  static Shape shape(Path file, String name, TensorShapeProto proto) {
    if (proto.getUnknownRank()) {
      throw CheckpointException.damaged(file, "tensor " + name + " has no rank");
    }
    long elements = 1;
    long[] dimensions = new long[proto.getDimCount()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = proto.getDim(i).getSize();
      if (dimensions[i] < 0 || elements * (double) dimensions[i] > LARGEST_TENSOR) {
        throw CheckpointException.damaged(
            file, "dimension " + i + " of tensor " + name + " is " + dimensions[i]);
      }
      elements *= dimensions[i];
    }
    return Shape.of(dimensions);
  }

  static Path sibling(Path prefix, String suffix) {
    Path name = prefix.getFileName();
    if (name == null || name.toString().isEmpty()) {
      throw new CheckpointException(
          "expected a checkpoint's path such as run/model.ckpt-100, found \"" + prefix + "\"");
    }
    return prefix.resolveSibling(name + suffix);
  }

  private static String printable(byte[] key) {
    return new String(key, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }
}
