package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A cell unrolled over time (Python: {@code tf.nn.static_rnn}).
 *
 * @param outputs one a step, {@code [batch, outputSize]}
 * @param state after the last step
 */
public record StaticRnn(List<Operand<TFloat32>> outputs, RNNState state) {

  /** TF1's default scope of both {@code static_rnn} and {@code dynamic_rnn}. */
  public static final String DEFAULT_SCOPE = "rnn";

  /**
   * @param scope variables go into its child {@value #DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs one a step, {@code [batch, depth]} with a known depth; at least one
   * @param initialState as {@code cell.zeroState} gives it
   * @throws IllegalArgumentException if there are no inputs or their depth is unknown
   */
  public static StaticRnn of(
      Ops tf,
      VariableScope scope,
      RNNCell cell,
      List<? extends Operand<TFloat32>> inputs,
      RNNState initialState) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("static_rnn needs inputs for at least one step");
    }
    Shape shape = inputs.get(0).shape();
    if (shape.isUnknown() || shape.numDimensions() != 2 || shape.get(1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "static_rnn expects inputs of shape [batch, depth] with a known depth, found " + shape);
    }
    cell.build(scope.child(DEFAULT_SCOPE), shape.get(1));
    Ops loop = tf.withSubScope(DEFAULT_SCOPE);
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    RNNState state = initialState;
    for (Operand<TFloat32> input : inputs) {
      RNNCell.Step step = cell.call(loop, input, state);
      outputs.add(step.output());
      state = step.state();
    }
    return new StaticRnn(List.copyOf(outputs), state);
  }
}
