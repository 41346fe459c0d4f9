package io.github.charlstm.cell;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Drops inputs or outputs of a cell at random (Python: {@code tf.nn.rnn_cell.DropoutWrapper}).
 *
 * <p>A fresh mask each step: {@code y = x / keep_prob * floor(keep_prob + uniform)}. The wrapped
 * cell's state, and so what it passes to its own next step, is left whole. It adds nothing to the
 * names of variables. Srivastava and others, Dropout, JMLR 15 (2014).
 */
public final class DropoutWrapper extends RNNCell {
  private final RNNCell cell;
  private final Operand<TFloat32> outputKeepProb;
  private final UniformNoise noise;

  /**
   * @param cell the cell to wrap
   * @param outputKeepProb scalar in (0, 1], the share of output values to keep (Python: {@code
   *     output_keep_prob})
   * @param noise where masks come from
   */
  public DropoutWrapper(RNNCell cell, Operand<TFloat32> outputKeepProb, UniformNoise noise) {
    this.cell = Objects.requireNonNull(cell, "cell");
    this.outputKeepProb = Objects.requireNonNull(outputKeepProb, "outputKeepProb");
    this.noise = Objects.requireNonNull(noise, "noise");
    if (!outputKeepProb.shape().isCompatibleWith(org.tensorflow.ndarray.Shape.scalar())) {
      throw new IllegalArgumentException(
          "DropoutWrapper expects a scalar keep_prob, found shape " + outputKeepProb.shape());
    }
  }

  @Override
  public int outputSize() {
    return cell.outputSize();
  }

  @Override
  public void build(VariableScope scope, long inputDepth) {
    cell.build(scope, inputDepth);
  }

  @Override
  public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
    Step step = cell.call(tf, inputs, state);
    return new Step(dropout(tf.withSubScope("dropout"), step.output()), step.state());
  }

  @Override
  public RNNState zeroState(Ops tf, int batchSize) {
    return cell.zeroState(tf.withSubScope("DropoutWrapperZeroState"), batchSize);
  }

  private Operand<TFloat32> dropout(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> uniform = noise.draw(tf, tf.shape(x));
    Operand<TFloat32> mask = tf.math.floor(tf.math.add(outputKeepProb, uniform));
    return tf.math.mul(tf.math.div(x, outputKeepProb), mask);
  }
}
