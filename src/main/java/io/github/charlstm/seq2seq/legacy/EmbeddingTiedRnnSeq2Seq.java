package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * From symbols to symbols, with one embedding and one cell for encoder and decoder (Python: {@code
 * tf.contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq}).
 */
public final class EmbeddingTiedRnnSeq2Seq {
  private EmbeddingTiedRnnSeq2Seq() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code embedding_tied_rnn_seq2seq}
   * @param dtype of variables and outputs
   * @param encoderInputs symbols, one tensor {@code [batch]} for each step
   * @param decoderInputs likewise
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      Class<T> dtype,
      List<Operand<TInt32>> encoderInputs,
      List<Operand<TInt32>> decoderInputs,
      RNNCell cell) {
    return new Builder<>(tf, scope, dtype, encoderInputs, decoderInputs, cell);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends ModelBuilder<T, Builder<T>> {
    private final RNNCell cell;
    private OptionalInt numSymbols = OptionalInt.empty();
    private OptionalInt decoderSymbols = OptionalInt.empty();

    private Builder(
        Ops tf,
        VariableScope scope,
        Class<T> dtype,
        List<Operand<TInt32>> encoderInputs,
        List<Operand<TInt32>> decoderInputs,
        RNNCell cell) {
      super(tf, scope, dtype, "embedding_tied_rnn_seq2seq", encoderInputs, decoderInputs);
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** Number of symbols, at least 1; it must be given. */
    public Builder<T> numSymbols(int number) {
      this.numSymbols = OptionalInt.of(requirePositive("num_symbols", number));
      return this;
    }

    /** Number of the symbols that outputs stand for; by default that of all symbols. */
    public Builder<T> numDecoderSymbols(int number) {
      this.decoderSymbols = OptionalInt.of(requirePositive("num_decoder_symbols", number));
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if a size is missing, or if inputs or projection do not fit
     */
    public Seq2SeqOutput<T> build() {
      int symbols = requireGiven(function, "num_symbols", numSymbols);
      outputProjection.ifPresent(to -> to.requireSymbols(symbols));
      VariableScope scope = variables();
      Operand<T> embedding =
          scope.getVariable("embedding", dtype, Shape.of(symbols, embeddingSize())).value();
      List<Operand<T>> encoder = SymbolFeed.lookUps(tf, embedding, encoderInputs);
      List<Operand<T>> decoder = SymbolFeed.lookUps(tf, embedding, decoderInputs);
      RNNCell projected = decoderCell(() -> cell, decoderSymbols.orElse(symbols));
      boolean update = feedPrevious.where().isEmpty();
      return feedPrevious.decode(
          tf,
          scope,
          (inner, previous) -> {
            TiedRnnSeq2Seq.Builder<T> tied =
                TiedRnnSeq2Seq.builder(tf, inner, encoder, decoder, projected);
            if (previous) {
              tied.loopFunction(SymbolFeed.loopFunction(embedding, outputProjection, update));
            }
            return tied.build();
          });
    }
  }
}
