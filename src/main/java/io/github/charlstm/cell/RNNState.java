package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The state of a cell: a tree whose leaves are tensors of shape {@code [batch, units]} (Python: a
 * cell's nested state, with {@code nest.flatten} and {@code nest.pack_sequence_as}).
 *
 * <p>Implementations: {@link TensorState}, {@link LSTMStateTuple} and {@link TupleState}. A cell of
 * your own may add another, together with its {@link StateSize}.
 */
public interface RNNState<T extends TFloating> {
  /** The leaves, depth first; at least one. */
  List<Operand<T>> flatten();

  /**
   * A state of this structure with other leaves.
   *
   * @param leaves depth first, as {@link #flatten} orders them
   * @throws IllegalArgumentException if the number of leaves differs
   */
  RNNState<T> pack(List<? extends Operand<T>> leaves);

  /**
   * The states one level below; none for a single tensor. By default one {@link TensorState} a
   * leaf.
   */
  default List<RNNState<T>> parts() {
    List<RNNState<T>> parts = new ArrayList<>();
    flatten().forEach(leaf -> parts.add(new TensorState<>(leaf)));
    return List.copyOf(parts);
  }

  /** The structure, for messages, for instance {@code (LSTMStateTuple(c=5, h=5), 3)}. */
  default String describe() {
    return getClass().getSimpleName()
        + "("
        + String.join(", ", parts().stream().map(RNNState::describe).toList())
        + ")";
  }
}
