package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * Scheduled sampling of outputs (Python: {@code tf.contrib.seq2seq.ScheduledOutputTrainingHelper}):
 * with a probability the next input of a sequence is its output, else it is read as {@link
 * TrainingHelper} does. The samples are 1 where the output is taken, else 0.
 */
public final class ScheduledOutputTrainingHelper<T extends TFloating> implements Helper<T, TInt32> {
  private static final String NAME = "ScheduledOutputTrainingHelper";

  private final TrainingInputs<T> inputs;
  private final Operand<T> probability;
  private final OptionalLong seed;
  private final Optional<NextInputs<T>> nextInputs;
  private final int depth; // of the inputs
  private final int auxiliaryDepth; // 0 if there are none

  /** From outputs to inputs (Python: {@code next_inputs_fn}). */
  @FunctionalInterface
  public interface NextInputs<T extends TFloating> {
    /**
     * Adds the operations. They must treat each row by itself: here all rows are given, and those
     * that are not sampled are left out afterwards.
     *
     * @param outputs {@code [batch, outputSize]}
     * @return {@code [batch, depth]}
     */
    Operand<T> of(Ops tf, Operand<T> outputs);
  }

  private ScheduledOutputTrainingHelper(Builder<T> options) {
    Operand<T> all = options.inputs;
    depth = Math.toIntExact(BasicDecoder.depth(all));
    if (options.auxiliary.isPresent()) {
      Operand<T> auxiliary = options.auxiliary.get();
      auxiliaryDepth = Math.toIntExact(BasicDecoder.depth(auxiliary));
      requireSameRows(all.shape(), auxiliary.shape());
      all = options.tf.concat(List.of(all, auxiliary), options.tf.constant(-1));
    } else {
      auxiliaryDepth = 0;
    }
    inputs = new TrainingInputs<>(NAME, options.tf, all, options.sequenceLength, options.timeMajor);
    probability = options.probability;
    seed = options.seed;
    nextInputs = options.nextInputs;
  }

  private static void requireSameRows(Shape inputs, Shape auxiliary) {
    if (inputs.numDimensions() != auxiliary.numDimensions()
        || !inputs.take(2).isCompatibleWith(auxiliary.take(2))) {
      throw new IllegalArgumentException(
          "%s expects auxiliary_inputs of the shape of the inputs, %s, but for the depth, found %s"
              .formatted(NAME, inputs, auxiliary));
    }
  }

  /**
   * Starts a builder.
   *
   * @param inputs {@code [batch, steps, depth]}
   * @param sequenceLength {@code [batch]}, int32 or int64, each at most the number of steps
   * @param samplingProbability scalar, 0 to 1
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      Operand<T> inputs,
      Operand<? extends TNumber> sequenceLength,
      Operand<T> samplingProbability) {
    return new Builder<>(tf, inputs, sequenceLength, samplingProbability);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final Operand<T> inputs;
    private final Operand<? extends TNumber> sequenceLength;
    private final Operand<T> probability;
    private boolean timeMajor;
    private OptionalLong seed = OptionalLong.empty();
    private Optional<NextInputs<T>> nextInputs = Optional.empty();
    private Optional<Operand<T>> auxiliary = Optional.empty();

    private Builder(
        Ops tf,
        Operand<T> inputs,
        Operand<? extends TNumber> sequenceLength,
        Operand<T> probability) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.inputs = Objects.requireNonNull(inputs, "inputs");
      this.sequenceLength = sequenceLength;
      this.probability = Objects.requireNonNull(probability, "samplingProbability");
      TrainingInputs.requireProbability(NAME, probability);
    }

    /** Whether inputs are {@code [steps, batch, depth]}; false by default. */
    public Builder<T> timeMajor(boolean steps) {
      this.timeMajor = steps;
      return this;
    }

    /** Seed of the choice between output and input; none by default. */
    public Builder<T> seed(long number) {
      this.seed = OptionalLong.of(number);
      return this;
    }

    /** From outputs to inputs (Python: {@code next_inputs_fn}); by default outputs are inputs. */
    public Builder<T> nextInputs(NextInputs<T> function) {
      this.nextInputs = Optional.of(function);
      return this;
    }

    /**
     * Tensors of the shape of the inputs, but for the depth, that are appended to inputs and
     * outputs alike; none by default.
     */
    public Builder<T> auxiliaryInputs(Operand<T> tensors) {
      this.auxiliary = Optional.of(tensors);
      return this;
    }

    /**
     * Builds the helper.
     *
     * @throws IllegalArgumentException if a shape does not fit
     */
    public ScheduledOutputTrainingHelper<T> build() {
      return new ScheduledOutputTrainingHelper<>(this);
    }
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
    Ops tf = step.tf();
    Operand<TBool> chosen =
        Sampling.bernoulli(tf, step.variables(), probability, batchSize(), seed);
    return tf.dtypes.cast(chosen, TInt32.class);
  }

  @Override
  public Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<TInt32> sampleIds) {
    Ops tf = step.tf();
    Operand<T> row = step.row().orElseThrow();
    Operand<T> sampled = nextInputs.isPresent() ? nextInputs.get().of(tf, outputs) : outputs;
    if (auxiliaryDepth > 0) {
      Operand<T> auxiliary = tf.slice(row, tf.array(0, depth), tf.array(-1, auxiliaryDepth));
      sampled = tf.concat(List.of(sampled, auxiliary), tf.constant(-1));
    }
    Operand<TBool> chosen = tf.math.greater(sampleIds, tf.constant(0));
    return new Next<>(inputs.finished(step), Sampling.rows(tf, chosen, sampled, row), state);
  }
}
