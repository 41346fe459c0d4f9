package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Stacked cells: the output of one is the input of the next (Python: {@code
 * tf.nn.rnn_cell.MultiRNNCell}). The output, {@code [batch, units of the last]}, is the last
 * cell's. Graves, Mohamed and Hinton, Speech recognition with deep recurrent neural networks,
 * arXiv:1303.5778.
 *
 * <p>Layer k's variables are in {@code multi_rnn_cell/cell_k}. The same object given twice shares
 * its variables, as in TF 1.2 and later: they are those of its first place, and its input sizes
 * must agree. State: {@link TupleState}, one part a layer.
 */
public final class MultiRNNCell extends RNNCell {
  private static final String SCOPE = "multi_rnn_cell";

  private final List<RNNCell> cells;
  private final boolean stateIsTuple;

  /** A stack of cells from the input upwards, at least one, with TF1's defaults. */
  public MultiRNNCell(List<? extends RNNCell> cells) {
    this(builder(cells));
  }

  private MultiRNNCell(Builder options) {
    cells = options.cells;
    stateIsTuple = options.stateIsTuple;
  }

  /** Options of a stack of cells from the input upwards, at least one. */
  public static Builder builder(List<? extends RNNCell> cells) {
    return new Builder(cells);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final List<RNNCell> cells;
    private boolean stateIsTuple = true;

    private Builder(List<? extends RNNCell> cells) {
      this.cells = List.copyOf(cells);
      if (this.cells.isEmpty()) {
        throw new IllegalArgumentException("MultiRNNCell needs at least one cell, found none");
      }
    }

    /**
     * True, the default: the state is a {@link TupleState}. False: it is one tensor, the cells'
     * states concatenated; each of them must be one tensor itself.
     */
    public Builder stateIsTuple(boolean tuple) {
      this.stateIsTuple = tuple;
      return this;
    }

    /**
     * Builds the cell.
     *
     * @return a stack of the same cells at each call
     * @throws IllegalArgumentException if the states are to be one tensor and a cell's is nested
     */
    public MultiRNNCell build() {
      for (int k = 0; k < cells.size() && !stateIsTuple; k++) {
        StateSize size = cells.get(k).stateSize();
        if (!(size instanceof StateSize.Leaf)) {
          throw new IllegalArgumentException(
              ("MultiRNNCell with state_is_tuple false expects cells whose state is one tensor,"
                      + " found %s with state %s at cell_%s"
                      + " (give that cell state_is_tuple false too)")
                  .formatted(cells.get(k).typeName(), size.describe(), k));
        }
      }
      return new MultiRNNCell(this);
    }
  }

  List<RNNCell> cells() {
    return cells;
  }

  boolean hasTupleState() {
    return stateIsTuple;
  }

  @Override
  protected List<RNNCell> innerCells() {
    return cells;
  }

  @Override
  boolean mayWiden() {
    return true;
  }

  @Override
  public int outputSize() {
    return cells.get(cells.size() - 1).outputSize();
  }

  @Override
  public StateSize stateSize() {
    StateSize.Tuple parts = new StateSize.Tuple(cells.stream().map(RNNCell::stateSize).toList());
    return stateIsTuple ? parts : StateSize.of(parts.flatten().stream().reduce(0, Math::addExact));
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    DropoutWrapper.drawNoise(scope, this);
    VariableScope own = scope.child(SCOPE);
    long depth = inputDepth;
    for (int k = 0; k < cells.size(); k++) {
      cells.get(k).build(own.child("cell_" + k), dtype, depth);
      depth = cells.get(k).outputSize();
    }
  }

  @Override
  public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    return step(tf, inputs, state, (k, x, before) -> cells.get(k).call(tf, x, before));
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    DropoutWrapper.drawNoise(scope, this);
    VariableScope own = scope.child(SCOPE);
    return step(
        tf,
        inputs,
        state,
        (k, x, before) -> {
          long depth = k == 0 ? inputDepth : cells.get(k - 1).outputSize();
          return cells.get(k).firstCall(own.child("cell_" + k), depth, tf, x, before);
        });
  }

  @FunctionalInterface
  private interface Layer<T extends TFloating> {
    Step<T> step(int number, Operand<T> inputs, RNNState<T> state);
  }

  private <T extends TFloating> Step<T> step(
      Ops tf, Operand<T> inputs, RNNState<T> state, Layer<T> layer) {
    requireState(inputs, state);
    List<RNNState<T>> before = stateIsTuple ? state.parts() : columns(tf, state.flatten().get(0));
    Operand<T> output = inputs;
    List<RNNState<T>> after = new ArrayList<>();
    for (int k = 0; k < cells.size(); k++) {
      Step<T> step = cells.get(k).requireStep(layer.step(k, output, before.get(k)));
      output = step.output();
      after.add(step.state());
    }
    TupleState<T> parts = new TupleState<>(after);
    return new Step<>(output, stateIsTuple ? parts : joined(tf, parts));
  }

  private <T extends TFloating> List<RNNState<T>> columns(Ops tf, Operand<T> state) {
    List<RNNState<T>> parts = new ArrayList<>();
    int first = 0;
    for (RNNCell cell : cells) {
      int width = cell.stateSize().flatten().get(0);
      parts.add(new TensorState<>(Tensors.columns(tf, state, first, width)));
      first += width;
    }
    return parts;
  }

  // TensorFlow cannot concatenate one tensor.
  private static <T extends TFloating> RNNState<T> joined(Ops tf, TupleState<T> parts) {
    List<Operand<T>> leaves = parts.flatten();
    return new TensorState<>(
        leaves.size() == 1 ? leaves.get(0) : tf.concat(leaves, tf.constant(1)));
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    return stateIsTuple
        ? zeroParts(tf, (cell, scope) -> cell.zeroState(scope, batchSize, dtype))
        : super.zeroState(zeroStateScope(tf), batchSize, dtype);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    return stateIsTuple
        ? zeroParts(tf, (cell, scope) -> cell.zeroState(scope, batchSize, dtype))
        : super.zeroState(zeroStateScope(tf), batchSize, dtype);
  }

  private <T extends TFloating> TupleState<T> zeroParts(
      Ops tf, BiFunction<RNNCell, Ops, RNNState<T>> zeros) {
    Ops scope = zeroStateScope(tf);
    return new TupleState<>(cells.stream().map(cell -> zeros.apply(cell, scope)).toList());
  }
}
