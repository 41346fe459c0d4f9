package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Monotonic attention with the scores of {@link LuongAttention} (Python: {@code
 * tf.contrib.seq2seq.LuongMonotonicAttention}). Raffel et al., Online and linear-time attention by
 * enforcing monotonic alignments, ICML 2017.
 *
 * <p>Variables: {@code memory_layer/kernel}; in {@code luong_monotonic_attention} of the wrapper's
 * scope with scale {@code attention_g}, and {@code attention_score_bias}.
 */
public final class LuongMonotonicAttention extends MonotonicAttention {
  private final LuongScore score;

  private LuongMonotonicAttention(Builder options) {
    super(options, "luong_monotonic_attention");
    score = new LuongScore(this, options.scale);
  }

  /**
   * Options with TF1's defaults.
   *
   * @param scope the memory layer's variable goes into its child {@code memory_layer}
   * @param numUnits width of the keys; it must be that of the cell's output
   * @param memory {@code [batch, length, depth]} with a known depth
   */
  public static Builder builder(
      Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
    return new Builder(tf, scope, numUnits, memory);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends MonotonicBuilder<LuongMonotonicAttention, Builder> {
    private boolean scale;

    private Builder(
        Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
      super(tf, scope, numUnits, memory);
    }

    /** Whether scores are multiplied by a variable {@code attention_g}; false by default. */
    public Builder scale(boolean wanted) {
      this.scale = wanted;
      return this;
    }

    @Override
    public LuongMonotonicAttention build() {
      return new LuongMonotonicAttention(this);
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
