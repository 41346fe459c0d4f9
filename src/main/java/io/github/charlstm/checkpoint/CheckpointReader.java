package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tensorflow.proto.DataType;

/**
 * Reads a checkpoint of the V2 format (Python: {@code tf.train.NewCheckpointReader}) without
 * TensorFlow's native library.
 *
 * <p>Opening reads the index and checks it against its checksums and against the data files' sizes;
 * values are read when asked for, and only handed out if their checksum agrees. No file stays open,
 * so there is nothing to close.
 *
 * <p>Every method reports damage as {@link CheckpointException} and never by another exception.
 */
public final class CheckpointReader {
  private final Path prefix;
  private final BundleIndex index;
  private final SortedMap<String, TensorInfo> tensors;

  private CheckpointReader(Path prefix, BundleIndex index) {
    this.prefix = prefix;
    this.index = index;
    SortedMap<String, TensorInfo> infos = new TreeMap<>();
    index.tensors().forEach((name, entry) -> infos.put(name, entry.info()));
    this.tensors = Collections.unmodifiableSortedMap(infos);
  }

  /**
   * Opens the checkpoint made of {@code prefix.index} and {@code prefix.data-00000-of-00001} (or
   * more shards).
   *
   * @param prefix path without these endings, such as {@code run/model.ckpt-100}
   * @throws CheckpointException if a file is missing, damaged or of a kind that is not supported
   */
  public static CheckpointReader open(Path prefix) {
    return new CheckpointReader(prefix, BundleIndex.read(prefix));
  }

  /** The path given to {@link #open}. */
  public Path prefix() {
    return prefix;
  }

  /** All tensors by name, in the order of the names; unmodifiable. */
  public SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  /** Whether a tensor of this name is in the checkpoint (Python: {@code has_tensor}). */
  public boolean hasTensor(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The values of a float32 tensor in row-major order (Python: {@code get_tensor}).
   *
   * @throws CheckpointException if the name is missing, the type is another, or the bytes are
   *     damaged
   */
  public float[] readFloats(String name) {
    BundleIndex.Entry entry = find(name, "float32", DataType.DT_FLOAT);
    FloatBuffer values = FloatBuffer.allocate(elements(entry));
    ShardReader.stream(entry, chunk -> values.put(chunk.asFloatBuffer()));
    return values.array();
  }

  /**
   * The values of an int64 or int32 tensor in row-major order.
   *
   * @throws CheckpointException if the name is missing, the type is another, or the bytes are
   *     damaged
   */
  public long[] readLongs(String name) {
    BundleIndex.Entry entry = find(name, "int64 or int32", DataType.DT_INT64, DataType.DT_INT32);
    LongBuffer values = LongBuffer.allocate(elements(entry));
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

  /**
   * Reads every tensor's bytes and compares their checksums; needs about a megabyte of memory
   * whatever the size of the checkpoint.
   *
   * @throws CheckpointException for the first tensor that is damaged
   */
  public void verifyAll() {
    index.tensors().values().forEach(ShardReader::verify);
    index.slices().forEach(ShardReader::verify);
  }

  private BundleIndex.Entry find(String name, String expected, DataType... types) {
    BundleIndex.Entry entry = index.tensors().get(name);
    if (entry == null) {
      throw new CheckpointException("checkpoint " + prefix + " has no tensor named " + name);
    }
    if (!List.of(types).contains(entry.info().dtype())) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s: expected tensor %s to be %s, found %s",
              prefix, name, expected, entry.info().typeAndShape()));
    }
    if (entry.isPartitioned()) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s: tensor %s is stored in %d slices, which cannot be read",
              prefix, name, entry.proto().getSlicesCount()));
    }
    return entry;
  }

  private int elements(BundleIndex.Entry entry) {
    long elements = entry.info().shape().size();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s: tensor %s has %d elements, too many for one array",
              prefix, entry.info().name(), elements));
    }
    return (int) elements;
  }
}
