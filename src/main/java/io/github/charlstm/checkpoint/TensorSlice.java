package io.github.charlstm.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorSliceProto;
import org.tensorflow.proto.TensorSliceProto.Extent;

/** A slice of a tensor: in each dimension a start and a length. */
record TensorSlice(List<Long> starts, List<Long> lengths) {
  // The overlap check is quadratic, so a damaged count must fail fast.
  private static final int MOST_SLICES = 4096;

  static TensorSlice whole(Shape shape) {
    List<Long> lengths = Arrays.stream(shape.asArray()).boxed().toList();
    return new TensorSlice(lengths.stream().map(length -> 0L).toList(), lengths);
  }

  /** The file is named in errors; a missing length in {@code proto} means the whole dimension. */
  static TensorSlice of(Path file, TensorInfo info, TensorSliceProto proto) {
    int rank = info.shape().numDimensions();
    if (proto.getExtentCount() != rank) {
      throw CheckpointException.damaged(
          file,
          "a slice of tensor %s has %s dimensions, expected %s"
              .formatted(info.name(), proto.getExtentCount(), rank));
    }
    Long[] starts = new Long[rank];
    Long[] lengths = new Long[rank];
    for (int i = 0; i < rank; i++) {
      Extent extent = proto.getExtent(i);
      long size = info.shape().get(i);
      starts[i] = extent.getStart();
      lengths[i] = extent.hasLength() ? extent.getLength() : size;
      if (starts[i] < 0 || lengths[i] < 0 || starts[i] > size || lengths[i] > size - starts[i]) {
        throw CheckpointException.damaged(
            file,
            "a slice of tensor %s needs %s indices from %s in dimension %s, which has %s"
                .formatted(info.name(), lengths[i], starts[i], i, size));
      }
    }
    return new TensorSlice(List.of(starts), List.of(lengths));
  }

  long start(int dimension) {
    return starts.get(dimension);
  }

  long length(int dimension) {
    return lengths.get(dimension);
  }

  Shape shape() {
    return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
  }

  private boolean overlaps(TensorSlice other) {
    for (int i = 0; i < starts.size(); i++) {
      if (start(i) >= other.start(i) + other.length(i) || other.start(i) >= start(i) + length(i)) {
        return false;
      }
    }
    return true;
  }

  /** Checks that each element of the tensor is in exactly one slice. */
  static void requireExactCover(Path file, TensorInfo info, Collection<TensorSlice> slices) {
    if (slices.size() > MOST_SLICES) {
      throw CheckpointException.of(
          "checkpoint file %s: tensor %s is stored in %s slices; at most %s can be read",
          file, info.name(), slices.size(), MOST_SLICES);
    }
    long covered = 0;
    TensorSlice[] all = slices.toArray(TensorSlice[]::new);
    for (int i = 0; i < all.length; i++) {
      covered += all[i].shape().size();
      for (int j = 0; j < i; j++) {
        if (all[i].overlaps(all[j])) {
          throw CheckpointException.damaged(
              file, "two slices of tensor %s overlap".formatted(info.name()));
        }
      }
    }
    if (covered != info.shape().size()) {
      throw CheckpointException.damaged(
          file,
          "the %s slices of tensor %s hold %s of its %s elements"
              .formatted(all.length, info.name(), covered, info.shape().size()));
    }
  }

  /**
   * The key under which a slice is stored, one character a byte: a zero, the tensor's name, the
   * number of dimensions, and each dimension's start and length (-1: the whole dimension), in an
   * encoding whose bytes sort as the values do (TensorFlow: {@code EncodeTensorNameSlice}, {@code
   * OrderedCode}).
   */
  static String key(String name, TensorSliceProto slice) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    putUnsigned(key, 0);
    putText(key, name);
    putUnsigned(key, slice.getExtentCount());
    for (Extent extent : slice.getExtentList()) {
      putSigned(key, extent.getStart());
      putSigned(key, extent.hasLength() ? extent.getLength() : -1);
    }
    return keyText(key.toByteArray());
  }

  /** A key of a file as {@link #key} writes it. */
  static String keyText(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  /** The number of bytes, then the bytes, highest first. */
  private static void putUnsigned(ByteArrayOutputStream key, int value) {
    int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 7) / Byte.SIZE;
    key.write(bytes);
    for (int i = bytes - 1; i >= 0; i--) {
      key.write(value >>> i * Byte.SIZE);
    }
  }

  /** Bytes 00 and ff are each followed by their complement; 00 01 ends the text. */
  private static void putText(ByteArrayOutputStream key, String value) {
    for (byte next : value.getBytes(StandardCharsets.UTF_8)) {
      key.write(next);
      if (next == 0 || next == -1) {
        key.write(~next);
      }
    }
    key.write(0);
    key.write(1);
  }

  /**
   * Two's complement, highest byte first, in as few bytes as hold seven bits each less one for the
   * sign; as many of the highest bits as there are bytes are flipped (all of them from the sign
   * on), which gives the length.
   */
  private static void putSigned(ByteArrayOutputStream key, long value) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
    int length = bits / 7 + 1;
    byte sign = (byte) (value < 0 ? -1 : 0);
    ByteBuffer wide = ByteBuffer.allocate(2 + Long.BYTES).put(sign).put(sign).putLong(value);
    int header = 0xffff << 2 * Byte.SIZE - length;
    int from = wide.capacity() - length;
    wide.put(from, (byte) (wide.get(from) ^ header >>> Byte.SIZE));
    if (length > 1) {
      wide.put(from + 1, (byte) (wide.get(from + 1) ^ header));
    }
    key.write(wide.array(), from, length);
  }
}
