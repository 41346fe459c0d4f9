package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One tensor of a checkpoint and where its values are: in one part, or, for a partitioned variable,
 * in slices that cover it exactly.
 */
record StoredTensor(TensorInfo info, List<Part> parts) {

  /** A box of the tensor and its values. */
  record Part(TensorSlice slice, StoredValues values) {}

  /** Takes elements that stand side by side in the whole tensor. */
  @FunctionalInterface
  interface Run {
    /**
     * @param first row-major index of the first of them
     * @param elements little-endian; valid until the method returns
     */
    void put(long first, ByteBuffer elements);
  }

  /** Gives every element of a type with a fixed width once; see {@link StoredValues#stream}. */
  void stream(Run run) {
    int width = DataTypes.bytesPerElement(info.dtype());
    for (Part part : parts) {
      SliceRuns runs = new SliceRuns(info.shape(), part.slice(), width, run);
      part.values().stream(runs::place);
    }
  }

  void verify() {
    parts.forEach(part -> part.values().verify());
  }
}
