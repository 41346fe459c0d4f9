package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Chooses the largest of the outputs, taken as logits; its embedding is the next input (Python:
 * {@code tf.contrib.seq2seq.GreedyEmbeddingHelper}).
 */
public final class GreedyEmbeddingHelper<T extends TFloating> extends EmbeddingHelper<T> {
  /**
   * A helper.
   *
   * @param startTokens {@code [batch]}, the symbols that the first step reads
   * @param endToken scalar, the symbol that ends a sequence
   * @throws IllegalArgumentException if a shape has another number of dimensions
   */
  public GreedyEmbeddingHelper(
      Ops tf, Embedding<T> embedding, Operand<TInt32> startTokens, Operand<TInt32> endToken) {
    super(tf, embedding, startTokens, endToken);
  }

  @Override
  public Operand<TInt32> sample(DecodeStep<T> step, Operand<T> outputs, RNNState<T> state) {
    return Sampling.argMax(step.tf(), outputs);
  }
}
