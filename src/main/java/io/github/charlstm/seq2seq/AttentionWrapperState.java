package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.cell.TupleState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * State of an {@link AttentionWrapper} (Python: {@code AttentionWrapperState}). Python's {@code
 * time} is left out: it only counts the steps.
 *
 * @param cellState of the wrapped cell
 * @param attention {@code [batch, attentionSize]}
 * @param alignments one for each mechanism, {@code [batch, length]}
 * @param attentionState one for each mechanism, {@code [batch, length]}: equal to the alignments
 * @param history of the alignments
 */
public record AttentionWrapperState<T extends TFloating>(
    RNNState<T> cellState,
    Operand<T> attention,
    List<Operand<T>> alignments,
    List<Operand<T>> attentionState,
    History<T> history)
    implements RNNState<T> {

  public AttentionWrapperState {
    Objects.requireNonNull(cellState, "cellState");
    Objects.requireNonNull(attention, "attention");
    alignments = List.copyOf(alignments);
    attentionState = List.copyOf(attentionState);
    Objects.requireNonNull(history, "history");
  }

  /**
   * The alignments of all steps.
   *
   * @param wanted whether they are kept
   * @param steps of calls outside of a loop: of each step, for each mechanism
   * @param stacked of a loop: for each mechanism {@code [steps, batch, length]}
   */
  public record History<T extends TFloating>(
      boolean wanted, List<List<Operand<T>>> steps, List<Operand<T>> stacked) {
    public History {
      steps = List.copyOf(steps);
      stacked = List.copyOf(stacked);
    }

    static <T extends TFloating> History<T> start(boolean wanted) {
      return new History<>(wanted, List.of(), List.of());
    }

    History<T> with(List<Operand<T>> alignments) {
      if (!wanted) {
        return this;
      }
      List<List<Operand<T>>> longer = new ArrayList<>(steps);
      longer.add(alignments);
      return new History<>(true, longer, stacked);
    }
  }

  /**
   * The alignments of all steps, for each mechanism {@code [steps, batch, length]} (Python: {@code
   * alignment_history.stack()}).
   *
   * @throws IllegalStateException if the wrapper was built without a history, or ran in a loop that
   *     keeps none: only {@link DynamicDecode} and unrolled loops do
   */
  public List<Operand<T>> alignmentHistory(Ops tf) {
    if (!history.stacked().isEmpty()) {
      return history.stacked();
    }
    if (history.steps().isEmpty()) {
      throw new IllegalStateException(
          "this state has no alignment history: build the AttentionWrapper with"
              + " alignmentHistory(true) and run it by DynamicDecode or an unrolled loop");
    }
    List<Operand<T>> all = new ArrayList<>();
    for (int k = 0; k < alignments.size(); k++) {
      List<Operand<T>> steps = new ArrayList<>();
      for (List<Operand<T>> step : history.steps()) {
        steps.add(step.get(k));
      }
      all.add(tf.stack(steps));
    }
    return all;
  }

  /** This state with another state of the cell (Python: {@code clone(cell_state=...)}). */
  public AttentionWrapperState<T> withCellState(RNNState<T> other) {
    return new AttentionWrapperState<>(other, attention, alignments, attentionState, history);
  }

  @Override
  public List<Operand<T>> flatten() {
    List<Operand<T>> leaves = new ArrayList<>(cellState.flatten());
    leaves.add(attention);
    leaves.addAll(alignments);
    leaves.addAll(attentionState);
    return List.copyOf(leaves);
  }

  @Override
  public AttentionWrapperState<T> pack(List<? extends Operand<T>> leaves) {
    int cell = cellState.flatten().size();
    int count = alignments.size();
    if (leaves.size() != cell + 1 + 2 * count) {
      throw new IllegalArgumentException(
          "this AttentionWrapperState packs %s tensors, found %s"
              .formatted(cell + 1 + 2 * count, leaves.size()));
    }
    return new AttentionWrapperState<>(
        cellState.pack(leaves.subList(0, cell)),
        leaves.get(cell),
        List.copyOf(leaves.subList(cell + 1, cell + 1 + count)),
        List.copyOf(leaves.subList(cell + 1 + count, leaves.size())),
        history);
  }

  @Override
  public List<RNNState<T>> parts() {
    List<RNNState<T>> parts = new ArrayList<>();
    parts.add(cellState);
    flatten().stream()
        .skip(cellState.flatten().size())
        .forEach(leaf -> parts.add(new TensorState<>(leaf)));
    return List.copyOf(parts);
  }

  /** The alignments of the last step of all wrappers in a state that keep a history. */
  static <T extends TFloating> List<Operand<T>> lastAlignments(RNNState<T> state) {
    List<Operand<T>> found = new ArrayList<>();
    if (state instanceof AttentionWrapperState<T> wrapper && wrapper.history.wanted()) {
      found.addAll(wrapper.alignments);
    }
    state.parts().forEach(part -> found.addAll(lastAlignments(part)));
    return found;
  }

  /** The state with histories, in the order of {@link #lastAlignments}. */
  static <T extends TFloating> RNNState<T> withHistories(
      RNNState<T> state, Iterator<Operand<T>> stacked) {
    if (state instanceof AttentionWrapperState<T> wrapper) {
      History<T> history = wrapper.history;
      if (history.wanted()) {
        List<Operand<T>> own = new ArrayList<>();
        wrapper.alignments.forEach(alignment -> own.add(stacked.next()));
        history = new History<>(true, List.of(), own);
      }
      return new AttentionWrapperState<>(
          withHistories(wrapper.cellState, stacked),
          wrapper.attention,
          wrapper.alignments,
          wrapper.attentionState,
          history);
    }
    if (state instanceof TupleState<T> tuple) {
      List<RNNState<T>> parts = new ArrayList<>();
      tuple.parts().forEach(part -> parts.add(withHistories(part, stacked)));
      return new TupleState<>(parts);
    }
    return state;
  }
}
