package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * Layers of two dynamic loops, one from each end (Python: {@code
 * tf.contrib.rnn.stack_bidirectional_dynamic_rnn}).
 *
 * <p>Each layer is a {@link BidirectionalDynamicRnn}; both its outputs, concatenated, are the
 * inputs of the next layer. A {@code MultiRNNCell} in each direction, in contrast, joins the
 * directions above the last layer only.
 *
 * @param outputs {@code [batch, steps, forward outputSize + backward outputSize]} of the last
 *     layer; time-major where the inputs are
 * @param statesForward of each layer, after each sequence's last step
 * @param statesBackward of each layer, after each sequence's first step
 */
public record StackBidirectionalDynamicRnn<T extends TFloating>(
    Operand<T> outputs, List<RNNState<T>> statesForward, List<RNNState<T>> statesBackward) {

  private static final String NAME = "stack_bidirectional_dynamic_rnn";

  /** TF1's default scope. */
  public static final String DEFAULT_SCOPE = "stack_bidirectional_rnn";

  public StackBidirectionalDynamicRnn {
    Objects.requireNonNull(outputs, "outputs");
    statesForward = List.copyOf(statesForward);
    statesBackward = List.copyOf(statesBackward);
  }

  /**
   * Starts a builder of the layers.
   *
   * @param scope variables of layer k go into {@code
   *     stack_bidirectional_rnn/cell_k/bidirectional_rnn/fw} and {@code .../bw} in it
   * @param cellsForward one for each layer, from the inputs upwards (Python: {@code cells_fw})
   * @param cellsBackward as many (Python: {@code cells_bw})
   * @param inputs float {@code [batch, steps, depth]} with a known depth
   * @throws IllegalArgumentException if there is no cell, or not one of each direction for each
   *     layer
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<? extends RNNCell> cellsForward,
      List<? extends RNNCell> cellsBackward,
      Operand<T> inputs) {
    return new Builder<>(tf, scope, List.copyOf(cellsForward), List.copyOf(cellsBackward), inputs);
  }

  /** Options, with the names and defaults of {@code stack_bidirectional_dynamic_rnn}. */
  public static final class Builder<T extends TFloating> extends LoopBuilder<T, Builder<T>> {
    private final List<RNNCell> cellsForward;
    private final List<RNNCell> cellsBackward;
    private final Operand<T> inputs;
    private Optional<Operand<? extends TIntegral>> sequenceLength = Optional.empty();
    private List<RNNState<T>> initialStatesForward = List.of(); // empty: zeros
    private List<RNNState<T>> initialStatesBackward = List.of();
    private boolean timeMajor;
    private boolean gradient = true;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<RNNCell> cellsForward,
        List<RNNCell> cellsBackward,
        Operand<T> inputs) {
      super(tf, scope, DEFAULT_SCOPE);
      this.cellsForward = cellsForward;
      this.cellsBackward = cellsBackward;
      this.inputs = Objects.requireNonNull(inputs, "inputs");
      if (cellsForward.isEmpty()) {
        throw new IllegalArgumentException(NAME + " needs at least one layer, found no cells");
      }
      if (cellsForward.size() != cellsBackward.size()) {
        throw new IllegalArgumentException(
            "%s needs a forward and a backward cell for each layer, found %s and %s"
                .formatted(NAME, cellsForward.size(), cellsBackward.size()));
      }
    }

    /** Steps of each sequence; see {@link BidirectionalDynamicRnn.Builder#sequenceLength}. */
    public Builder<T> sequenceLength(Operand<? extends TIntegral> lengths) {
      this.sequenceLength = Optional.of(Objects.requireNonNull(lengths, "lengths"));
      return this;
    }

    /**
     * States of the forward cells before the first step, one for each layer; zeros by default.
     *
     * @throws IllegalArgumentException if there are more or fewer states than layers
     */
    public Builder<T> initialStatesForward(List<? extends RNNState<T>> states) {
      this.initialStatesForward = oneForEachLayer("initial_states_fw", states);
      return this;
    }

    /**
     * States of the backward cells before the last step, one for each layer; zeros by default.
     *
     * @throws IllegalArgumentException if there are more or fewer states than layers
     */
    public Builder<T> initialStatesBackward(List<? extends RNNState<T>> states) {
      this.initialStatesBackward = oneForEachLayer("initial_states_bw", states);
      return this;
    }

    private List<RNNState<T>> oneForEachLayer(String option, List<? extends RNNState<T>> states) {
      if (states.size() != cellsForward.size()) {
        throw new IllegalArgumentException(
            "%s with %s layers expects %s of as many states, found %s"
                .formatted(NAME, cellsForward.size(), option, states.size()));
      }
      return List.copyOf(states);
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
     * Adds all layers to the graph.
     *
     * @throws IllegalArgumentException as {@link DynamicRnn.Builder#build}
     */
    public StackBidirectionalDynamicRnn<T> build() {
      RnnArguments.requireNoLoop(NAME, tf);
      RnnArguments.depthOfTensor(NAME, inputs, timeMajor);
      DropoutWrapper.drawNoise(
          variables,
          inputs.type(),
          Stream.concat(cellsForward.stream(), cellsBackward.stream()).toArray(RNNCell[]::new));
      Ops scope = operations();
      VariableScope own = variables();
      List<RNNState<T>> statesForward = new ArrayList<>();
      List<RNNState<T>> statesBackward = new ArrayList<>();
      Operand<T> outputs = inputs;
      for (int k = 0; k < cellsForward.size(); k++) {
        Ops layerScope = scope.withSubScope("cell_" + k);
        BidirectionalDynamicRnn<T> layer = layer(k, layerScope, own.child("cell_" + k), outputs);
        outputs = layer.joined(layerScope);
        statesForward.add(layer.stateForward());
        statesBackward.add(layer.stateBackward());
      }
      return new StackBidirectionalDynamicRnn<>(outputs, statesForward, statesBackward);
    }

    private BidirectionalDynamicRnn<T> layer(
        int k, Ops scope, VariableScope own, Operand<T> layerInputs) {
      BidirectionalDynamicRnn.Builder<T> layer =
          BidirectionalDynamicRnn.builder(
                  scope, own, cellsForward.get(k), cellsBackward.get(k), layerInputs)
              .timeMajor(timeMajor)
              .gradient(gradient);
      sequenceLength.ifPresent(layer::sequenceLength);
      if (!initialStatesForward.isEmpty()) {
        layer.initialStateForward(initialStatesForward.get(k));
      }
      if (!initialStatesBackward.isEmpty()) {
        layer.initialStateBackward(initialStatesBackward.get(k));
      }
      return layer.build();
    }
  }
}
