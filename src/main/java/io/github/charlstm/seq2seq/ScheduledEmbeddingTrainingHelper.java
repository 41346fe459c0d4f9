package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * Scheduled sampling (Python: {@code tf.contrib.seq2seq.ScheduledEmbeddingTrainingHelper}): with a
 * probability the next input of a sequence is the embedding of a symbol that is drawn from the
 * outputs, taken as logits, else it is read as {@link TrainingHelper} does. The samples are the
 * drawn symbols, and -1 where none was drawn. Bengio et al., Scheduled sampling for sequence
 * prediction with recurrent neural networks, NIPS 2015.
 */
public final class ScheduledEmbeddingTrainingHelper<T extends TFloating>
    implements Helper<T, TInt32> {
  private static final String NAME = "ScheduledEmbeddingTrainingHelper";

  private final TrainingInputs<T> inputs;
  private final Embedding<T> embedding;
  private final Operand<T> probability;
  private final OptionalLong seed;
  private final OptionalLong schedulingSeed;

  private ScheduledEmbeddingTrainingHelper(Builder<T> options) {
    inputs =
        new TrainingInputs<>(
            NAME, options.tf, options.inputs, options.sequenceLength, options.timeMajor);
    embedding = options.embedding;
    probability = options.probability;
    seed = options.seed;
    schedulingSeed = options.schedulingSeed;
  }

  /**
   * Starts a builder.
   *
   * @param inputs {@code [batch, steps, depth]}
   * @param sequenceLength {@code [batch]}, int32 or int64, each at most the number of steps
   * @param embedding of the symbols, of the depth of the inputs
   * @param samplingProbability scalar, 0 to 1
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      Operand<T> inputs,
      Operand<? extends TNumber> sequenceLength,
      Embedding<T> embedding,
      Operand<T> samplingProbability) {
    return new Builder<>(tf, inputs, sequenceLength, embedding, samplingProbability);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final Operand<T> inputs;
    private final Operand<? extends TNumber> sequenceLength;
    private final Embedding<T> embedding;
    private final Operand<T> probability;
    private boolean timeMajor;
    private OptionalLong seed = OptionalLong.empty();
    private OptionalLong schedulingSeed = OptionalLong.empty();

    private Builder(
        Ops tf,
        Operand<T> inputs,
        Operand<? extends TNumber> sequenceLength,
        Embedding<T> embedding,
        Operand<T> probability) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.inputs = inputs;
      this.sequenceLength = sequenceLength;
      this.embedding = Objects.requireNonNull(embedding, "embedding");
      this.probability = Objects.requireNonNull(probability, "samplingProbability");
      TrainingInputs.requireProbability(NAME, probability);
    }

    /** Whether inputs are {@code [steps, batch, depth]}; false by default. */
    public Builder<T> timeMajor(boolean steps) {
      this.timeMajor = steps;
      return this;
    }

    /** Seed of the symbols; none by default. */
    public Builder<T> seed(long number) {
      this.seed = OptionalLong.of(number);
      return this;
    }

    /** Seed of the choice between symbol and input; none by default. */
    public Builder<T> schedulingSeed(long number) {
      this.schedulingSeed = OptionalLong.of(number);
      return this;
    }

    /**
     * Builds the helper.
     *
     * @throws IllegalArgumentException if a shape does not fit
     */
    public ScheduledEmbeddingTrainingHelper<T> build() {
      return new ScheduledEmbeddingTrainingHelper<>(this);
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
        Sampling.bernoulli(tf, step.variables(), probability, batchSize(), schedulingSeed);
    Operand<TInt32> drawn = Sampling.categorical(tf, step.variables(), outputs, seed);
    return tf.select(chosen, drawn, tf.math.neg(tf.onesLike(drawn)));
  }

  @Override
  public Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<TInt32> sampleIds) {
    Ops tf = step.tf();
    Operand<TBool> drawn = tf.math.greaterEqual(sampleIds, tf.constant(0));
    Operand<T> rows = embedding.lookUp(tf, tf.math.maximum(sampleIds, tf.constant(0)));
    Operand<T> next = Sampling.rows(tf, drawn, rows, step.row().orElseThrow());
    return new Next<>(inputs.finished(step), next, state);
  }
}
