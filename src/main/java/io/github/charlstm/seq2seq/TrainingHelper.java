package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * Reads the inputs of each step (Python: {@code tf.contrib.seq2seq.TrainingHelper}). The samples
 * are the largest outputs. The loop ends with the longest sequence.
 */
public final class TrainingHelper<T extends TFloating> implements Helper<T, TInt32> {
  private final TrainingInputs<T> inputs;

  /**
   * Inputs {@code [batch, steps, depth]}.
   *
   * @param sequenceLength {@code [batch]}, int32 or int64, each at most the number of steps
   * @throws IllegalArgumentException if a shape has another number of dimensions, or the depth is
   *     unknown
   */
  public TrainingHelper(Ops tf, Operand<T> inputs, Operand<? extends TNumber> sequenceLength) {
    this(tf, inputs, sequenceLength, false);
  }

  /** As the other constructor; inputs are {@code [steps, batch, depth]} if time-major. */
  public TrainingHelper(
      Ops tf, Operand<T> inputs, Operand<? extends TNumber> sequenceLength, boolean timeMajor) {
    this.inputs = new TrainingInputs<>("TrainingHelper", tf, inputs, sequenceLength, timeMajor);
  }

  @Override
  public Operand<TInt32> batchSize() {
    return inputs.batchSize();
  }

  @Override
  public Optional<Operand<T>> sequence() {
    return inputs.sequence();
  }

  @Override
  public Start<T> initialize(Ops tf) {
    return inputs.start(tf);
  }

  @Override
  public Operand<TInt32> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state) {
    return Sampling.argMax(step.tf(), outputs);
  }

  @Override
  public Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<TInt32> sampleIds) {
    return new Next<>(inputs.finished(step), step.row().orElseThrow(), state);
  }
}
