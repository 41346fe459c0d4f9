package io.github.charlstm.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;

/**
 * Reads a checkpoint (Python: {@code tf.train.NewCheckpointReader}) without TensorFlow's native
 * library: of the V2 format, in one data file or several, and of the older one-file V1 format.
 * Partitioned variables are put together.
 *
 * <p>Opening reads the index and checks it against its checksums and against the data files' sizes;
 * values are read when asked for, and only handed out if their checksum agrees. No file stays open,
 * so there is nothing to close.
 *
 * <p>Every method reports damage as {@link CheckpointException} and never by another exception.
 */
public final class CheckpointReader {
  private static final String SHARD_WILDCARD = "-?????-of-";

  private final Path prefix;
  private final TensorSource source;

  private CheckpointReader(Path prefix, TensorSource source) {
    this.prefix = prefix;
    this.source = source;
  }

  /**
   * Opens the checkpoint made of {@code prefix.index} and {@code prefix.data-00000-of-00001} (or
   * more shards), or, if it is of the V1 format, of the file {@code prefix} or its shards {@code
   * prefix-00000-of-00002}, ...
   *
   * @param prefix path without these endings, such as {@code run/model.ckpt-100}
   * @throws CheckpointException if a file is missing, damaged or of a kind that is not supported
   */
  public static CheckpointReader open(Path prefix) {
    if (Files.isRegularFile(BundleIndex.sibling(prefix, ".index"))) {
      return new CheckpointReader(prefix, new BundleSource(prefix));
    }
    List<Path> files = Files.isRegularFile(prefix) ? List.of(prefix) : shards(prefix);
    return new CheckpointReader(
        prefix, files.isEmpty() ? new BundleSource(prefix) : SliceTableSource.open(files));
  }

  // The state file spells a sharded V1 checkpoint model.ckpt-50-?????-of-00002.
  private static List<Path> shards(Path prefix) {
    String name = prefix.getFileName().toString();
    int wildcard = name.lastIndexOf(SHARD_WILDCARD);
    String stem = wildcard < 0 ? name : name.substring(0, wildcard);
    Pattern shard = Pattern.compile(Pattern.quote(stem) + "-(\\d{5})-of-(\\d{5})");
    try (Stream<Path> files = Files.list(prefix.toAbsolutePath().getParent())) {
      List<Path> found =
          files
              .filter(file -> shard.matcher(file.getFileName().toString()).matches())
              .sorted()
              .toList();
      if (!found.isEmpty()) {
        Matcher first = shard.matcher(found.get(0).getFileName().toString());
        int count = first.matches() ? Integer.parseInt(first.group(2)) : 0;
        for (int k = 0; k < count; k++) {
          Path expected = prefix.resolveSibling("%s-%05d-of-%05d".formatted(stem, k, count));
          if (!Files.isRegularFile(expected)) {
            throw new CheckpointException(
                "checkpoint " + prefix + " is incomplete: its file " + expected + " is missing");
          }
        }
      }
      return found;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw CheckpointException.unreadable(prefix, e);
    }
  }

  /** The path given to {@link #open}. */
  public Path prefix() {
    return prefix;
  }

  /** All tensors by name, in the order of the names; unmodifiable. */
  public SortedMap<String, TensorInfo> tensors() {
    return source.tensors();
  }

  /** Whether a tensor of this name is in the checkpoint (Python: {@code has_tensor}). */
  public boolean hasTensor(String name) {
    return tensors().containsKey(name);
  }

  /**
   * The values of a float32 tensor in row-major order (Python: {@code get_tensor}).
   *
   * @throws CheckpointException if the name is missing, the type is another, or the bytes are
   *     damaged
   */
  public float[] readFloats(String name) {
    return source.floats(find(name, "float32", DataType.DT_FLOAT));
  }

  /**
   * The values of an int64 or int32 tensor in row-major order.
   *
   * @throws CheckpointException if the name is missing, the type is another, or the bytes are
   *     damaged
   */
  public long[] readLongs(String name) {
    return source.longs(find(name, "int64 or int32", DataType.DT_INT64, DataType.DT_INT32));
  }

  /**
   * Reads every tensor's bytes and compares their checksums; a V2 checkpoint needs about a megabyte
   * of memory for this whatever its size.
   *
   * @throws CheckpointException for the first tensor that is damaged
   */
  public void verifyAll() {
    source.verifyAll();
  }

  private TensorInfo find(String name, String expected, DataType... types) {
    TensorInfo tensor = tensors().get(name);
    if (tensor == null) {
      throw new CheckpointException("checkpoint " + prefix + " has no tensor named " + name);
    }
    if (!List.of(types).contains(tensor.dtype())) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s: expected tensor %s to be %s, found %s",
              prefix, name, expected, tensor.typeAndShape()));
    }
    if (tensor.shape().size() > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(
          String.format(
              "checkpoint %s: tensor %s has %d elements, too many for one array",
              prefix, name, tensor.shape().size()));
    }
    return tensor;
  }
}
