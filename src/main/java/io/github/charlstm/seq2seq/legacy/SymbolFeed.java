package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/** From the previous output of a decoder to its next input, by the embedding of its symbol. */
final class SymbolFeed {
  private SymbolFeed() {}

  /**
   * From a cell's outputs to symbols (Python: {@code output_projection}).
   *
   * @param weights {@code [outputSize, symbols]}
   * @param biases {@code [symbols]}
   */
  record Projection<T extends TFloating>(Operand<T> weights, Operand<T> biases) {

    Projection<T> requireSymbols(int symbols) {
      if (!weights.shape().isCompatibleWith(Shape.of(Shape.UNKNOWN_SIZE, symbols))
          || !biases.shape().isCompatibleWith(Shape.of(symbols))) {
        throw new IllegalArgumentException(
            "an output_projection to %s symbols needs weights of shape [outputSize, %s] and biases"
                    .formatted(symbols, symbols)
                + " of shape [%s], found %s and %s"
                    .formatted(symbols, weights.shape(), biases.shape()));
      }
      return this;
    }
  }

  /** When a decoder reads its own symbols: always, never, or where a scalar is true. */
  record Previous(boolean always, Optional<Operand<TBool>> where) {
    static final Previous NEVER = new Previous(false, Optional.empty());

    static Previous of(boolean always) {
      return new Previous(always, Optional.empty());
    }

    static Previous where(Operand<TBool> scalar) {
      if (!scalar.shape().isCompatibleWith(Shape.scalar())) {
        throw new IllegalArgumentException(
            "feed_previous must be a scalar, found shape %s (tensor %s)"
                .formatted(scalar.shape(), scalar.op().name()));
      }
      return new Previous(false, Optional.of(scalar));
    }

    /**
     * Builds one decoder, or both and a choice between their results.
     *
     * @param decoder from a scope and whether it reads its own symbols
     */
    <T extends TFloating> Seq2SeqOutput<T> decode(
        Ops tf, VariableScope scope, BiFunction<VariableScope, Boolean, Seq2SeqOutput<T>> decoder) {
      if (where.isEmpty()) {
        return decoder.apply(scope, always);
      }
      Seq2SeqOutput<T> fed = decoder.apply(scope, true);
      Seq2SeqOutput<T> read = decoder.apply(scope.withReuse(Reuse.TRUE), false);
      RNNState<T> structure = fed.state();
      return new Seq2SeqOutput<>(
          chosen(tf, fed.outputs(), read.outputs()),
          structure.pack(chosen(tf, structure.flatten(), read.state().flatten())));
    }

    private <T extends TFloating> List<Operand<T>> chosen(
        Ops tf, List<Operand<T>> fed, List<Operand<T>> read) {
      List<Operand<T>> chosen = new ArrayList<>();
      for (int k = 0; k < fed.size(); k++) {
        chosen.add(tf.select(where.orElseThrow(), fed.get(k), read.get(k)));
      }
      return chosen;
    }
  }

  /** Rows of a table. */
  static <T extends TFloating> Operand<T> lookUp(
      Ops tf, Operand<T> table, Operand<? extends TNumber> ids) {
    return tf.gather(table, ids, tf.constant(0));
  }

  static <T extends TFloating> List<Operand<T>> lookUps(
      Ops tf, Operand<T> table, List<Operand<TInt32>> steps) {
    List<Operand<T>> rows = new ArrayList<>();
    steps.forEach(ids -> rows.add(lookUp(tf, table, ids)));
    return rows;
  }

  /**
   * The embedding of the largest output (Python: {@code _extract_argmax_and_embed}).
   *
   * @param update whether the gradient goes into the embedding
   */
  static <T extends TFloating> RnnDecoder.LoopFunction<T> loopFunction(
      Operand<T> embedding, Optional<Projection<T>> projection, boolean update) {
    return (tf, previous, step) -> {
      Operand<T> logits = previous;
      if (projection.isPresent()) {
        Projection<T> to = projection.get();
        logits = tf.nn.biasAdd(tf.linalg.matMul(previous, to.weights()), to.biases());
      }
      Operand<TInt64> symbol = tf.math.argMax(tf.stopGradient(logits), tf.constant(1));
      Operand<T> row = lookUp(tf, embedding, symbol);
      return update ? row : tf.stopGradient(row);
    };
  }
}
