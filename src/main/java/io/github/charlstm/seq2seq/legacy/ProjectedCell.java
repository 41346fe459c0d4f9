package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** A cell with a projection of its outputs (Python: {@code OutputProjectionWrapper}). */
final class ProjectedCell extends RNNCell {
  private static final String SCOPE = "output_projection_wrapper";

  private final RNNCell cell;
  private final int size;
  private GraphVariable<? extends TFloating> kernel;
  private GraphVariable<? extends TFloating> bias;

  ProjectedCell(RNNCell cell, int size) {
    this.cell = Objects.requireNonNull(cell, "cell");
    this.size = size;
  }

  @Override
  protected List<RNNCell> innerCells() {
    return List.of(cell);
  }

  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public StateSize stateSize() {
    return cell.stateSize();
  }

  @Override
  public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {
    cell.build(scope.child(SCOPE), dtype, depth);
    makeVariables(scope, dtype);
  }

  private <T extends TFloating> void makeVariables(VariableScope scope, Class<T> dtype) {
    if (kernel == null) {
      VariableScope own = scope.child(SCOPE);
      kernel = own.getVariable("kernel", dtype, Shape.of(cell.outputSize(), size));
      bias = own.getVariable("bias", dtype, Shape.of(size), Initializers.zeros());
    }
  }

  @Override
  public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
    return projected(tf, cell.requireStep(cell.call(tf, inputs, state)));
  }

  @Override
  public <T extends TFloating> Step<T> firstCall(
      VariableScope scope, long depth, Ops tf, Operand<T> inputs, RNNState<T> state) {
    Step<T> step = cell.requireStep(cell.firstCall(scope.child(SCOPE), depth, tf, inputs, state));
    makeVariables(scope, inputs.type());
    return projected(tf, step);
  }

  private <T extends TFloating> Step<T> projected(Ops tf, Step<T> step) {
    Class<T> dtype = step.output().type();
    Operand<T> product = tf.linalg.matMul(step.output(), kernel.as(dtype).value());
    return new Step<>(tf.nn.biasAdd(product, bias.as(dtype).value()), step.state());
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(Ops tf, int batchSize, Class<T> dtype) {
    return cell.zeroState(tf.withSubScope("OutputProjectionWrapperZeroState"), batchSize, dtype);
  }

  @Override
  public <T extends TFloating> RNNState<T> zeroState(
      Ops tf, Operand<TInt32> batchSize, Class<T> dtype) {
    return cell.zeroState(tf.withSubScope("OutputProjectionWrapperZeroState"), batchSize, dtype);
  }
}
