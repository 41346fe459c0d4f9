package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.Collections;
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
 * Two unrolled loops over the same inputs, one from each end (Python: {@code
 * tf.nn.static_bidirectional_rnn}).
 *
 * <p>{@code output_t = [forward_t, backward_t]}, where the forward cell has read the inputs 0 .. t
 * and the backward cell T-1 .. t; with lengths, it starts at each sequence's own last step.
 * Schuster and Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal
 * Processing 45 (1997).
 *
 * @param outputs one for each step, {@code [batch, forward outputSize + backward outputSize]}
 * @param stateForward after each sequence's last step
 * @param stateBackward after each sequence's first step
 */
public record StaticBidirectionalRnn<T extends TFloating>(
    List<Operand<T>> outputs, RNNState<T> stateForward, RNNState<T> stateBackward) {
  private static final String NAME = "static_bidirectional_rnn";

  public StaticBidirectionalRnn {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(stateForward, "stateForward");
    Objects.requireNonNull(stateBackward, "stateBackward");
  }

  /**
   * Starts a builder of two loops.
   *
   * @param scope variables go into {@code bidirectional_rnn/fw} and {@code bidirectional_rnn/bw} in
   *     it
   * @param cellForward reads from the first step (Python: {@code cell_fw})
   * @param cellBackward reads from the last step (Python: {@code cell_bw})
   * @param inputs one for each step, float {@code [batch, depth]} with a known depth; at least one
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      RNNCell cellForward,
      RNNCell cellBackward,
      List<? extends Operand<T>> inputs) {
    return new Builder<>(tf, scope, cellForward, cellBackward, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.static_bidirectional_rnn}. */
  public static final class Builder<T extends TFloating>
      extends LoopBuilder.TwoCells<T, Builder<T>> {
    private final List<Operand<T>> inputs;

    private Builder(
        Ops tf,
        VariableScope scope,
        RNNCell cellForward,
        RNNCell cellBackward,
        List<? extends Operand<T>> inputs) {
      super(tf, scope, cellForward, cellBackward);
      this.inputs = RnnArguments.steps(NAME, inputs);
    }

    /**
     * Adds both loops to the graph.
     *
     * @throws IllegalArgumentException as {@link StaticRnn.Builder#build}
     */
    public StaticBidirectionalRnn<T> build() {
      RnnArguments.requireGraph(NAME, tf);
      RnnArguments.depthOfSteps(NAME, inputs);
      DropoutWrapper.drawNoise(variables, inputs.get(0).type(), cellForward, cellBackward);
      Ops scope = operations();
      Optional<Operand<TInt32>> lengths = sequenceLength.map(given -> lengths(scope, given));
      StaticRnn<T> forward = loop(scope, "fw", cellForward, inputs, lengths, stateForward);
      List<Operand<T>> reversed = reversed(scope, inputs, lengths);
      StaticRnn<T> backward = loop(scope, "bw", cellBackward, reversed, lengths, stateBackward);
      List<Operand<T>> backwardOutputs = reversed(scope, backward.outputs(), lengths);
      List<Operand<T>> outputs = new ArrayList<>();
      for (int t = 0; t < inputs.size(); t++) {
        outputs.add(
            scope.concat(
                List.of(forward.outputs().get(t), backwardOutputs.get(t)), scope.constant(1)));
      }
      return new StaticBidirectionalRnn<>(outputs, forward.state(), backward.state());
    }

    private Operand<TInt32> lengths(Ops scope, Operand<? extends TIntegral> given) {
      Operand<T> first = inputs.get(0);
      Operand<TInt32> steps = scope.constant(inputs.size());
      Operand<TInt32> batch = RnnArguments.size(scope, scope.shape(first), 0);
      return RnnArguments.lengthsWithinSteps(
          NAME, scope, given, steps, batch, first.shape().get(0));
    }

    private StaticRnn<T> loop(
        Ops scope,
        String name,
        RNNCell cell,
        List<Operand<T>> steps,
        Optional<Operand<TInt32>> lengths,
        Optional<RNNState<T>> initialState) {
      StaticRnn.Builder<T> builder = StaticRnn.builder(scope, variables(), cell, steps).scope(name);
      lengths.ifPresent(builder::sequenceLength);
      initialState.ifPresent(builder::initialState);
      return builder.build();
    }

    static <T extends TFloating> List<Operand<T>> reversed(
        Ops scope, List<Operand<T>> steps, Optional<Operand<TInt32>> lengths) {
      if (lengths.isEmpty()) {
        List<Operand<T>> reversed = new ArrayList<>(steps);
        Collections.reverse(reversed);
        return reversed;
      }
      Operand<T> joined = TimeStack.of(scope, steps); // [B, T, D]
      Operand<T> turned =
          scope.reverseSequence(joined, lengths.get(), 1L, ReverseSequence.batchDim(0L));
      List<Operand<T>> parts = new ArrayList<>();
      for (int t = 0; t < steps.size(); t++) {
        Operand<T> part = scope.gather(turned, scope.constant(t), scope.constant(1));
        parts.add(part);
      }
      return parts;
    }
  }
}
