package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * State of stacked cells, one part for each layer from the input upwards (Python: the tuple that
 * {@code MultiRNNCell} returns).
 *
 * @param parts at least one
 */
public record TupleState<T extends TFloating>(List<RNNState<T>> parts) implements RNNState<T> {

  public TupleState {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a tuple state needs at least one part, found none");
    }
  }

  @Override
  public List<Operand<T>> flatten() {
    List<Operand<T>> leaves = new ArrayList<>();
    parts.forEach(part -> leaves.addAll(part.flatten()));
    return List.copyOf(leaves);
  }

  @Override
  public TupleState<T> pack(List<? extends Operand<T>> leaves) {
    return pack(parts, part -> part.flatten().size(), (part, own) -> part.pack(own), leaves);
  }

  @Override
  public String describe() {
    return describe(parts.stream().map(RNNState::describe).toList());
  }

  /** Packs each part with its share of the leaves. */
  static <P, T extends TFloating> TupleState<T> pack(
      List<P> parts,
      ToIntFunction<P> size,
      BiFunction<P, List<? extends Operand<T>>, RNNState<T>> packPart,
      List<? extends Operand<T>> leaves) {
    Tensors.requireLeaves("this tuple state", parts.stream().mapToInt(size).sum(), leaves);
    List<RNNState<T>> packed = new ArrayList<>();
    int from = 0;
    for (P part : parts) {
      int to = from + size.applyAsInt(part);
      packed.add(packPart.apply(part, leaves.subList(from, to)));
      from = to;
    }
    return new TupleState<>(packed);
  }

  // A tuple of one part is written with a comma, as in Python.
  static String describe(List<String> parts) {
    return parts.size() == 1 ? "(" + parts.get(0) + ",)" : "(" + String.join(", ", parts) + ")";
  }
}
