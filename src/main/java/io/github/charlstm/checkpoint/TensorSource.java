package io.github.charlstm.checkpoint;

import java.util.SortedMap;

/** The tensors of a checkpoint, whatever its format. Damage is a {@link CheckpointException}. */
interface TensorSource {
  /** All tensors by name. */
  SortedMap<String, TensorInfo> tensors();

  /** Values of a float32 tensor, row-major. */
  float[] floats(TensorInfo tensor);

  /** Values of an int64 or int32 tensor, row-major. */
  long[] longs(TensorInfo tensor);

  /** Compares every checksum there is. */
  void verifyAll();
}
