package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tensorflow.ndarray.Shape;

/** Puts the elements of a slice, which come row-major, at their places in the whole tensor. */
final class SliceRuns {
  private final TensorSlice slice;
  private final long[] strides;
  private final int width;
  private final StoredTensor.Run run;
  // The last dimension that the slice does not fill: up to there, elements lie side by side.
  private final int cut;
  private final long runLength;
  private long position;

  SliceRuns(Shape shape, TensorSlice slice, int width, StoredTensor.Run run) {
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
  void place(ByteBuffer chunk) {
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
