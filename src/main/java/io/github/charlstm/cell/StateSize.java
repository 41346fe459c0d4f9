package io.github.charlstm.cell;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * Structure and widths of a cell's state (Python: {@code cell.state_size}, an integer or a nested
 * tuple of integers).
 *
 * <p>A leaf of width n stands for a tensor {@code [batch, n]}. A cell of your own may have a
 * structure of its own: implement this interface together with {@link RNNState}.
 */
public interface StateSize {
  /** Widths of the leaves, depth first (Python: {@code nest.flatten}); at least one. */
  List<Integer> flatten();

  /**
   * A state of this structure (Python: {@code nest.pack_sequence_as}).
   *
   * @param leaves depth first, as {@link #flatten} orders them
   * @throws IllegalArgumentException if their number differs
   */
  <T extends TFloating> RNNState<T> pack(List<? extends Operand<T>> leaves);

  /** The structure, for messages, for instance {@code (LSTMStateTuple(c=5, h=5), 3)}. */
  default String describe() {
    StringBuilder sizes = new StringBuilder();
    flatten().forEach(size -> sizes.append(sizes.isEmpty() ? "" : ", ").append(size));
    return getClass().getSimpleName() + "(" + sizes + ")";
  }

  /** A state of one tensor {@code [batch, units]}, units at least 1. */
  static StateSize of(int units) {
    return new Leaf(units);
  }

  /** The state of an LSTM: c of width {@code c}, h of width {@code h}, each at least 1. */
  static StateSize lstm(int c, int h) {
    return new LSTM(c, h);
  }

  /** The state of stacked cells, at least one. */
  static StateSize tuple(List<? extends StateSize> parts) {
    return new Tuple(List.copyOf(parts));
  }

  /**
   * One tensor; packs to {@link TensorState}.
   *
   * @param units its width, at least 1
   */
  record Leaf(int units) implements StateSize {
    public Leaf {
      requireWidth(units);
    }

    @Override
    public List<Integer> flatten() {
      return List.of(units);
    }

    @Override
    public <T extends TFloating> TensorState<T> pack(List<? extends Operand<T>> leaves) {
      Tensors.requireLeaves("a TensorState", 1, leaves);
      return new TensorState<>(leaves.get(0));
    }

    @Override
    public String describe() {
      return Integer.toString(units);
    }
  }

  /**
   * Memory and output; packs to {@link LSTMStateTuple}.
   *
   * @param c width of the memory, at least 1
   * @param h width of the output, at least 1
   */
  record LSTM(int c, int h) implements StateSize {
    public LSTM {
      requireWidth(c);
      requireWidth(h);
    }

    @Override
    public List<Integer> flatten() {
      return List.of(c, h);
    }

    @Override
    public <T extends TFloating> LSTMStateTuple<T> pack(List<? extends Operand<T>> leaves) {
      Tensors.requireLeaves("an LSTMStateTuple", 2, leaves);
      return new LSTMStateTuple<>(leaves.get(0), leaves.get(1));
    }

    @Override
    public String describe() {
      return "LSTMStateTuple(c=" + c + ", h=" + h + ")";
    }
  }

  /**
   * Several parts; packs to {@link TupleState}.
   *
   * @param parts at least one
   */
  record Tuple(List<StateSize> parts) implements StateSize {
    public Tuple {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("a tuple state needs at least one part, found none");
      }
    }

    @Override
    public List<Integer> flatten() {
      List<Integer> sizes = new ArrayList<>();
      parts.forEach(part -> sizes.addAll(part.flatten()));
      return List.copyOf(sizes);
    }

    @Override
    public <T extends TFloating> TupleState<T> pack(List<? extends Operand<T>> leaves) {
      return TupleState.pack(
          parts, part -> part.flatten().size(), (part, own) -> part.pack(own), leaves);
    }

    @Override
    public String describe() {
      return TupleState.describe(parts.stream().map(StateSize::describe).toList());
    }
  }

  private static void requireWidth(int width) {
    if (width < 1) {
      throw new IllegalArgumentException("a state needs a width of at least 1, found " + width);
    }
  }
}
