package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Cells on top of each other: the output of one is the input of the next (Python: {@code
 * tf.nn.rnn_cell.MultiRNNCell} with {@code state_is_tuple=True}).
 *
 * <p>Layer k's variables lie in {@code multi_rnn_cell/cell_k}. The same object given twice shares
 * its variables, as in TF 1.2 and later: they are those of its first place, and its input sizes
 * must agree. State: {@link TupleState}, one part a layer.
 */
public final class MultiRNNCell extends RNNCell {
  private final List<RNNCell> cells;

  /**
   * @param cells from the input upwards, at least one
   */
  public MultiRNNCell(List<? extends RNNCell> cells) {
    this.cells = List.copyOf(cells);
    if (this.cells.isEmpty()) {
      throw new IllegalArgumentException("MultiRNNCell needs at least one cell");
    }
  }

  @Override
  public int outputSize() {
    return cells.get(cells.size() - 1).outputSize();
  }

  @Override
  public void build(VariableScope scope, long inputDepth) {
    VariableScope own = scope.child("multi_rnn_cell");
    long depth = inputDepth;
    for (int k = 0; k < cells.size(); k++) {
      cells.get(k).build(own.child("cell_" + k), depth);
      depth = cells.get(k).outputSize();
    }
  }

  @Override
  public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    if (!(state instanceof TupleState before) || before.parts().size() != cells.size()) {
      throw new IllegalArgumentException(
          "MultiRNNCell of "
              + cells.size()
              + " cells expects a TupleState of as many parts, found "
              + (state instanceof TupleState tuple
                  ? tuple.parts().size() + " parts"
                  : state.getClass().getSimpleName()));
    }
    Operand<TFloat32> output = inputs;
    List<RNNState> after = new ArrayList<>();
    for (int k = 0; k < cells.size(); k++) {
      Step step = cells.get(k).call(tf, output, before.parts().get(k));
      output = step.output();
      after.add(step.state());
    }
    return new Step(output, new TupleState(after));
  }

  @Override
  public TupleState zeroState(Ops tf, int batchSize) {
    Ops scope = tf.withSubScope("MultiRNNCellZeroState");
    List<RNNState> parts = new ArrayList<>();
    cells.forEach(cell -> parts.add(cell.zeroState(scope, batchSize)));
    return new TupleState(parts);
  }
}
