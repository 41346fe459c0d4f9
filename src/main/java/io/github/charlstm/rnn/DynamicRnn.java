package io.github.charlstm.rnn;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.loop.Body;
import io.github.charlstm.loop.Scan;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/**
 * A cell in a while loop; the number of steps and the batch may be known only at run time (Python:
 * {@code tf.nn.dynamic_rnn}).
 *
 * <p>{@code output_t, state_t = cell(input_t, state_{t-1})} for t = 0 .. T-1. With sequence
 * lengths, the outputs after a sequence's end are zeros and its state stays; the loop stops at the
 * longest one.
 *
 * <p>{@code tf.gradients} differentiates it if it can differentiate the cell's step; else it throws
 * an {@code UnsupportedOperationException} that names the operation. Second derivatives are not
 * supported, as in TF1. The graph has the same size for every T, and memory grows linearly with T.
 * Forward and backward pass use the same dropout masks.
 *
 * @param outputs {@code [batch, steps, outputSize]}, or {@code [steps, batch, outputSize]} where
 *     the inputs are time-major
 * @param state after the last step of each sequence
 */
public record DynamicRnn<T extends TFloating>(Operand<T> outputs, RNNState<T> state) {
  private static final String NAME = "dynamic_rnn";

  public DynamicRnn {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(state, "state");
  }

  /**
   * Starts a builder of a loop.
   *
   * @param scope variables go into its child {@value StaticRnn#DEFAULT_SCOPE}
   * @param cell built here if it is not yet
   * @param inputs float {@code [batch, steps, depth]} with a known depth
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf, VariableScope scope, RNNCell cell, Operand<T> inputs) {
    return new Builder<>(tf, scope, cell, inputs);
  }

  /** Options, with the names and defaults of {@code tf.nn.dynamic_rnn}. */
  public static final class Builder<T extends TFloating>
      extends LoopBuilder.OneCell<T, Builder<T>> {
    private final Operand<T> inputs;
    private Optional<Operand<? extends TIntegral>> sequenceLength = Optional.empty();
    private boolean timeMajor;
    private boolean gradient = true;

    private Builder(Ops tf, VariableScope scope, RNNCell cell, Operand<T> inputs) {
      super(tf, scope, cell);
      this.inputs = Objects.requireNonNull(inputs, "inputs");
    }

    @Override
    Class<T> dtype() {
      return inputs.type();
    }

    /**
     * Steps of each sequence (Python: {@code sequence_length}), int32 or int64 {@code [batch]}; all
     * T by default. As in TF1 a length beyond T counts as T, and one below 0 as 0.
     */
    public Builder<T> sequenceLength(Operand<? extends TIntegral> lengths) {
      this.sequenceLength = Optional.of(Objects.requireNonNull(lengths, "lengths"));
      return this;
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

    /** Whether the loop has a gradient; true by default. False saves memory. */
    public Builder<T> gradient(boolean wanted) {
      this.gradient = wanted;
      return this;
    }

    /**
     * Adds the loop to the graph.
     *
     * @throws IllegalArgumentException if inputs, lengths or state do not fit the cell or each
     *     other. The number of sequence lengths is checked at run time: {@code
     *     TFInvalidArgumentException}
     */
    public DynamicRnn<T> build() {
      RnnArguments.requireNoLoop(NAME, tf);
      long depth = RnnArguments.depthOfTensor(NAME, inputs, timeMajor);
      long knownBatch = inputs.shape().get(timeMajor ? 1 : 0);
      initialState.ifPresent(state -> RnnArguments.requireBatch(NAME, state, knownBatch));
      sequenceLength.ifPresent(given -> RnnArguments.requireLengths(NAME, given, knownBatch));
      DropoutWrapper.drawNoise(variables, dtype(), cell);
      Ops loop = operations();
      Operand<T> steps = timeMajor ? inputs : RnnArguments.swapped(loop, inputs); // [T, B, D]
      Operand<TInt32> sizes = loop.shape(steps);
      Operand<TInt32> length = RnnArguments.size(loop, sizes, 0);
      Operand<TInt32> batch = RnnArguments.size(loop, sizes, 1);
      RNNState<T> initial = initialState(loop, knownBatch, () -> batch);
      Optional<Operand<TInt32>> lengths =
          sequenceLength.map(given -> RnnArguments.lengths(NAME, loop, given, batch, knownBatch));
      Operand<TInt32> bound = lengths.map(all -> longest(loop, all, length)).orElse(length);
      Scan<T> scan =
          Scan.of(loop, steps, bound, initial.flatten(), body(depth, initial, lengths), gradient);
      Operand<T> outputs = timeMajor ? scan.outputs() : RnnArguments.swapped(loop, scan.outputs());
      return new DynamicRnn<>(outputs, initial.pack(scan.states()));
    }

    private Body<T> body(long depth, RNNState<T> structure, Optional<Operand<TInt32>> lengths) {
      return (step, input, states) -> {
        RNNState<T> before = structure.pack(states);
        // the variables are made in the graph around the loop, by the store's builder
        RNNCell.Step<T> done = cell.firstCall(variables(), depth, step, input, before);
        cell.requireStep(done);
        if (lengths.isPresent()) {
          Operand<TInt32> time = ((LoopEnvironment) step.scope().env()).time();
          done = RnnArguments.within(step, time, lengths.get(), before, done);
        }
        return new Body.Result<>(done.output(), done.state().flatten());
      };
    }

    // As TF1: at least one step, so that there is an output to take the shape from.
    private static Operand<TInt32> longest(
        Ops loop, Operand<TInt32> lengths, Operand<TInt32> length) {
      Operand<TInt32> most = loop.max(lengths, loop.array(0));
      return loop.math.minimum(length, loop.math.maximum(loop.constant(1), most));
    }
  }
}
