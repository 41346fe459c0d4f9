package io.github.charlstm.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A box of a tensor: partitioned variables are stored in such pieces.
 *
 * @param starts first index in each dimension
 * @param sizes number of indices in each dimension
 */
record TensorSlice(long[] starts, long[] sizes) {
  private static final long FULL = -1;

  /**
   * @throws IllegalArgumentException if the slice reaches out of the shape
   */
  static TensorSlice of(TensorSliceProto proto, Shape whole) {
    int rank = whole.numDimensions();
    if (proto.getExtentCount() != rank) {
      throw new IllegalArgumentException(
          "a slice of " + proto.getExtentCount() + " dimensions, the tensor has " + rank);
    }
    long[] starts = new long[rank];
    long[] sizes = new long[rank];
    for (int d = 0; d < rank; d++) {
      TensorSliceProto.Extent extent = proto.getExtent(d);
      starts[d] = extent.getStart();
      sizes[d] =
          extent.getHasLengthCase() == TensorSliceProto.Extent.HasLengthCase.LENGTH
              ? extent.getLength()
              : whole.get(d);
      if (starts[d] < 0 || sizes[d] < 0 || sizes[d] > whole.get(d) - starts[d]) {
        throw new IllegalArgumentException(
            "a slice from %d, %d long, in a dimension of %d"
                .formatted(starts[d], sizes[d], whole.get(d)));
      }
    }
    return new TensorSlice(starts, sizes);
  }

  long elements() {
    long elements = 1;
    for (long size : sizes) {
      elements *= size;
    }
    return elements;
  }

  /**
   * Copies the slice's values to their places.
   *
   * @param values array of the slice's values, row-major
   * @param whole array of the tensor's values, of the same type
   * @param filled gets a bit for each value of the tensor that was written
   */
  void copy(Object values, Object whole, Shape shape, BitSet filled) {
    int rank = sizes.length;
    int run = rank == 0 ? 1 : Math.toIntExact(sizes[rank - 1]);
    if (run == 0) {
      return;
    }
    long rows = elements() / run;
    for (long row = 0; row < rows; row++) {
      long place = rank == 0 ? 0 : starts[rank - 1];
      long rest = row;
      long stride = rank == 0 ? 1 : shape.get(rank - 1);
      for (int d = rank - 2; d >= 0; d--) {
        place += (starts[d] + rest % sizes[d]) * stride;
        rest /= sizes[d];
        stride *= shape.get(d);
      }
      int target = Math.toIntExact(place);
      System.arraycopy(values, Math.toIntExact(row * run), whole, target, run);
      filled.set(target, target + run);
    }
  }

  /**
   * The key under which a slice of a tensor is stored, in TensorFlow's ordered code: zero, the
   * name, the rank, then start and length (-1 for all) of each dimension.
   */
  static String key(String name, TensorSliceProto proto) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.write(0);
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      key.write(letter);
      if (letter == 0) {
        key.write(0xff);
      } else if (letter == (byte) 0xff) {
        key.write(0);
      }
    }
    key.write(0);
    key.write(1);
    int rank = proto.getExtentCount();
    if (rank > 0) {
      key.write(1);
    }
    key.write(rank);
    for (TensorSliceProto.Extent extent : proto.getExtentList()) {
      boolean bounded = extent.getHasLengthCase() == TensorSliceProto.Extent.HasLengthCase.LENGTH;
      writeSigned(key, extent.getStart());
      writeSigned(key, bounded ? extent.getLength() : FULL);
    }
    return key.toString(StandardCharsets.ISO_8859_1);
  }

  // n bytes, big-endian; the first n bits are ones (of a negative number zeros), then a bit of
  // sign.
  private static void writeSigned(ByteArrayOutputStream key, long value) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(value < 0 ? ~value : value);
    int length = bits / 7 + 1;
    for (int k = length - 1; k >= 0; k--) {
      int octet = k >= Long.BYTES ? (int) (value >> 63) : (int) (value >> (8 * k));
      int place = length - 1 - k;
      int header = (0xff00 >> Math.min(8, Math.max(0, length - 8 * place))) & 0xff;
      key.write((octet ^ header) & 0xff);
    }
  }
}
