package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
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
 * An {@link AttentionDecoder} that reads embedded symbols, those of its inputs or its own (Python:
 * {@code tf.contrib.legacy_seq2seq.embedding_attention_decoder}).
 */
public final class EmbeddingAttentionDecoder {
  private EmbeddingAttentionDecoder() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code embedding_attention_decoder}
   * @param decoderInputs symbols, one tensor {@code [batch]} for each step
   * @param initialState of the cell's structure
   * @param attentionStates {@code [batch, length, size]} with a known size
   * @param cell built here if it is not yet
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<TInt32>> decoderInputs,
      RNNState<T> initialState,
      Operand<T> attentionStates,
      RNNCell cell) {
    return new Builder<>(tf, scope, decoderInputs, initialState, attentionStates, cell);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends SymbolBuilder<T, Builder<T>> {
    private static final String NAME = "embedding_attention_decoder";

    private final List<Operand<TInt32>> decoderInputs;
    private final RNNState<T> initialState;
    private final Operand<T> attentionStates;
    private final RNNCell cell;
    private OptionalInt numSymbols = OptionalInt.empty();
    private OptionalInt embeddingSize = OptionalInt.empty();
    private OptionalInt outputSize = OptionalInt.empty();
    private int numHeads = 1;
    private boolean update = true;
    private boolean initialStateAttention;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<TInt32>> decoderInputs,
        RNNState<T> initialState,
        Operand<T> attentionStates,
        RNNCell cell) {
      super(tf, scope, NAME);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.initialState = Objects.requireNonNull(initialState, "initialState");
      this.attentionStates = Objects.requireNonNull(attentionStates, "attentionStates");
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** Number of symbols, at least 1; it must be given. */
    public Builder<T> numSymbols(int number) {
      this.numSymbols = OptionalInt.of(requirePositive("num_symbols", number));
      return this;
    }

    /** Width of the embedding of a symbol, at least 1; it must be given. */
    public Builder<T> embeddingSize(int width) {
      this.embeddingSize = OptionalInt.of(requirePositive("embedding_size", width));
      return this;
    }

    /** Width of the outputs, at least 1; by default that of the cell's. */
    public Builder<T> outputSize(int size) {
      this.outputSize = OptionalInt.of(requirePositive("output_size", size));
      return this;
    }

    /** Number of heads, at least 1; 1 by default. */
    public Builder<T> numHeads(int heads) {
      this.numHeads = requirePositive("num_heads", heads);
      return this;
    }

    /**
     * Whether the gradient goes into the embedding of symbols that the decoder chose; true by
     * default.
     */
    public Builder<T> updateEmbeddingForPrevious(boolean wanted) {
      this.update = wanted;
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
     * @throws IllegalArgumentException if a size is missing, or if a shape does not fit
     */
    public Seq2SeqOutput<T> build() {
      int symbols = requireGiven(NAME, "num_symbols", numSymbols);
      int width = requireGiven(NAME, "embedding_size", embeddingSize);
      outputProjection.ifPresent(to -> to.requireSymbols(symbols));
      VariableScope scope = variables();
      Operand<T> embedding =
          scope.getVariable("embedding", attentionStates.type(), Shape.of(symbols, width)).value();
      List<Operand<T>> inputs = SymbolFeed.lookUps(tf, embedding, decoderInputs);
      AttentionDecoder.Builder<T> decoder =
          AttentionDecoder.builder(tf, scope, inputs, initialState, attentionStates, cell)
              .numHeads(numHeads)
              .outputSize(outputSize.orElse(cell.outputSize()))
              .initialStateAttention(initialStateAttention);
      if (feedPrevious.always()) {
        decoder.loopFunction(SymbolFeed.loopFunction(embedding, outputProjection, update));
      }
      return decoder.build();
    }
  }
}
