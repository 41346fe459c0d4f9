package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.Dtypes;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Draws a symbol from the outputs, taken as logits; its embedding is the next input (Python: {@code
 * tf.contrib.seq2seq.SampleEmbeddingHelper}).
 */
public final class SampleEmbeddingHelper<T extends TFloating> extends EmbeddingHelper<T> {
  private final Optional<Operand<T>> temperature;
  private final OptionalDouble fixedTemperature;
  private final OptionalLong seed;

  private SampleEmbeddingHelper(Builder<T> options) {
    super(options.tf, options.embedding, options.startTokens, options.endToken);
    temperature = options.temperature;
    fixedTemperature = options.fixedTemperature;
    seed = options.seed;
  }

  /**
   * Starts a builder.
   *
   * @param startTokens {@code [batch]}, the symbols that the first step reads
   * @param endToken scalar, the symbol that ends a sequence
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf, Embedding<T> embedding, Operand<TInt32> startTokens, Operand<TInt32> endToken) {
    return new Builder<>(tf, embedding, startTokens, endToken);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> {
    private final Ops tf;
    private final Embedding<T> embedding;
    private final Operand<TInt32> startTokens;
    private final Operand<TInt32> endToken;
    private Optional<Operand<T>> temperature = Optional.empty();
    private OptionalDouble fixedTemperature = OptionalDouble.empty();
    private OptionalLong seed = OptionalLong.empty();

    private Builder(
        Ops tf, Embedding<T> embedding, Operand<TInt32> startTokens, Operand<TInt32> endToken) {
      this.tf = tf;
      this.embedding = embedding;
      this.startTokens = startTokens;
      this.endToken = endToken;
    }

    /** What logits are divided by, above 0; 1 by default. */
    public Builder<T> softmaxTemperature(double value) {
      if (!(value > 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "SampleEmbeddingHelper expects a softmax_temperature above 0, found " + value);
      }
      this.fixedTemperature = OptionalDouble.of(value);
      this.temperature = Optional.empty();
      return this;
    }

    /** What logits are divided by, a scalar of the graph. */
    public Builder<T> softmaxTemperature(Operand<T> value) {
      if (!value.shape().isCompatibleWith(Shape.scalar())) {
        throw new IllegalArgumentException(
            "SampleEmbeddingHelper expects a softmax_temperature that is a scalar, found shape "
                + value.shape());
      }
      this.temperature = Optional.of(value);
      this.fixedTemperature = OptionalDouble.empty();
      return this;
    }

    /** Seed of the symbols; none by default. */
    public Builder<T> seed(long number) {
      this.seed = OptionalLong.of(number);
      return this;
    }

    /**
     * Builds the helper.
     *
     * @throws IllegalArgumentException if a shape does not fit
     */
    public SampleEmbeddingHelper<T> build() {
      return new SampleEmbeddingHelper<>(this);
    }
  }

  @Override
  public Operand<TInt32> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state) {
    Ops tf = step.tf();
    Operand<T> logits = outputs;
    if (temperature.isPresent()) {
      logits = tf.math.div(outputs, temperature.get());
    } else if (fixedTemperature.isPresent()) {
      double value = fixedTemperature.getAsDouble();
      logits = tf.math.div(outputs, Dtypes.constant(tf, outputs.type(), value));
    }
    return Sampling.categorical(tf, step.variables(), logits, seed);
  }
}
