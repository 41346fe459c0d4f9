package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * From symbols to symbols, with a decoder that attends to the encoder's outputs (Python: {@code
 * tf.contrib.legacy_seq2seq.embedding_attention_seq2seq}).
 */
public final class EmbeddingAttentionSeq2Seq {
  private EmbeddingAttentionSeq2Seq() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code embedding_attention_seq2seq}
   * @param dtype of variables and outputs
   * @param encoderInputs symbols, one tensor {@code [batch]} for each step
   * @param decoderInputs likewise
   * @param cells gives the encoder's cell, then an equal one for the decoder
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      Class<T> dtype,
      List<Operand<TInt32>> encoderInputs,
      List<Operand<TInt32>> decoderInputs,
      Supplier<? extends RNNCell> cells) {
    return new Builder<>(tf, scope, dtype, encoderInputs, decoderInputs, cells);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends ModelBuilder<T, Builder<T>> {
    private final Supplier<? extends RNNCell> cells;
    private OptionalInt encoderSymbols = OptionalInt.empty();
    private OptionalInt decoderSymbols = OptionalInt.empty();
    private int numHeads = 1;
    private boolean initialStateAttention;

    private Builder(
        Ops tf,
        VariableScope scope,
        Class<T> dtype,
        List<Operand<TInt32>> encoderInputs,
        List<Operand<TInt32>> decoderInputs,
        Supplier<? extends RNNCell> cells) {
      super(tf, scope, dtype, "embedding_attention_seq2seq", encoderInputs, decoderInputs);
      this.cells = Objects.requireNonNull(cells, "cells");
    }

    /** Number of the encoder's symbols, at least 1; it must be given. */
    public Builder<T> numEncoderSymbols(int number) {
      this.encoderSymbols = OptionalInt.of(requirePositive("num_encoder_symbols", number));
      return this;
    }

    /** Number of the decoder's symbols, at least 1; it must be given. */
    public Builder<T> numDecoderSymbols(int number) {
      this.decoderSymbols = OptionalInt.of(requirePositive("num_decoder_symbols", number));
      return this;
    }

    /** Number of heads, at least 1; 1 by default. */
    public Builder<T> numHeads(int heads) {
      this.numHeads = requirePositive("num_heads", heads);
      return this;
    }

    /** Whether the first step reads what the initial state attends to; false by default. */
    public Builder<T> initialStateAttention(boolean wanted) {
      this.initialStateAttention = wanted;
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if a size is missing, or if inputs or projection do not fit
     */
    public Seq2SeqOutput<T> build() {
      int from = requireGiven(function, "num_encoder_symbols", encoderSymbols);
      int to = requireGiven(function, "num_decoder_symbols", decoderSymbols);
      VariableScope scope = variables();
      StaticRnn<T> encoder = encoder(scope, cells.get(), from);
      Operand<T> states = TimeStack.of(tf, encoder.outputs()); // [batch, length, outputSize]
      RNNCell cell = decoderCell(cells, to);
      boolean update = feedPrevious.where().isEmpty();
      return feedPrevious.decode(
          tf,
          scope,
          (inner, previous) -> {
            EmbeddingAttentionDecoder.Builder<T> decoder =
                EmbeddingAttentionDecoder.builder(
                        tf, inner, decoderInputs, encoder.state(), states, cell)
                    .numSymbols(to)
                    .embeddingSize(embeddingSize())
                    .numHeads(numHeads)
                    .outputSize(cell.outputSize())
                    .feedPrevious(previous)
                    .updateEmbeddingForPrevious(update)
                    .initialStateAttention(initialStateAttention);
            outputProjection.ifPresent(
                given -> decoder.outputProjection(given.weights(), given.biases()));
            return decoder.build();
          });
    }
  }
}
