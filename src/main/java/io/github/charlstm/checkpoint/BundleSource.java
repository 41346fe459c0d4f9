package io.github.charlstm.checkpoint;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorSliceProto;

/** A checkpoint of the V2 format: an index, and data files that are read when asked for. */
final class BundleSource implements TensorSource {
  private final Path prefix;
  private final BundleIndex index;
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  BundleSource(Path prefix) {
    this.prefix = prefix;
    this.index = BundleIndex.read(prefix);
    index.tensors().forEach((name, entry) -> tensors.put(name, entry.info()));
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public float[] floats(TensorInfo tensor) {
    return whole(tensor, float[].class, BundleSource::floats);
  }

  @Override
  public long[] longs(TensorInfo tensor) {
    return whole(tensor, long[].class, BundleSource::longs);
  }

  @Override
  public void verifyAll() {
    index.tensors().values().forEach(ShardReader::verify);
    index.slices().values().forEach(ShardReader::verify);
  }

  private <T> T whole(TensorInfo tensor, Class<T> type, Function<BundleIndex.Entry, T> values) {
    BundleIndex.Entry entry = index.tensors().get(tensor.name());
    if (!entry.isPartitioned()) {
      return values.apply(entry);
    }
    long stored = 0;
    for (TensorSliceProto proto : entry.proto().getSlicesList()) {
      stored += slice(entry, proto).info().shape().size();
    }
    if (stored != tensor.shape().size()) {
      throw notWhole(tensor, stored);
    }
    T whole = type.cast(Array.newInstance(type.getComponentType(), (int) tensor.shape().size()));
    BitSet filled = new BitSet();
    for (TensorSliceProto proto : entry.proto().getSlicesList()) {
      BundleIndex.Entry part = slice(entry, proto);
      try {
        TensorSlice place = TensorSlice.of(proto, tensor.shape());
        if (place.elements() != part.info().shape().size()) {
          throw new IllegalArgumentException("a slice of shape " + part.info().shape());
        }
        place.copy(values.apply(part), whole, tensor.shape(), filled);
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            "checkpoint %s: tensor %s of %s has %s"
                .formatted(prefix, tensor.name(), tensor.typeAndShape(), e.getMessage()));
      }
    }
    if (filled.cardinality() != tensor.shape().size()) {
      throw notWhole(tensor, filled.cardinality());
    }
    return whole;
  }

  private BundleIndex.Entry slice(BundleIndex.Entry entry, TensorSliceProto proto) {
    BundleIndex.Entry part = index.slices().get(TensorSlice.key(entry.info().name(), proto));
    if (part == null || part.info().dtype() != entry.info().dtype()) {
      throw new CheckpointException(
          "checkpoint %s: a slice of tensor %s is missing".formatted(prefix, entry.info().name()));
    }
    return part;
  }

  private CheckpointException notWhole(TensorInfo tensor, long stored) {
    return new CheckpointException(
        "checkpoint %s: tensor %s of %s is not whole: its slices hold %d of %d values"
            .formatted(
                prefix, tensor.name(), tensor.typeAndShape(), stored, tensor.shape().size()));
  }

  private static float[] floats(BundleIndex.Entry entry) {
    FloatBuffer values = FloatBuffer.allocate((int) entry.info().shape().size());
    ShardReader.stream(entry, chunk -> values.put(chunk.asFloatBuffer()));
    return values.array();
  }

  private static long[] longs(BundleIndex.Entry entry) {
    LongBuffer values = LongBuffer.allocate((int) entry.info().shape().size());
    Consumer<ByteBuffer> wide = chunk -> values.put(chunk.asLongBuffer());
    Consumer<ByteBuffer> narrow =
        chunk -> {
          while (chunk.hasRemaining()) {
            values.put(chunk.getInt());
          }
        };
    ShardReader.stream(entry, entry.info().dtype() == DataType.DT_INT64 ? wide : narrow);
    return values.array();
  }
}
