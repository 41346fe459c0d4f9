package io.github.charlstm.rnn;

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
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Two unrolled loops over the same inputs, one from each end (Python: {@code
 * tf.nn.static_bidirectional_rnn}).
 *
 * @param outputs one a step, {@code [batch, forward outputSize + backward outputSize]}
 * @param stateForward after each sequence's last step
 * @param stateBackward after each sequence's first step
 */
public record StaticBidirectionalRnn(
    List<Operand<TFloat32>> outputs, RNNState stateForward, RNNState stateBackward) {

  public StaticBidirectionalRnn {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(stateForward, "stateForward");
    Objects.requireNonNull(stateBackward, "stateBackward");
  }

  /**
   * @param tf builder of the graph
   * @param scope variables go into {@code bidirectional_rnn/fw} and {@code bidirectional_rnn/bw} in
   *     it
   * @param cellForward reads from the first step (Python: {@code cell_fw})
   * @param cellBackward reads from the last step (Python: {@code cell_bw})
   * @param inputs one a step, float {@code [batch, depth]} with a known depth; at least one
   */
  public static Builder builder(
      Ops tf,
      VariableScope scope,
      RNNCell cellForward,
      RNNCell cellBackward,
      List<? extends Operand<TFloat32>> inputs) {
    return new Builder(tf, scope, cellForward, cellBackward, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.static_bidirectional_rnn}. */
  public static final class Builder {
    private final Ops tf;
    private final VariableScope variables;
    private final RNNCell cellForward;
    private final RNNCell cellBackward;
    private final List<? extends Operand<TFloat32>> inputs;
    private Optional<Operand<TInt32>> sequenceLength = Optional.empty();
    private Optional<RNNState> stateForward = Optional.empty();
    private Optional<RNNState> stateBackward = Optional.empty();
    private String scopeName = BidirectionalDynamicRnn.DEFAULT_SCOPE;

    private Builder(
        Ops tf,
        VariableScope scope,
        RNNCell cellForward,
        RNNCell cellBackward,
        List<? extends Operand<TFloat32>> inputs) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.variables = Objects.requireNonNull(scope, "scope");
      this.cellForward = Objects.requireNonNull(cellForward, "cellForward");
      this.cellBackward = Objects.requireNonNull(cellBackward, "cellBackward");
      this.inputs = List.copyOf(inputs);
    }

    /** Steps of each sequence, int32 {@code [batch]}, each from 0 to T; all T by default. */
    public Builder sequenceLength(Operand<TInt32> lengths) {
      this.sequenceLength = Optional.of(lengths);
      return this;
    }

    /** State of the forward cell before the first step; zeros by default. */
    public Builder initialStateForward(RNNState state) {
      this.stateForward = Optional.of(state);
      return this;
    }

    /** State of the backward cell before the last step; zeros by default. */
    public Builder initialStateBackward(RNNState state) {
      this.stateBackward = Optional.of(state);
      return this;
    }

    /** Name of the scope; {@value BidirectionalDynamicRnn#DEFAULT_SCOPE} by default. */
    public Builder scope(String name) {
      this.scopeName = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Adds both loops to the graph.
     *
     * @throws IllegalArgumentException as {@link StaticRnn.Builder#build}
     */
    public StaticBidirectionalRnn build() {
      Sequences.depthOfSteps("static_bidirectional_rnn", inputs);
      Ops scope = tf.withSubScope(scopeName);
      StaticRnn forward = loop(scope, "fw", cellForward, inputs, stateForward);
      StaticRnn backward = loop(scope, "bw", cellBackward, reversed(scope, inputs), stateBackward);
      List<Operand<TFloat32>> backwardOutputs = reversed(scope, backward.outputs());
      List<Operand<TFloat32>> outputs = new ArrayList<>();
      for (int t = 0; t < inputs.size(); t++) {
        outputs.add(
            scope.concat(
                List.of(forward.outputs().get(t), backwardOutputs.get(t)), scope.constant(1)));
      }
      return new StaticBidirectionalRnn(outputs, forward.state(), backward.state());
    }

    private StaticRnn loop(
        Ops scope,
        String name,
        RNNCell cell,
        List<? extends Operand<TFloat32>> steps,
        Optional<RNNState> initialState) {
      StaticRnn.Builder builder =
          StaticRnn.builder(scope, variables.child(scopeName), cell, steps).scope(name);
      sequenceLength.ifPresent(builder::sequenceLength);
      initialState.ifPresent(builder::initialState);
      return builder.build();
    }

    private List<Operand<TFloat32>> reversed(Ops scope, List<? extends Operand<TFloat32>> steps) {
      if (sequenceLength.isEmpty()) {
        List<Operand<TFloat32>> reversed = new ArrayList<>(steps);
        Collections.reverse(reversed);
        return reversed;
      }
      Operand<TFloat32> joined = TimeStack.of(scope, steps); // [B, T, D]
      Operand<TFloat32> turned =
          scope.reverseSequence(joined, sequenceLength.get(), 1L, ReverseSequence.batchDim(0L));
      List<Operand<TFloat32>> parts = new ArrayList<>();
      for (int t = 0; t < steps.size(); t++) {
        Operand<TFloat32> part = scope.gather(turned, scope.constant(t), scope.constant(1));
        parts.add(part);
      }
      return parts;
    }
  }
}
