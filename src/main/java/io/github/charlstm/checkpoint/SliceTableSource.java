package io.github.charlstm.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SavedSlice;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorProto;

/**
 * A checkpoint of the V1 format (Python: {@code SaverDef.V1}, the default before TF 0.12): one
 * file, or several shards, each a table of slices of tensors. The files are held in memory.
 *
 * <p>The empty key holds names, types and shapes; each other key one slice, whose values stand in
 * the typed fields of a TensorProto without type and shape. Every block of the table has a
 * checksum, and all are compared on opening.
 */
final class SliceTableSource implements TensorSource {
  private static final long LARGEST_FILE = 1L << 30;

  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();
  private final Map<String, List<Stored>> slices = new HashMap<>();

  private record Stored(Path file, ByteBuffer saved) {}

  private SliceTableSource() {}

  static SliceTableSource open(List<Path> files) {
    SliceTableSource source = new SliceTableSource();
    files.forEach(source::add);
    source.tensors.keySet().forEach(name -> source.slices.computeIfAbsent(name, k -> List.of()));
    for (String name : source.slices.keySet()) {
      if (!source.tensors.containsKey(name)) {
        throw CheckpointException.damaged(
            source.slices.get(name).get(0).file(), "it lists no tensor " + name);
      }
    }
    return source;
  }

  private void add(Path file) {
    List<ByteBuffer> headers = new ArrayList<>();
    SortedTable.forEach(
        file,
        bytesOf(file),
        (key, value) -> {
          if (key.length == 0) {
            headers.add(value);
          } else {
            String name = slice(file, value).getName();
            slices.computeIfAbsent(name, k -> new ArrayList<>()).add(new Stored(file, value));
          }
        });
    if (headers.size() != 1) {
      throw CheckpointException.damaged(file, "expected one header, found " + headers.size());
    }
    for (SavedSliceMeta meta : parse(file, headers.get(0)).getMeta().getTensorList()) {
      if (meta.getName().isEmpty()) {
        throw CheckpointException.damaged(file, "it lists a tensor without a name");
      }
      Shape shape = BundleIndex.shape(file, meta.getName(), meta.getShape());
      TensorInfo info = new TensorInfo(meta.getName(), meta.getType(), shape);
      TensorInfo before = tensors.put(info.name(), info);
      if (before != null && !before.equals(info)) {
        throw CheckpointException.damaged(
            file, "tensor " + info.name() + " has another shape in another shard");
      }
    }
  }

  private static byte[] bytesOf(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new CheckpointException(
            "checkpoint file %s of format V1 has %d bytes; at most %d can be read"
                .formatted(file, Files.size(file), LARGEST_FILE));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CheckpointException.unreadable(file, e);
    }
  }

  private static SavedTensorSlices parse(Path file, ByteBuffer value) {
    try {
      return SavedTensorSlices.parseFrom(value.duplicate());
    } catch (InvalidProtocolBufferException e) {
      throw CheckpointException.damaged(file, "an entry cannot be decoded");
    }
  }

  private static SavedSlice slice(Path file, ByteBuffer value) {
    return parse(file, value).getData();
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public float[] floats(TensorInfo tensor) {
    float[] values = new float[length(tensor)];
    fill(tensor, values);
    return values;
  }

  @Override
  public long[] longs(TensorInfo tensor) {
    long[] values = new long[length(tensor)];
    fill(tensor, values);
    return values;
  }

  @Override
  public void verifyAll() {
    for (TensorInfo tensor : tensors.values()) {
      switch (tensor.dtype()) {
        case DT_FLOAT -> floats(tensor);
        case DT_INT64, DT_INT32 -> longs(tensor);
        default -> {} // its blocks' checksums held when the file was opened
      }
    }
  }

  // A value takes at least a byte, so a tensor is no longer than what is stored of it.
  private int length(TensorInfo tensor) {
    long stored = slices.get(tensor.name()).stream().mapToLong(s -> s.saved().remaining()).sum();
    if (tensor.shape().size() > stored) {
      throw new CheckpointException(
          "checkpoint: tensor %s of %s is not whole: only %d bytes are stored"
              .formatted(tensor.name(), tensor.typeAndShape(), stored));
    }
    return (int) tensor.shape().size();
  }

  private void fill(TensorInfo tensor, Object values) {
    BitSet filled = new BitSet();
    for (Stored stored : slices.get(tensor.name())) {
      SavedSlice saved = slice(stored.file(), stored.saved());
      Object part = values(saved.getData(), tensor.dtype());
      try {
        TensorSlice slice = TensorSlice.of(saved.getSlice(), tensor.shape());
        if (Array.getLength(part) != slice.elements()) {
          throw new IllegalArgumentException(
              "a slice of %d values has %d".formatted(slice.elements(), Array.getLength(part)));
        }
        slice.copy(part, values, tensor.shape(), filled);
      } catch (IllegalArgumentException e) {
        throw CheckpointException.damaged(
            stored.file(), "tensor " + tensor.name() + ": " + e.getMessage());
      }
    }
    if (filled.cardinality() != tensor.shape().size()) {
      throw new CheckpointException(
          "checkpoint: tensor %s of %s is not whole: %d of %d values are stored"
              .formatted(
                  tensor.name(),
                  tensor.typeAndShape(),
                  filled.cardinality(),
                  tensor.shape().size()));
    }
  }

  private static Object values(TensorProto data, DataType type) {
    return switch (type) {
      case DT_FLOAT -> {
        float[] values = new float[data.getFloatValCount()];
        for (int k = 0; k < values.length; k++) {
          values[k] = data.getFloatVal(k);
        }
        yield values;
      }
      case DT_INT64 -> data.getInt64ValList().stream().mapToLong(Long::longValue).toArray();
      default -> data.getIntValList().stream().mapToLong(Integer::longValue).toArray();
    };
  }
}
