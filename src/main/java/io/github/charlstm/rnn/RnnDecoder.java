package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * The decoder of TF1's first sequence-to-sequence library (Python: {@code
 * tf.contrib.legacy_seq2seq.rnn_decoder}).
 *
 * <p>Without a loop function it runs the cell over the inputs. With one, the function computes the
 * input of each step but the first from the previous output; of the given inputs only the first and
 * their number count.
 *
 * @param outputs one for each step, {@code [batch, outputSize]}
 * @param state after the last step
 */
public record RnnDecoder<T extends TFloating>(List<Operand<T>> outputs, RNNState<T> state) {

  /** TF1's default scope. */
  public static final String DEFAULT_SCOPE = "rnn_decoder";

  public RnnDecoder {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(state, "state");
  }

  /** Computes a step's input from the previous output (Python: {@code loop_function(prev, i)}). */
  @FunctionalInterface
  public interface LoopFunction<T extends TFloating> {
    /**
     * Computes the input of a step.
     *
     * @param tf builder of scope {@code loop_function} in the decoder's
     * @param previous the previous output, {@code [batch, outputSize]}
     * @param step number of the step, from 1
     * @return its input, {@code [batch, depth]}
     */
    Operand<T> next(Ops tf, Operand<T> previous, int step);
  }

  /**
   * Adds the steps to the graph.
   *
   * @param scope variables go into its child {@value #DEFAULT_SCOPE}
   * @param decoderInputs one for each step, float {@code [batch, depth]} with a known depth; at
   *     least one
   * @param initialState as {@code cell.zeroState} gives it
   * @param cell built here if it is not yet
   * @param loopFunction empty to read the inputs
   * @throws IllegalArgumentException if inputs or state do not fit the cell
   */
  public static <T extends TFloating> RnnDecoder<T> of(
      Ops tf,
      VariableScope scope,
      List<? extends Operand<T>> decoderInputs,
      RNNState<T> initialState,
      RNNCell cell,
      Optional<LoopFunction<T>> loopFunction) {
    Objects.requireNonNull(initialState, "initialState");
    Objects.requireNonNull(loopFunction, "loopFunction");
    RnnArguments.requireGraph(DEFAULT_SCOPE, tf);
    List<Operand<T>> inputs = RnnArguments.steps(DEFAULT_SCOPE, decoderInputs);
    long depth = RnnArguments.depthOfSteps(DEFAULT_SCOPE, inputs);
    RnnArguments.requireBatch(DEFAULT_SCOPE, initialState, inputs.get(0).shape().get(0));
    Ops loop = tf.withSubScope(DEFAULT_SCOPE);
    List<Operand<T>> outputs = new ArrayList<>();
    RNNState<T> state = initialState;
    for (int t = 0; t < inputs.size(); t++) {
      Operand<T> input = inputs.get(t);
      if (t > 0 && loopFunction.isPresent()) {
        Ops next = loop.withSubScope("loop_function");
        input = loopFunction.get().next(next, outputs.get(t - 1), t);
        Objects.requireNonNull(input, "the loop function of rnn_decoder returned null");
      }
      RNNCell.Step<T> step =
          t == 0
              ? cell.firstCall(scope.child(DEFAULT_SCOPE), depth, loop, input, state)
              : cell.call(loop, input, state);
      outputs.add(cell.requireStep(step).output());
      state = step.state();
    }
    return new RnnDecoder<>(outputs, state);
  }
}
