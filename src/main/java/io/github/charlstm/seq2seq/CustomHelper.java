package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * A helper of three functions (Python: {@code tf.contrib.seq2seq.CustomHelper}).
 *
 * @param <T> of inputs and outputs
 * @param <I> of the samples
 */
public final class CustomHelper<T extends TFloating, I extends TType> implements Helper<T, I> {
  private final Start<T> start;
  private final Operand<TInt32> batch;
  private final SampleFunction<T, I> sample;
  private final NextInputsFunction<T, I> nextInputs;

  /** Python: {@code sample_fn}. */
  @FunctionalInterface
  public interface SampleFunction<T extends TFloating, I extends TType> {
    /** As {@link Helper#sample}. */
    Operand<I> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state);
  }

  /** Python: {@code next_inputs_fn}. */
  @FunctionalInterface
  public interface NextInputsFunction<T extends TFloating, I extends TType> {
    /** As {@link Helper#nextInputs}. */
    Next<T> nextInputs(
        DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<I> sampleIds);
  }

  /**
   * A helper. The batch is the size of {@link Helper.Start#finished}.
   *
   * @param initializeFn called at once
   */
  public CustomHelper(
      Ops tf,
      Function<Ops, Start<T>> initializeFn,
      SampleFunction<T, I> sampleFn,
      NextInputsFunction<T, I> nextInputsFn) {
    this.start = Objects.requireNonNull(initializeFn.apply(tf), "initializeFn returned null");
    this.sample = Objects.requireNonNull(sampleFn, "sampleFn");
    this.nextInputs = Objects.requireNonNull(nextInputsFn, "nextInputsFn");
    this.batch = tf.size(start.finished());
  }

  @Override
  public Operand<TInt32> batchSize() {
    return batch;
  }

  @Override
  public Start<T> initialize(Ops tf) {
    return start;
  }

  @Override
  public Operand<I> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state) {
    return sample.sample(step, outputs, state);
  }

  @Override
  public Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<I> sampleIds) {
    return nextInputs.nextInputs(step, outputs, state, sampleIds);
  }
}
