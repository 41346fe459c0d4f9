package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * Attention by {@code score_l = v . tanh(key_l + query query_layer)} (Python: {@code
 * tf.contrib.seq2seq.BahdanauAttention}). Bahdanau, Cho and Bengio, Neural machine translation by
 * jointly learning to align and translate, ICLR 2015.
 *
 * <p>Variables: {@code memory_layer/kernel}; in the wrapper's scope {@code
 * bahdanau_attention/query_layer/kernel}, {@code attention_v}, and normalized {@code attention_g}
 * and {@code attention_b}.
 */
public final class BahdanauAttention extends AttentionMechanism {
  private final Activation probability;
  private final BahdanauScore score;

  private BahdanauAttention(Builder options) {
    super(options, "bahdanau_attention");
    probability = options.probability;
    score = new BahdanauScore(this, options.normalize);
  }

  /**
   * Options with TF1's defaults.
   *
   * @param scope the memory layer's variable goes into its child {@code memory_layer}
   * @param numUnits width of the keys and of the processed query
   * @param memory {@code [batch, length, depth]} with a known depth, for instance an encoder's
   *     outputs
   */
  public static Builder builder(
      Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
    return new Builder(tf, scope, numUnits, memory);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder extends SoftBuilder<BahdanauAttention, Builder> {
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
    public BahdanauAttention build() {
      return new BahdanauAttention(this);
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
