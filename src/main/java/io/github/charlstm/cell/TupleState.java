package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * State of stacked cells, one part for each layer from the input upwards (Python: the tuple that
 * {@code MultiRNNCell} returns).
 *
 * @param parts at least one
 */
public record TupleState(List<RNNState> parts) implements RNNState {

  public TupleState {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a tuple state needs at least one part, found none");
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
    return pack(parts, part -> part.flatten().size(), (part, own) -> part.pack(own), leaves);
  }

  @Override
  public String describe() {
    return describe(parts.stream().map(RNNState::describe).toList());
  }

  /** Packs each part with its share of the leaves. */
  static <P> TupleState pack(
      List<P> parts,
      ToIntFunction<P> size,
      BiFunction<P, List<? extends Operand<TFloat32>>, RNNState> packPart,
      List<? extends Operand<TFloat32>> leaves) {
    Tensors.requireLeaves("this tuple state", parts.stream().mapToInt(size).sum(), leaves);
    List<RNNState> packed = new ArrayList<>();
    int from = 0;
    for (P part : parts) {
      int to = from + size.applyAsInt(part);
      packed.add(packPart.apply(part, leaves.subList(from, to)));
      from = to;
    }
    return new TupleState(packed);
  }

  // A tuple of one part is written with a comma, as in Python.
  static String describe(List<String> parts) {
    return parts.size() == 1 ? "(" + parts.get(0) + ",)" : "(" + String.join(", ", parts) + ")";
  }
}
