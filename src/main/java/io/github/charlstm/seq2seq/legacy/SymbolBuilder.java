package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.graph.VariableScope;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/** Options of the models whose decoder can read its own symbols. */
abstract class SymbolBuilder<T extends TFloating, B extends SymbolBuilder<T, B>>
    extends LegacyBuilder<B> {
  Optional<SymbolFeed.Projection<T>> outputProjection = Optional.empty();
  SymbolFeed.Previous feedPrevious = SymbolFeed.Previous.NEVER;

  SymbolBuilder(Ops tf, VariableScope scope, String defaultScope) {
    super(tf, scope, defaultScope);
  }

  /**
   * From the cell's outputs to symbols. With it the outputs are those of the cell; without it a
   * projection of the model's own is part of the cell, and outputs have one value a symbol.
   *
   * @param weights {@code [outputSize, symbols]}
   * @param biases {@code [symbols]}
   */
  public B outputProjection(Operand<T> weights, Operand<T> biases) {
    this.outputProjection =
        Optional.of(
            new SymbolFeed.Projection<>(
                Objects.requireNonNull(weights, "weights"),
                Objects.requireNonNull(biases, "biases")));
    return self();
  }

  /**
   * Whether each step but the first reads the symbol with the largest output of the step before;
   * false by default: it reads the decoder's inputs.
   */
  public B feedPrevious(boolean previous) {
    this.feedPrevious = SymbolFeed.Previous.of(previous);
    return self();
  }
}
