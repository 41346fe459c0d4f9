package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Chooses the inputs of a {@link BasicDecoder} (Python: {@code tf.contrib.seq2seq.Helper}).
 *
 * @param <T> of inputs and outputs
 * @param <I> of the samples, in most helpers int32
 */
public interface Helper<T extends TFloating, I extends TType> {
  /** Number of sequences, an int32 scalar. */
  Operand<TInt32> batchSize();

  /**
   * A tensor {@code [steps, ...]} that the loop reads row by row, see {@link DecodeStep#row}; none
   * by default. Its gradient takes less time than that of {@code tf.gather(tensor, time)} would.
   */
  default Optional<Operand<T>> sequence() {
    return Optional.empty();
  }

  /**
   * Before the first step.
   *
   * @param tf builder of the graph around the loop
   */
  Start<T> initialize(Ops tf);

  /**
   * What is chosen of a step's outputs, {@code [batch, ...]}.
   *
   * @param outputs of the decoder, {@code [batch, outputSize]}
   * @param state of the cell after the step
   */
  Operand<I> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state);

  /**
   * The inputs of the next step.
   *
   * @param sampleIds as {@link #sample} gave them
   */
  Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<I> sampleIds);

  /**
   * Before the first step.
   *
   * @param finished {@code [batch]}, sequences without any step
   * @param inputs of the first step, {@code [batch, depth]} with a known depth
   */
  record Start<T extends TFloating>(Operand<TBool> finished, Operand<T> inputs) {
    public Start {
      Objects.requireNonNull(finished, "finished");
      Objects.requireNonNull(inputs, "inputs");
    }
  }

  /**
   * Before a further step.
   *
   * @param finished {@code [batch]}, sequences that end with this step
   * @param inputs of the next step
   * @param state of the cell for the next step
   */
  record Next<T extends TFloating>(Operand<TBool> finished, Operand<T> inputs, RNNState<T> state) {
    public Next {
      Objects.requireNonNull(finished, "finished");
      Objects.requireNonNull(inputs, "inputs");
      Objects.requireNonNull(state, "state");
    }
  }
}
