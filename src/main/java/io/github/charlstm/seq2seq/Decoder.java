package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * One step of {@link DynamicDecode} (Python: {@code tf.contrib.seq2seq.Decoder}).
 *
 * @param <T> of the inputs
 * @param <S> state between steps
 * @param <O> outputs of a step
 * @param <F> outputs of all steps
 */
public interface Decoder<T extends TFloating, S, O, F> {
  /** Number of sequences, an int32 scalar. */
  Operand<TInt32> batchSize();

  /** The cells that are called; their dropout draws before the loop. */
  List<RNNCell> cells();

  /** A tensor {@code [steps, ...]} that the loop reads row by row; none by default. */
  default Optional<Operand<T>> sequence() {
    return Optional.empty();
  }

  /**
   * Before the first step.
   *
   * @param variables the decoder's scope
   * @param tf builder of the graph around the loop
   */
  Start<T, S> initialize(VariableScope variables, Ops tf);

  /**
   * One step.
   *
   * @param inputs as the step before gave them
   * @param state likewise
   */
  Next<T, S, O> step(DecodeStep<T> step, Operand<T> inputs, S state);

  /**
   * Whether the decoder's {@code finished} is that of all steps so far (Python: {@code
   * tracks_own_finished}), as for one that shuffles sequences; false by default: a sequence that is
   * finished once stays so.
   */
  default boolean tracksOwnFinished() {
    return false;
  }

  /** The state's tensors. */
  List<Operand<?>> flattenState(S state);

  /**
   * A state of the same structure with other tensors.
   *
   * @param structure any state of this decoder
   * @param leaves as {@link #flattenState} orders them
   */
  S packState(S structure, List<Operand<?>> leaves);

  /** The tensors of a step's outputs, each {@code [batch, ...]}. */
  List<Operand<?>> flattenOutputs(O outputs);

  /**
   * How many of a step's tensors, from the first on, are zeros where a sequence is finished and
   * {@code impute_finished} is set; all by default.
   */
  default int imputed() {
    return Integer.MAX_VALUE;
  }

  /**
   * What the loop returns.
   *
   * @param tf builder of the graph around the loop
   * @param outputs the tensors of {@link #flattenOutputs}, each {@code [steps, batch, ...]}
   * @param finalState after the last step
   * @return outputs {@code [steps, batch, ...]} and state
   */
  Result<F, S> finish(Ops tf, List<Operand<?>> outputs, S finalState);

  /** The tensors of all outputs, each {@code [steps, batch, ...]} or with both exchanged. */
  List<Operand<?>> flattenFinal(F outputs);

  /** Outputs of the same structure with other tensors. */
  F packFinal(List<Operand<?>> leaves);

  /**
   * Before the first step.
   *
   * @param finished {@code [batch]}, or {@code [batch, beams]}
   * @param inputs of the first step
   */
  record Start<T extends TFloating, S>(Operand<TBool> finished, Operand<T> inputs, S state) {
    public Start {
      Objects.requireNonNull(finished, "finished");
      Objects.requireNonNull(inputs, "inputs");
      Objects.requireNonNull(state, "state");
    }
  }

  /**
   * After a step.
   *
   * @param outputs of the step
   * @param state for the next step
   * @param inputs of the next step
   * @param finished sequences that end with this step
   */
  record Next<T extends TFloating, S, O>(
      O outputs, S state, Operand<T> inputs, Operand<TBool> finished) {
    public Next {
      Objects.requireNonNull(outputs, "outputs");
      Objects.requireNonNull(state, "state");
      Objects.requireNonNull(inputs, "inputs");
      Objects.requireNonNull(finished, "finished");
    }
  }

  /** Outputs of all steps, and the last state. */
  record Result<F, S>(F outputs, S state) {}
}
