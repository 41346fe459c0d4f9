package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.OutputProjectionWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.StaticRnn;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Options of the models from symbols to symbols. */
abstract class ModelBuilder<T extends TFloating, B extends ModelBuilder<T, B>>
    extends SymbolBuilder<T, B> {
  private static final double SQRT3 = Math.sqrt(3); // uniform values of variance 1

  final Class<T> dtype;
  final List<Operand<TInt32>> encoderInputs;
  final List<Operand<TInt32>> decoderInputs;
  final String function;
  private OptionalInt embeddingSize = OptionalInt.empty();

  ModelBuilder(
      Ops tf,
      VariableScope scope,
      Class<T> dtype,
      String function,
      List<Operand<TInt32>> encoderInputs,
      List<Operand<TInt32>> decoderInputs) {
    super(tf, scope, function);
    this.function = function;
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.encoderInputs = List.copyOf(encoderInputs);
    this.decoderInputs = List.copyOf(decoderInputs);
  }

  /** Width of the embedding of a symbol, at least 1; it must be given. */
  public B embeddingSize(int width) {
    this.embeddingSize = OptionalInt.of(requirePositive("embedding_size", width));
    return self();
  }

  /** As {@link #feedPrevious(boolean)}, where a scalar of the graph is true. */
  public B feedPrevious(Operand<TBool> previous) {
    this.feedPrevious = SymbolFeed.Previous.where(previous);
    return self();
  }

  final int embeddingSize() {
    return requireGiven(function, "embedding_size", embeddingSize);
  }

  /** The encoder: a cell that reads embedded symbols (Python: {@code EmbeddingWrapper}). */
  final StaticRnn<T> encoder(VariableScope scope, RNNCell cell, int symbols) {
    String rnn = StaticRnn.DEFAULT_SCOPE + "/embedding_wrapper";
    VariableScope wrapper = scope.child(rnn);
    Initializer initializer =
        wrapper.initializer().orElseGet(() -> Initializers.randomUniform(-SQRT3, SQRT3));
    GraphVariable<T> embedding =
        wrapper.getVariable("embedding", dtype, Shape.of(symbols, embeddingSize()), initializer);
    List<Operand<T>> inputs = SymbolFeed.lookUps(tf, embedding.value(), encoderInputs);
    return StaticRnn.<T>builder(tf, scope, cell, inputs).scope(rnn).build();
  }

  /** The cell with a projection to the symbols, unless the model was given one. */
  final RNNCell decoderCell(Supplier<? extends RNNCell> cells, int symbols) {
    RNNCell cell = Objects.requireNonNull(cells.get(), "the supplier of cells returned null");
    return outputProjection.isPresent() ? cell : new OutputProjectionWrapper(cell, symbols);
  }

  /** A decoder with an embedding of its own. */
  final Seq2SeqOutput<T> embeddingRnnDecoder(
      VariableScope scope,
      List<Operand<TInt32>> inputs,
      RNNState<T> state,
      RNNCell cell,
      int symbols,
      boolean previous,
      boolean update) {
    EmbeddingRnnDecoder.Builder<T> decoder =
        EmbeddingRnnDecoder.builder(tf, scope, inputs, state, cell)
            .numSymbols(symbols)
            .embeddingSize(embeddingSize())
            .feedPrevious(previous)
            .updateEmbeddingForPrevious(update);
    outputProjection.ifPresent(to -> decoder.outputProjection(to.weights(), to.biases()));
    return decoder.build();
  }
}
