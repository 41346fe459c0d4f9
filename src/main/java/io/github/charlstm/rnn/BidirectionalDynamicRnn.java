package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReverseSequence;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * Two dynamic loops over the same inputs, one from each end (Python: {@code
 * tf.nn.bidirectional_dynamic_rnn}).
 *
 * <p>The backward loop reads each sequence from its last step to its first; its outputs are
 * reversed to the order of the inputs. Schuster and Paliwal, Bidirectional recurrent neural
 * networks, IEEE Transactions on Signal Processing 45 (1997).
 *
 * @param outputsForward {@code [batch, steps, outputSize]} of the forward cell; time-major where
 *     the inputs are
 * @param outputsBackward the same for the backward cell
 * @param stateForward after each sequence's last step
 * @param stateBackward after each sequence's first step
 */
public record BidirectionalDynamicRnn<T extends TFloating>(
    Operand<T> outputsForward,
    Operand<T> outputsBackward,
    RNNState<T> stateForward,
    RNNState<T> stateBackward) {

  private static final String NAME = "bidirectional_dynamic_rnn";

  /** TF1's default scope of both bidirectional loops. */
  public static final String DEFAULT_SCOPE = "bidirectional_rnn";

  public BidirectionalDynamicRnn {
    Objects.requireNonNull(outputsForward, "outputsForward");
    Objects.requireNonNull(outputsBackward, "outputsBackward");
    Objects.requireNonNull(stateForward, "stateForward");
    Objects.requireNonNull(stateBackward, "stateBackward");
  }

  /**
   * Concatenates both outputs: {@code tf.concat(outputs, 2)}.
   *
   * @return {@code [batch, steps, forward outputSize + backward outputSize]}; time-major where the
   *     inputs are
   */
  public Operand<T> joined(Ops tf) {
    return tf.concat(List.of(outputsForward, outputsBackward), tf.constant(2));
  }

  /**
   * Starts a builder of two loops.
   *
   * @param scope variables go into {@code bidirectional_rnn/fw} and {@code bidirectional_rnn/bw} in
   *     it
   * @param cellForward reads from the first step (Python: {@code cell_fw})
   * @param cellBackward reads from the last step (Python: {@code cell_bw})
   * @param inputs float {@code [batch, steps, depth]} with a known depth
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf, VariableScope scope, RNNCell cellForward, RNNCell cellBackward, Operand<T> inputs) {
    return new Builder<>(tf, scope, cellForward, cellBackward, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.bidirectional_dynamic_rnn}. */
  public static final class Builder<T extends TFloating>
      extends LoopBuilder.TwoCells<T, Builder<T>> {
    private final Operand<T> inputs;
    private boolean timeMajor;
    private boolean gradient = true;

    private Builder(
        Ops tf, VariableScope scope, RNNCell cellForward, RNNCell cellBackward, Operand<T> inputs) {
      super(tf, scope, cellForward, cellBackward);
      this.inputs = Objects.requireNonNull(inputs, "inputs");
    }

    /** Whether inputs and outputs are {@code [steps, batch, ...]}; false by default. */
    public Builder<T> timeMajor(boolean steps) {
      this.timeMajor = steps;
      return this;
    }

    /**
     * Taken for TF1's programs, without effect: tensors that the gradient needs are not swapped
     * from a GPU's memory to the host's.
     */
    public Builder<T> swapMemory(boolean swap) {
      return this;
    }

    /**
     * Taken for TF1's programs (32 by default there), without effect: TensorFlow chooses how many
     * steps run at once. Results do not depend on it.
     *
     * @param number at least 1
     */
    public Builder<T> parallelIterations(int number) {
      RnnArguments.requireParallelIterations(NAME, number);
      return this;
    }

    /** Whether the loops have gradients; true by default. False saves memory. */
    public Builder<T> gradient(boolean wanted) {
      this.gradient = wanted;
      return this;
    }

    /**
     * Adds both loops to the graph.
     *
     * @throws IllegalArgumentException as {@link DynamicRnn.Builder#build}
     */
    public BidirectionalDynamicRnn<T> build() {
      RnnArguments.requireNoLoop(NAME, tf);
      RnnArguments.depthOfTensor(NAME, inputs, timeMajor);
      DropoutWrapper.drawNoise(variables, inputs.type(), cellForward, cellBackward);
      Ops scope = operations();
      Optional<Operand<TInt32>> lengths = sequenceLength.map(given -> lengths(scope, given));
      DynamicRnn<T> forward = loop(scope, "fw", cellForward, inputs, lengths, stateForward);
      Operand<T> reversed = reversed(scope, inputs, lengths);
      DynamicRnn<T> backward = loop(scope, "bw", cellBackward, reversed, lengths, stateBackward);
      return new BidirectionalDynamicRnn<>(
          forward.outputs(),
          reversed(scope, backward.outputs(), lengths),
          forward.state(),
          backward.state());
    }

    private Operand<TInt32> lengths(Ops scope, Operand<? extends TIntegral> given) {
      Operand<TInt32> sizes = scope.shape(inputs);
      int timeAxis = timeMajor ? 0 : 1;
      int batchAxis = 1 - timeAxis;
      Operand<TInt32> steps = RnnArguments.size(scope, sizes, timeAxis);
      Operand<TInt32> batch = RnnArguments.size(scope, sizes, batchAxis);
      long knownBatch = inputs.shape().get(batchAxis);
      return RnnArguments.lengthsWithinSteps(NAME, scope, given, steps, batch, knownBatch);
    }

    private DynamicRnn<T> loop(
        Ops scope,
        String name,
        RNNCell cell,
        Operand<T> steps,
        Optional<Operand<TInt32>> lengths,
        Optional<RNNState<T>> initialState) {
      DynamicRnn.Builder<T> builder =
          DynamicRnn.builder(scope, variables(), cell, steps)
              .scope(name)
              .timeMajor(timeMajor)
              .gradient(gradient);
      lengths.ifPresent(builder::sequenceLength);
      initialState.ifPresent(builder::initialState);
      return builder.build();
    }

    private Operand<T> reversed(Ops scope, Operand<T> tensor, Optional<Operand<TInt32>> lengths) {
      long timeAxis = timeMajor ? 0 : 1;
      if (lengths.isEmpty()) {
        return scope.reverse(tensor, scope.array((int) timeAxis));
      }
      return scope.reverseSequence(
          tensor, lengths.get(), timeAxis, ReverseSequence.batchDim(1 - timeAxis));
    }
  }
}
