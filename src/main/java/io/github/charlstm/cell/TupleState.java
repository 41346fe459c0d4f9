package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * State of stacked cells, one part a layer from the input upwards (Python: the tuple that {@code
 * MultiRNNCell} returns).
 *
 * @param parts at least one
 */
public record TupleState(List<RNNState> parts) implements RNNState {

  public TupleState {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a tuple state needs at least one part");
    }
  }

  @Override
  public List<Operand<TFloat32>> flatten() {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    parts.forEach(part -> leaves.addAll(part.flatten()));
    return List.copyOf(leaves);
  }

  @Override
  public TupleState pack(List<? extends Operand<TFloat32>> leaves) {
    int wanted = flatten().size();
    if (leaves.size() != wanted) {
      throw new IllegalArgumentException(
          "this tuple state packs " + wanted + " tensors, found " + leaves.size());
    }
    List<RNNState> packed = new ArrayList<>();
    int from = 0;
    for (RNNState part : parts) {
      int to = from + part.flatten().size();
      packed.add(part.pack(leaves.subList(from, to)));
      from = to;
    }
    return new TupleState(packed);
  }
}
