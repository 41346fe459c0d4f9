package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A decoder that reads embedded symbols, those of its inputs or its own (Python: {@code
 * tf.contrib.legacy_seq2seq.embedding_rnn_decoder}).
 *
 * <p>Variables: {@code embedding_rnn_decoder/embedding [symbols, embeddingSize]}, and those of the
 * cell in {@code embedding_rnn_decoder/rnn_decoder}.
 */
public final class EmbeddingRnnDecoder {
  private EmbeddingRnnDecoder() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code embedding_rnn_decoder}
   * @param decoderInputs symbols, one tensor {@code [batch]} for each step
   * @param initialState of the cell's structure
   * @param cell built here if it is not yet
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<TInt32>> decoderInputs,
      RNNState<T> initialState,
      RNNCell cell) {
    return new Builder<>(tf, scope, decoderInputs, initialState, cell);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends SymbolBuilder<T, Builder<T>> {
    private static final String NAME = "embedding_rnn_decoder";

    private final List<Operand<TInt32>> decoderInputs;
    private final RNNState<T> initialState;
    private final RNNCell cell;
    private OptionalInt numSymbols = OptionalInt.empty();
    private OptionalInt embeddingSize = OptionalInt.empty();
    private boolean update = true;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<TInt32>> decoderInputs,
        RNNState<T> initialState,
        RNNCell cell) {
      super(tf, scope, NAME);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.initialState = Objects.requireNonNull(initialState, "initialState");
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

    /**
     * Whether the gradient goes into the embedding of symbols that the decoder chose; true by
     * default.
     */
    public Builder<T> updateEmbeddingForPrevious(boolean wanted) {
      this.update = wanted;
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if a size is missing, or if inputs, state or projection do
     *     not fit
     */
    public Seq2SeqOutput<T> build() {
      int symbols = requireGiven(NAME, "num_symbols", numSymbols);
      int width = requireGiven(NAME, "embedding_size", embeddingSize);
      outputProjection.ifPresent(to -> to.requireSymbols(symbols));
      VariableScope scope = variables();
      Class<T> dtype = initialState.flatten().get(0).type();
      Operand<T> embedding =
          scope.getVariable("embedding", dtype, Shape.of(symbols, width)).value();
      Optional<RnnDecoder.LoopFunction<T>> function =
          feedPrevious.always()
              ? Optional.of(SymbolFeed.loopFunction(embedding, outputProjection, update))
              : Optional.empty();
      List<Operand<T>> inputs = SymbolFeed.lookUps(tf, embedding, decoderInputs);
      RnnDecoder<T> decoder = RnnDecoder.of(tf, scope, inputs, initialState, cell, function);
      return new Seq2SeqOutput<>(decoder.outputs(), decoder.state());
    }
  }
}
