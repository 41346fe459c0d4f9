package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.VariableScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * One encoder of symbols and several decoders (Python: {@code
 * tf.contrib.legacy_seq2seq.one2many_rnn_seq2seq}).
 */
public final class One2ManyRnnSeq2Seq {
  private One2ManyRnnSeq2Seq() {}

  /**
   * One decoder.
   *
   * @param inputs symbols, one tensor {@code [batch]} for each step
   * @param cell whose state has the structure of the encoder's
   * @param numSymbols at least 1
   */
  public record Decoder(List<Operand<TInt32>> inputs, RNNCell cell, int numSymbols) {
    public Decoder {
      inputs = List.copyOf(inputs);
      Objects.requireNonNull(cell, "cell");
      LegacyBuilder.requirePositive("num_decoder_symbols", numSymbols);
    }
  }

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code one2many_rnn_seq2seq}
   * @param dtype of variables and outputs
   * @param encoderInputs symbols, one tensor {@code [batch]} for each step
   * @param decoders by name; their variables go into {@code one2many_decoder_NAME}, in the map's
   *     order
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      Class<T> dtype,
      List<Operand<TInt32>> encoderInputs,
      RNNCell encoderCell,
      Map<String, Decoder> decoders) {
    return new Builder<>(tf, scope, dtype, encoderInputs, encoderCell, decoders);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends ModelBuilder<T, Builder<T>> {
    private final RNNCell encoderCell;
    private final Map<String, Decoder> decoders;
    private OptionalInt encoderSymbols = OptionalInt.empty();

    private Builder(
        Ops tf,
        VariableScope scope,
        Class<T> dtype,
        List<Operand<TInt32>> encoderInputs,
        RNNCell encoderCell,
        Map<String, Decoder> decoders) {
      super(tf, scope, dtype, "one2many_rnn_seq2seq", encoderInputs, List.of());
      this.encoderCell = Objects.requireNonNull(encoderCell, "encoderCell");
      this.decoders = new LinkedHashMap<>(decoders);
    }

    /** Number of the encoder's symbols, at least 1; it must be given. */
    public Builder<T> numEncoderSymbols(int number) {
      this.encoderSymbols = OptionalInt.of(requirePositive("num_encoder_symbols", number));
      return this;
    }

    /** Not supported: as in Python each decoder has a projection of its own. */
    @Override
    public Builder<T> outputProjection(Operand<T> weights, Operand<T> biases) {
      throw new IllegalArgumentException("one2many_rnn_seq2seq takes no output_projection");
    }

    /**
     * Adds the steps to the graph.
     *
     * @return by the decoder's name
     * @throws IllegalArgumentException if a size is missing, or if inputs do not fit
     */
    public Map<String, Seq2SeqOutput<T>> build() {
      int from = requireGiven(function, "num_encoder_symbols", encoderSymbols);
      VariableScope scope = variables();
      RNNState<T> state = encoder(scope, encoderCell, from).state();
      Map<String, Seq2SeqOutput<T>> outputs = new LinkedHashMap<>();
      decoders.forEach(
          (name, decoder) -> {
            RNNCell cell = decoderCell(decoder::cell, decoder.numSymbols());
            outputs.put(
                name,
                feedPrevious.decode(
                    tf,
                    scope.child("one2many_decoder_" + name),
                    (inner, previous) ->
                        embeddingRnnDecoder(
                            inner,
                            decoder.inputs(),
                            state,
                            cell,
                            decoder.numSymbols(),
                            previous,
                            true)));
          });
      return outputs;
    }
  }
}
