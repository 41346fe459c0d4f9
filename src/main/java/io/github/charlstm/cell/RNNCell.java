package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * One step of a recurrent network (Python: {@code tf.nn.rnn_cell.RNNCell}).
 *
 * <p>Use: {@link #build} once, then {@link #call} for each step.
 */
public abstract class RNNCell {

  /**
   * What a step gives.
   *
   * @param output {@code [batch, outputSize]}
   * @param state for the next step
   */
  public record Step(Operand<TFloat32> output, RNNState state) {
    public Step {
      Objects.requireNonNull(output, "output");
      Objects.requireNonNull(state, "state");
    }
  }

  /** Width of the output. */
  public abstract int outputSize();

  /**
   * Makes the variables. Called again with the same depth it does nothing: all calls share them.
   *
   * @param scope the cell adds its own TF1 name to it
   * @param inputDepth width of the input, at least 1
   * @throws IllegalArgumentException if it was built for another depth
   */
  public abstract void build(VariableScope scope, long inputDepth);

  /**
   * One step.
   *
   * @param inputs {@code [batch, inputDepth]}
   * @param state as {@link #zeroState} or the step before gave it
   * @throws IllegalStateException if the cell is not built
   * @throws IllegalArgumentException if the inputs or the state do not fit the cell
   */
  public abstract Step call(Ops tf, Operand<TFloat32> inputs, RNNState state);

  /**
   * A state of zeros (Python: {@code cell.zero_state(batch_size, tf.float32)}). Its tensors have
   * TF1's names ({@code BasicLSTMCellZeroState/zeros}, {@code .../zeros_1}, ...) and, like any
   * tensor of a graph, can be fed to start from another state.
   *
   * @param batchSize at least 1
   */
  public abstract RNNState zeroState(Ops tf, int batchSize);

  /** A tensor of zeros, {@code [batchSize, units]}, called {@code zeros} in the given scope. */
  static Operand<TFloat32> zeros(Ops tf, int batchSize, int units) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "zero_state needs a batch of at least 1, found " + batchSize);
    }
    return tf.withName("zeros").fill(tf.constant(new int[] {batchSize, units}), tf.constant(0f));
  }

  /**
   * @throws IllegalArgumentException unless the tensor is a matrix whose last dimension is {@code
   *     depth} or unknown
   */
  static void requireMatrix(String cell, String what, Operand<TFloat32> tensor, long depth) {
    Shape shape = tensor.shape();
    if (shape.isUnknown()) {
      return;
    }
    boolean fits =
        shape.numDimensions() == 2 && (shape.get(1) == depth || shape.get(1) == Shape.UNKNOWN_SIZE);
    if (!fits) {
      throw new IllegalArgumentException(
          cell + " expects " + what + " of shape [batch, " + depth + "], found " + shape);
    }
  }
}
