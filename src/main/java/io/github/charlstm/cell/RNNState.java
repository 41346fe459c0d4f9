package io.github.charlstm.cell;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The state of a cell: a tree whose leaves are tensors of shape {@code [batch, units]} (Python: a
 * cell's nested state, with {@code nest.flatten} and {@code nest.pack_sequence_as}).
 */
public interface RNNState {
  /** The leaves, depth first. */
  List<Operand<TFloat32>> flatten();

  /**
   * A state of this structure with other leaves.
   *
   * @throws IllegalArgumentException if the number of leaves differs
   */
  RNNState pack(List<? extends Operand<TFloat32>> leaves);
}
