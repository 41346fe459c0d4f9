package io.github.charlstm.checkpoint;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Reads a checkpoint of the V2 format (a bundle of one or more shards) or of the older V1 format,
 * without the C library's reader (Python: {@code tf.train.NewCheckpointReader}).
 *
 * <p>The format follows from the files. Partitioned variables appear as whole tensors.
 *
 * <p>Opening reads the index and checks its checksums and the data files' sizes; values are read on
 * request, and returned only if their checksum is right. A V1 checkpoint has checksums of blocks
 * that contain the values, so opening one reads all of it. No file stays open, so there is nothing
 * to close.
 *
 * <p>Every method reports damage as {@link CheckpointException}.
 */
public final class CheckpointReader {
  private final Path prefix;
  private final SortedMap<String, StoredTensor> stored;
  private final SortedMap<String, TensorInfo> tensors;

  private CheckpointReader(Path prefix, SortedMap<String, StoredTensor> stored) {
    this.prefix = prefix;
    this.stored = stored;
    SortedMap<String, TensorInfo> infos = new TreeMap<>();
    stored.forEach((name, tensor) -> infos.put(name, tensor.info()));
    this.tensors = Collections.unmodifiableSortedMap(infos);
  }

  /**
   * Opens the checkpoint made of {@code prefix.index} and {@code prefix.data-00000-of-00001} (or
   * more shards); or, if there is no index, of the V1 file {@code prefix} or the V1 shards {@code
   * prefix-00000-of-00002} and so on. Python's pattern {@code run/model.ckpt-100-?????-of-00002} is
   * understood too.
   *
   * @throws CheckpointException if a file is missing, damaged or of a kind that is not supported
   */
  public static CheckpointReader open(Path prefix) {
    return new CheckpointReader(prefix, CheckpointFiles.read(prefix));
  }

  /**
   * {@return whether there are files of a checkpoint, whole or not (Python: {@code
   * tf.train.checkpoint_exists})}
   *
   * @throws CheckpointException if shards are missing, or the folder cannot be read
   */
  public static boolean exists(Path prefix) {
    return CheckpointFiles.exist(prefix);
  }

  /** {@return the path given to {@link #open}} */
  public Path prefix() {
    return prefix;
  }

  /** {@return all tensors by name, in the order of the names; unmodifiable} */
  public SortedMap<String, TensorInfo> tensors() {
    return tensors;
  }

  /** {@return whether a tensor of this name is in the checkpoint (Python: {@code has_tensor})} */
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
    StoredTensor tensor = find(name, "float32", DataType.DT_FLOAT);
    FloatBuffer values = FloatBuffer.allocate(elements(tensor));
    tensor.stream((first, run) -> values.position((int) first).put(run.asFloatBuffer()));
    return values.array();
  }

  /**
   * The values of an int64 or int32 tensor in row-major order.
   *
   * @throws CheckpointException if the name is missing, the type is another, or the bytes are
   *     damaged
   */
  public long[] readLongs(String name) {
    StoredTensor tensor = find(name, "int64 or int32", DataType.DT_INT64, DataType.DT_INT32);
    LongBuffer values = LongBuffer.allocate(elements(tensor));
    boolean wide = tensor.info().dtype() == DataType.DT_INT64;
    tensor.stream(
        (first, run) -> {
          values.position((int) first);
          while (run.hasRemaining()) {
            values.put(wide ? run.getLong() : run.getInt());
          }
        });
    return values.array();
  }

  /**
   * {@return a tensor of any type that TensorFlow-Java has, to be closed}
   *
   * @throws CheckpointException if the name is missing, the type has no class in TensorFlow-Java,
   *     or the bytes are damaged
   */
  public TType readTensor(String name) {
    StoredTensor stored = find(name);
    TensorInfo info = stored.info();
    elements(stored);
    if (info.dtype() == DataType.DT_STRING) {
      return strings(stored);
    }
    TType tensor = Tensor.of(DataTypes.tensorClass(prefix, info), info.shape());
    try {
      int width = DataTypes.bytesPerElement(info.dtype());
      ByteDataBuffer target = tensor.asRawTensor().data();
      stored.stream(
          (first, run) -> {
            byte[] bytes = new byte[run.remaining()];
            run.get(bytes);
            target.offset(first * width).write(bytes);
          });
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private TString strings(StoredTensor stored) {
    if (stored.parts().size() > 1) {
      throw CheckpointException.of(
          "checkpoint %s: tensor %s is strings in %s slices, which cannot be read",
          prefix, stored.info().name(), stored.parts().size());
    }
    List<byte[]> strings = stored.parts().get(0).values().strings();
    return TString.tensorOfBytes(
        stored.info().shape(), DataBuffers.ofObjects(strings.toArray(byte[][]::new)));
  }

  /**
   * Reads every tensor's bytes and compares their checksums. This needs about a megabyte of memory
   * for a V2 checkpoint of any size, and a few times the largest tensor for V1.
   *
   * @throws CheckpointException for the first tensor that is damaged
   */
  public void verifyAll() {
    stored.values().forEach(StoredTensor::verify);
  }

  private StoredTensor find(String name) {
    StoredTensor tensor = stored.get(name);
    if (tensor == null) {
      throw new CheckpointException("checkpoint " + prefix + " has no tensor named " + name);
    }
    return tensor;
  }

  private StoredTensor find(String name, String expected, DataType... types) {
    StoredTensor tensor = find(name);
    if (!List.of(types).contains(tensor.info().dtype())) {
      throw CheckpointException.of(
          "checkpoint %s: expected tensor %s to be %s, found %s",
          prefix, name, expected, tensor.info().typeAndShape());
    }
    return tensor;
  }

  private int elements(StoredTensor tensor) {
    long elements = tensor.info().shape().size();
    if (elements > Integer.MAX_VALUE - 8) {
      throw CheckpointException.of(
          "checkpoint %s: tensor %s has %s elements, too many for one array",
          prefix, tensor.info().name(), elements);
    }
    return (int) elements;
  }
}
