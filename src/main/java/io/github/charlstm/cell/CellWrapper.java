package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Base of the wrappers: a cell around another. It does not change the names of variables. */
abstract class CellWrapper extends RNNCell {
  private final RNNCell cell;

  CellWrapper(RNNCell cell) {
    this.cell = Objects.requireNonNull(cell, "cell");
  }

  final RNNCell cell() {
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
  interface Inner {
    Step step(Ops tf, Operand<TFloat32> inputs, RNNState state);
  }

  /** One step, around that of the wrapped cell. */
  abstract Step around(Inner inner, Ops tf, Operand<TFloat32> inputs, RNNState state);

  @Override
  public final Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    Inner next = (inside, x, before) -> cell.requireStep(cell.call(inside, x, before));
    return around(next, tf, inputs, state);
  }

  @Override
  public Step firstCall(
      VariableScope scope, long inputDepth, Ops tf, Operand<TFloat32> inputs, RNNState state) {
    Inner first =
        (inside, x, before) ->
            cell.requireStep(cell.firstCall(scope, inputDepth, inside, x, before));
    return around(first, tf, inputs, state);
  }

  @Override
  public void build(VariableScope scope, long inputDepth) {
    cell.build(scope, inputDepth);
  }

  @Override
  public RNNState zeroState(Ops tf, int batchSize) {
    return cell.zeroState(zeroStateScope(tf), batchSize);
  }

  @Override
  public RNNState zeroState(Ops tf, Operand<TInt32> batchSize) {
    return cell.zeroState(zeroStateScope(tf), batchSize);
  }
}
