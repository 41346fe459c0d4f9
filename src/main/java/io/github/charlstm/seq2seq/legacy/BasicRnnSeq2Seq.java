package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import io.github.charlstm.rnn.StaticRnn;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * An encoder and a decoder with a cell each (Python: {@code
 * tf.contrib.legacy_seq2seq.basic_rnn_seq2seq}): the decoder starts from the encoder's last state.
 */
public final class BasicRnnSeq2Seq {
  private BasicRnnSeq2Seq() {}

  /**
   * Starts a builder.
   *
   * @param scope variables go into its child {@code basic_rnn_seq2seq}
   * @param encoderInputs one for each step, {@code [batch, depth]} with a known depth
   * @param decoderInputs likewise
   * @param cells gives the encoder's cell, then an equal one for the decoder
   */
  public static <T extends TFloating> Builder<T> builder(
      Ops tf,
      VariableScope scope,
      List<Operand<T>> encoderInputs,
      List<Operand<T>> decoderInputs,
      Supplier<? extends RNNCell> cells) {
    return new Builder<>(tf, scope, encoderInputs, decoderInputs, cells);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder<T extends TFloating> extends LegacyBuilder<Builder<T>> {
    private final List<Operand<T>> encoderInputs;
    private final List<Operand<T>> decoderInputs;
    private final Supplier<? extends RNNCell> cells;

    private Builder(
        Ops tf,
        VariableScope scope,
        List<Operand<T>> encoderInputs,
        List<Operand<T>> decoderInputs,
        Supplier<? extends RNNCell> cells) {
      super(tf, scope, "basic_rnn_seq2seq");
      this.encoderInputs = List.copyOf(encoderInputs);
      this.decoderInputs = List.copyOf(decoderInputs);
      this.cells = Objects.requireNonNull(cells, "cells");
    }

    /**
     * Adds the steps to the graph.
     *
     * @throws IllegalArgumentException if inputs do not fit the cells or each other
     */
    public Seq2SeqOutput<T> build() {
      VariableScope scope = variables();
      StaticRnn<T> encoder = StaticRnn.builder(tf, scope, cells.get(), encoderInputs).build();
      RnnDecoder<T> decoder =
          RnnDecoder.of(tf, scope, decoderInputs, encoder.state(), cells.get(), Optional.empty());
      return new Seq2SeqOutput<>(decoder.outputs(), decoder.state());
    }
  }
}
