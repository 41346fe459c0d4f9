package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/** A cell around another. It adds nothing to the names of variables. */
abstract class CellWrapper extends RNNCell {
  private final RNNCell cell;

  CellWrapper(RNNCell cell) {
    this.cell = Objects.requireNonNull(cell, "cell");
  }

  final RNNCell cell() {
    return cell;
  }

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public StateSize stateSize() {
    return cell.stateSize();
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
