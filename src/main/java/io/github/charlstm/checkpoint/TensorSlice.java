package io.github.charlstm.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorSliceProto;
import org.tensorflow.proto.TensorSliceProto.Extent;

/**
 * A box of a tensor: in each dimension a start and a length.
 *
 * @param starts first index in each dimension
 * @param lengths how many indices in each dimension
 */
record TensorSlice(List<Long> starts, List<Long> lengths) {
  // Pairs are compared with each other, so a damaged count must not take for ever.
  private static final int MOST_SLICES = 4096;

  static TensorSlice whole(Shape shape) {
    List<Long> lengths = Arrays.stream(shape.asArray()).boxed().toList();
    return new TensorSlice(lengths.stream().map(length -> 0L).toList(), lengths);
  }

  /**
   * @param file named in errors
   * @param info the whole tensor
   * @param proto a missing length means the whole dimension
   */
  static TensorSlice of(Path file, TensorInfo info, TensorSliceProto proto) {
    int rank = info.shape().numDimensions();
    if (proto.getExtentCount() != rank) {
      throw CheckpointException.damaged(
          file,
          String.format(
              "a slice of tensor %s has %s dimensions, expected %s",
              info.name(), proto.getExtentCount(), rank));
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
            String.format(
                "a slice of tensor %s needs %s indices from %s in dimension %s, which has %s",
                info.name(), lengths[i], starts[i], i, size));
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

  /** Checks that each element of the tensor lies in one slice and no more. */
  static void requireExactCover(Path file, TensorInfo info, Collection<TensorSlice> slices) {
    if (slices.size() > MOST_SLICES) {
      throw new CheckpointException(
          String.format(
              "checkpoint file %s: tensor %s is stored in %s slices; at most %s can be read",
              file, info.name(), slices.size(), MOST_SLICES));
    }
    long covered = 0;
    TensorSlice[] all = slices.toArray(TensorSlice[]::new);
    for (int i = 0; i < all.length; i++) {
      covered += all[i].shape().size();
      for (int j = 0; j < i; j++) {
        if (all[i].overlaps(all[j])) {
          throw CheckpointException.damaged(
              file, "two slices of tensor " + info.name() + " overlap");
        }
      }
    }
    if (covered != info.shape().size()) {
      throw CheckpointException.damaged(
          file,
          String.format(
              "the %s slices of tensor %s hold %s of its %s elements",
              all.length, info.name(), covered, info.shape().size()));
    }
  }
}
