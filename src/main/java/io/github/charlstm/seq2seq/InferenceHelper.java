package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * Chooses by functions of its user (Python: {@code tf.contrib.seq2seq.InferenceHelper}).
 *
 * @param <T> of inputs and outputs
 * @param <I> of the samples
 */
public final class InferenceHelper<T extends TFloating, I extends TType> implements Helper<T, I> {
  private final Operand<T> startInputs;
  private final Function<T, I> sample;
  private final Function<I, TBool> end;
  private final Function<I, T> nextInputs;
  private final Operand<TInt32> batch;

  /** Operations on one tensor; all are made with the given builder. */
  @FunctionalInterface
  public interface Function<X extends TType, Y extends TType> {
    /** Adds the operations. */
    Operand<Y> of(Ops tf, Operand<X> tensor);
  }

  /**
   * A helper.
   *
   * @param startInputs of the first step, {@code [batch, depth]} with a known depth
   * @param sampleFn from outputs {@code [batch, outputSize]} to samples {@code [batch, ...]}
   * @param endFn from samples to {@code [batch]}: whether a sequence ends
   * @param nextInputsFn from samples to inputs {@code [batch, depth]}
   */
  public InferenceHelper(
      Ops tf,
      Operand<T> startInputs,
      Function<T, I> sampleFn,
      Function<I, TBool> endFn,
      Function<I, T> nextInputsFn) {
    this.startInputs = Objects.requireNonNull(startInputs, "startInputs");
    this.sample = Objects.requireNonNull(sampleFn, "sampleFn");
    this.end = Objects.requireNonNull(endFn, "endFn");
    this.nextInputs = Objects.requireNonNull(nextInputsFn, "nextInputsFn");
    BasicDecoder.depth(startInputs);
    this.batch = tf.gather(tf.shape(startInputs), tf.constant(0), tf.constant(0));
  }

  /** A helper whose samples are the next inputs (Python: without {@code next_inputs_fn}). */
  public static <T extends TFloating> InferenceHelper<T, T> ofSamples(
      Ops tf, Operand<T> startInputs, Function<T, T> sampleFn, Function<T, TBool> endFn) {
    return new InferenceHelper<>(tf, startInputs, sampleFn, endFn, (body, samples) -> samples);
  }

  @Override
  public Operand<TInt32> batchSize() {
    return batch;
  }

  @Override
  public Start<T> initialize(Ops tf) {
    Operand<TInt32> shape = tf.reshape(batch, tf.array(1));
    return new Start<>(tf.fill(shape, tf.constant(false)), startInputs);
  }

  @Override
  public Operand<I> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state) {
    return sample.of(step.tf(), outputs);
  }

  @Override
  public Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<I> sampleIds) {
    return new Next<>(end.of(step.tf(), sampleIds), nextInputs.of(step.tf(), sampleIds), state);
  }
}
