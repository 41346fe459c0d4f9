package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Monotonic attention with the scores of {@link BahdanauAttention} (Python: {@code
 * tf.contrib.seq2seq.BahdanauMonotonicAttention}). Raffel et al., Online and linear-time attention
 * by enforcing monotonic alignments, ICML 2017.
 *
 * <p>Variables: {@code memory_layer/kernel}; in {@code bahdanau_monotonic_attention} of the
 * wrapper's scope {@code query_layer/kernel}, {@code attention_v}, and normalized {@code
 * attention_g} and {@code attention_b}, and {@code attention_score_bias}.
 */
public final class BahdanauMonotonicAttention extends MonotonicAttention {
  private final BahdanauScore score;

  private BahdanauMonotonicAttention(Builder options) {
    super(options, "bahdanau_monotonic_attention");
    score = new BahdanauScore(this, options.normalize);
  }

  /**
   * Options with TF1's defaults.
   *
   * @param scope the memory layer's variable goes into its child {@code memory_layer}
   * @param numUnits width of the keys and of the processed query
   * @param memory {@code [batch, length, depth]} with a known depth
   */
  public static Builder builder(
      Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
    return new Builder(tf, scope, numUnits, memory);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends MonotonicBuilder<BahdanauMonotonicAttention, Builder> {
    private boolean normalize;

    private Builder(
        Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
      super(tf, scope, numUnits, memory);
    }

    /**
     * Whether {@code v} is normalized and there is a bias; false by default. Salimans and Kingma,
     * Weight normalization, NIPS 2016.
     */
    public Builder normalize(boolean wanted) {
      this.normalize = wanted;
      return this;
    }

    @Override
    public BahdanauMonotonicAttention build() {
      return new BahdanauMonotonicAttention(this);
    }
  }

  @Override
  <T extends TFloating> void makeScoreVariables(VariableScope own, Class<T> dtype, int queryDepth) {
    score.makeVariables(own, dtype, queryDepth);
  }

  @Override
  <T extends TFloating> Operand<T> scoreWithoutBias(Ops tf, Operand<T> query) {
    return score.of(tf, query);
  }
}
