package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import io.github.charlstm.rnn.StaticRnn;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * An encoder and a decoder that share one cell (Python: {@code
 * tf.contrib.legacy_seq2seq.tied_rnn_seq2seq}).
 */
public final class TiedRnnSeq2Seq {
  static final String OUTER_SCOPE = "combined_tied_rnn_seq2seq";

  private TiedRnnSeq2Seq() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code combined_tied_rnn_seq2seq/tied_rnn_seq2seq}
   * @param encoderInputs one for each step, {@code [batch, depth]} with a known depth
   * @param decoderInputs likewise, of the same depth
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<T>> encoderInputs,
      List<Operand<T>> decoderInputs,
      RNNCell cell) {
    return new Builder<>(tf, scope, encoderInputs, decoderInputs, cell);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends LegacyBuilder<Builder<T>> {
    private final List<Operand<T>> encoderInputs;
    private final List<Operand<T>> decoderInputs;
    private final RNNCell cell;
    private Optional<RnnDecoder.LoopFunction<T>> loopFunction = Optional.empty();

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<T>> encoderInputs,
        List<Operand<T>> decoderInputs,
        RNNCell cell) {
      super(tf, scope, "tied_rnn_seq2seq");
      this.encoderInputs = List.copyOf(encoderInputs);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    /** Computes a step's input from the previous output; by default inputs are read. */
    public Builder<T> loopFunction(RnnDecoder.LoopFunction<T> function) {
      this.loopFunction = Optional.of(function);
      return this;
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if inputs do not fit the cell or each other
     */
    public Seq2SeqOutput<T> build() {
      VariableScope outer = parent().child(OUTER_SCOPE);
      StaticRnn<T> encoder =
          StaticRnn.builder(tf, outer, cell, encoderInputs).scope(scopeName()).build();
      RnnDecoder<T> decoder = // the cell is built: it keeps its variables
          RnnDecoder.of(tf, outer, decoderInputs, encoder.state(), cell, loopFunction);
      return new Seq2SeqOutput<>(decoder.outputs(), decoder.state());
    }
  }
}
