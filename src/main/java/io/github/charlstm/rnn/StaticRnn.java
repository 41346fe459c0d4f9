package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * A cell unrolled over time: its operations are copied for each step and share the variables
 * (Python: {@code tf.nn.static_rnn}).
 *
 * <p>{@code output_t, state_t = cell(input_t, state_{t-1})}. With sequence lengths, the outputs
 * after a sequence's end are zeros and its state stays.
 *
 * @param outputs one for each step, {@code [batch, outputSize]}
 * @param state after the last step of each sequence
 */
public record StaticRnn<T extends TFloating>(List<Operand<T>> outputs, RNNState<T> state) {

  /** TF1's default scope of both {@code static_rnn} and {@code dynamic_rnn}. */
  public static final String DEFAULT_SCOPE = "rnn";

  private static final String NAME = "static_rnn";

  public StaticRnn {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(state, "state");
  }

  /**
   * Starts a builder of a loop.
   *
   * @param scope variables go into its child {@value #DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs one for each step, float {@code [batch, depth]} with a known depth; at least one
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf, VariableScope scope, RNNCell cell, List<? extends Operand<T>> inputs) {
    return new Builder<>(tf, scope, cell, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.static_rnn}. */
  public static final class Builder<T extends TFloating>
      extends LoopBuilder.OneCell<T, Builder<T>> {
    private final List<Operand<T>> inputs;
    private Optional<Operand<? extends TIntegral>> sequenceLength = Optional.empty();

    private Builder(Ops tf, VariableScope scope, RNNCell cell, List<? extends Operand<T>> inputs) {
      super(tf, scope, cell);
      this.inputs = RnnArguments.steps(NAME, inputs);
    }

    @Override
    Class<T> dtype() {
      return inputs.get(0).type();
    }

    /**
     * Steps of each sequence (Python: {@code sequence_length}), int32 or int64 {@code [batch]}; all
     * T by default. As in TF1 a length beyond T counts as T, and one below 0 as 0.
     */
    public Builder<T> sequenceLength(Operand<? extends TIntegral> lengths) {
      this.sequenceLength = Optional.of(Objects.requireNonNull(lengths, "lengths"));
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if inputs, lengths or state do not fit the cell or each
     *     other. The number of sequence lengths is checked at run time: {@code
     *     TFInvalidArgumentException}
     */
    public StaticRnn<T> build() {
      RnnArguments.requireGraph(NAME, tf);
      long depth = RnnArguments.depthOfSteps(NAME, inputs);
      long batch = inputs.get(0).shape().get(0);
      initialState.ifPresent(state -> RnnArguments.requireBatch(NAME, state, batch));
      sequenceLength.ifPresent(given -> RnnArguments.requireLengths(NAME, given, batch));
      DropoutWrapper.drawNoise(variables, dtype(), cell);
      Ops loop = operations();
      RNNState<T> state = initialState(loop, batch, () -> batch(loop));
      Optional<Operand<TInt32>> lengths = sequenceLength.map(given -> lengths(loop, given, batch));
      List<Operand<T>> outputs = new ArrayList<>();
      for (int t = 0; t < inputs.size(); t++) {
        RNNCell.Step<T> step =
            t == 0
                ? cell.firstCall(variables(), depth, loop, inputs.get(t), state)
                : cell.call(loop, inputs.get(t), state);
        cell.requireStep(step);
        if (lengths.isPresent()) {
          step = RnnArguments.within(loop, loop.constant(t), lengths.get(), state, step);
        }
        outputs.add(step.output());
        state = step.state();
      }
      return new StaticRnn<>(outputs, state);
    }

    private Operand<TInt32> lengths(Ops loop, Operand<? extends TIntegral> given, long knownBatch) {
      return RnnArguments.lengths(NAME, loop, given, batch(loop), knownBatch);
    }

    private Operand<TInt32> batch(Ops loop) {
      return RnnArguments.size(loop, loop.shape(inputs.get(0)), 0);
    }
  }
}
