package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.TensorSliceProto;

/**
 * One tensor of a checkpoint and where its values are: in one part, or, for a partitioned variable,
 * in slices that cover it exactly.
 */
record StoredTensor(TensorInfo info, List<Part> parts) {

  /** A slice of the tensor and its values. */
  record Part(TensorSlice slice, Values values) {}

  /** The values of one tensor, or of one slice of it, in a file. */
  interface Values {
    /**
     * Reads the values row-major in chunks of whole elements, little-endian, each valid until the
     * consumer returns. They are checked at the end at the latest, so the consumer's result is
     * valid only if this method returns.
     */
    void stream(Consumer<ByteBuffer> consumer);

    /** The values of a string tensor, row-major. */
    List<byte[]> strings();

    /** Checks the values, whatever their type. */
    void verify();
  }

  /** Receives elements that are adjacent in the whole tensor. */
  @FunctionalInterface
  interface Run {
    /** Elements are little-endian, valid until the method returns; {@code first} is row-major. */
    void put(long first, ByteBuffer elements);
  }

  /** Makes the values of a slice from its entry in the file. */
  @FunctionalInterface
  interface SliceReader<E> {
    Values values(TensorInfo slice, E entry, TensorSliceProto proto);
  }

  static StoredTensor whole(TensorInfo info, Values values) {
    return new StoredTensor(info, List.of(new Part(TensorSlice.whole(info.shape()), values)));
  }

  /**
   * A tensor of slices, which must cover it exactly; their entries, by {@link TensorSlice#key}, are
   * removed. The file is named in errors.
   */
  static <E> StoredTensor ofSlices(
      Path file,
      TensorInfo info,
      List<TensorSliceProto> slices,
      Map<String, E> entries,
      SliceReader<E> reader) {
    List<Part> parts = new ArrayList<>();
    for (TensorSliceProto proto : slices) {
      TensorSlice slice = TensorSlice.of(file, info, proto);
      E entry = entries.remove(TensorSlice.key(info.name(), proto));
      if (entry == null) {
        throw CheckpointException.damaged(
            file, "a slice of tensor %s is missing, or is listed twice".formatted(info.name()));
      }
      TensorInfo part = new TensorInfo(info.name(), info.dtype(), slice.shape());
      parts.add(new Part(slice, reader.values(part, entry, proto)));
    }
    TensorSlice.requireExactCover(file, info, parts.stream().map(Part::slice).toList());
    return new StoredTensor(info, List.copyOf(parts));
  }

  /** Reads every element of a type with a fixed size once; see {@link Values#stream}. */
  void stream(Run run) {
    int width = DataTypes.bytesPerElement(info.dtype());
    for (Part part : parts) {
      Placement placement = new Placement(info.shape(), part.slice(), width, run);
      part.values().stream(placement::put);
    }
  }

  void verify() {
    parts.forEach(part -> part.values().verify());
  }

  /** Finds the places of a slice's elements, which are stored row-major, in the whole tensor. */
  private static final class Placement {
    private final TensorSlice slice;
    private final long[] strides;
    private final int width;
    private final Run run;
    // The last dimension that the slice does not fill; the elements after it are adjacent.
    private final int cut;
    private final long runLength;
    private long position;

    Placement(Shape shape, TensorSlice slice, int width, Run run) {
      this.slice = slice;
      this.width = width;
      this.run = run;
      int rank = shape.numDimensions();
      strides = new long[rank];
      long stride = 1;
      for (int i = rank - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape.get(i);
      }
      int last = rank - 1;
      while (last >= 0 && slice.length(last) == shape.get(last)) {
        last--;
      }
      cut = last;
      runLength = cut < 0 ? stride : slice.length(cut) * strides[cut];
    }

    /** Takes the slice's next elements. */
    void put(ByteBuffer chunk) {
      while (chunk.hasRemaining()) {
        long inRun = position % runLength;
        int count = (int) Math.min(runLength - inRun, chunk.remaining() / width);
        ByteBuffer part = chunk.slice(chunk.position(), count * width);
        run.put(firstOf(position / runLength) + inRun, part.order(ByteOrder.LITTLE_ENDIAN));
        chunk.position(chunk.position() + count * width);
        position += count;
      }
    }

    private long firstOf(long runNumber) {
      if (cut < 0) {
        return 0;
      }
      long first = slice.start(cut) * strides[cut];
      long rest = runNumber;
      for (int i = cut - 1; i >= 0; i--) {
        first += (slice.start(i) + rest % slice.length(i)) * strides[i];
        rest /= slice.length(i);
      }
      return first;
    }
  }
}
