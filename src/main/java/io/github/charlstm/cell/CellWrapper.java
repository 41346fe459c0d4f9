package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Base of the wrappers: a cell around another. It does not change the names of variables. */
abstract class CellWrapper extends RNNCell {
  private final RNNCell cell;

  CellWrapper(RNNCell cell) {
    this.cell = Objects.requireNonNull(cell, "cell");
  }

  /** The cell inside (Python: {@code wrapper.wrapped_cell}). */
  public final RNNCell wrappedCell() {
    return cell;
  }

  @Override
  protected List<RNNCell> innerCells() {
    return List.of(cell);
  }

  @Override
  boolean mayWiden() {
    return true;
  }

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public StateSize stateSize() {
    return cell.stateSize();
  }

  /** A step of the wrapped cell. */
  @FunctionalInterface
  interface Inner<T extends TFloating> {
    Step<T> step(Ops tf, Operand<T> inputs, RNNState<T> state);
  }

  /** One step, around that of the wrapped cell. */
  abstract <T extends TFloating> Step<T> around(
      Inner<T> inner, Ops tf, Operand<T> inputs, RNNState<T> state);

  @Override
  public final <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    Inner<T> next = (inside, x, before) -> cell.requireStep(cell.call(inside, x, before));
    return around(next, tf, inputs, state);
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    Inner<T> first =
        (inside, x, before) ->
            cell.requireStep(cell.firstCall(scope, inputDepth, inside, x, before));
    return around(first, tf, inputs, state);
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long inputDepth) {
    cell.build(scope, dtype, inputDepth);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    return cell.zeroState(zeroStateScope(tf), batchSize, dtype);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    return cell.zeroState(zeroStateScope(tf), batchSize, dtype);
  }
}
