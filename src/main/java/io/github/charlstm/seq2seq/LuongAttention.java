package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Attention by {@code score_l = key_l . query} (Python: {@code tf.contrib.seq2seq.LuongAttention}).
 * Luong, Pham and Manning, Effective approaches to attention-based neural machine translation,
 * EMNLP 2015.
 *
 * <p>Variables: {@code memory_layer/kernel}; in the wrapper's scope with scale {@code
 * luong_attention/attention_g}.
 */
public final class LuongAttention extends AttentionMechanism {
  private final Activation probability;
  private final LuongScore score;

  private LuongAttention(Builder options) {
    super(options, "luong_attention");
    probability = options.probability;
    score = new LuongScore(this, options.scale);
  }

  /**
   * Options with TF1's defaults.
   *
   * @param scope the memory layer's variable goes into its child {@code memory_layer}
   * @param numUnits width of the keys; it must be that of the cell's output
   * @param memory {@code [batch, length, depth]} with a known depth, for instance an encoder's
   *     outputs
   */
  public static Builder builder(
      Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
    return new Builder(tf, scope, numUnits, memory);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends SoftBuilder<LuongAttention, Builder> {
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
    public LuongAttention build() {
      return new LuongAttention(this);
    }
  }

  @Override
  <T extends TFloating> void makeVariables(VariableScope own, Class<T> dtype, int queryDepth) {
    score.makeVariables(own, dtype, queryDepth);
  }

  @Override
  <T extends TFloating> Operand<T> score(Ops tf, Operand<T> query) {
    return score.of(tf, query);
  }

  @Override
  <T extends TFloating> Operand<T> probabilities(
      VariableScope variables, Ops tf, Operand<T> scores, Operand<T> previous) {
    return probability.of(tf, scores);
  }
}
