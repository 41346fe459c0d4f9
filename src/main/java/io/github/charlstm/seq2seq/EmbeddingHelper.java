package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Base of the helpers whose next input is the embedding of the symbol that was chosen. */
abstract class EmbeddingHelper<T extends TFloating> implements Helper<T, TInt32> {
  private final Embedding<T> embedding;
  private final Operand<TInt32> startTokens;
  private final Operand<TInt32> endToken;
  private final Operand<TInt32> batch;

  EmbeddingHelper(
      Ops tf, Embedding<T> embedding, Operand<TInt32> startTokens, Operand<TInt32> endToken) {
    this.embedding = Objects.requireNonNull(embedding, "embedding");
    this.startTokens = requireStart(getClass().getSimpleName(), startTokens);
    this.endToken = requireEnd(getClass().getSimpleName(), endToken);
    this.batch = tf.size(startTokens);
  }

  static Operand<TInt32> requireStart(String helper, Operand<TInt32> tokens) {
    if (tokens.shape().isUnknown() || tokens.shape().numDimensions() != 1) {
      throw new IllegalArgumentException(
          "%s expects start_tokens of shape [batch], found %s (tensor %s)"
              .formatted(
                  helper,
                  tokens.shape().isUnknown() ? "an unknown shape" : tokens.shape(),
                  tokens.op().name()));
    }
    return tokens;
  }

  static Operand<TInt32> requireEnd(String helper, Operand<TInt32> token) {
    if (!token.shape().isCompatibleWith(Shape.scalar())) {
      throw new IllegalArgumentException(
          "%s expects an end_token that is a scalar, found shape %s (tensor %s)"
              .formatted(helper, token.shape(), token.op().name()));
    }
    return token;
  }

  @Override
  public final Operand<TInt32> batchSize() {
    return batch;
  }

  @Override
  public final Start<T> initialize(Ops tf) {
    Operand<TBool> none = tf.math.notEqual(startTokens, startTokens);
    return new Start<>(none, embedding.lookUp(tf, startTokens));
  }

  @Override
  public final Next<T> nextInputs(
      DecodeStep<T> step, Operand<T> outputs, RNNState<T> state, Operand<TInt32> sampleIds) {
    Operand<TBool> finished = step.tf().math.equal(sampleIds, endToken);
    return new Next<>(finished, embedding.lookUp(step.tf(), sampleIds), state);
  }
}
