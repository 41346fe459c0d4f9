package io.github.charlstm.seq2seq.legacy;

import io.github.charlstm.cell.RNNState;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * What a decoder gives.
 *
 * @param outputs one for each step, {@code [batch, ...]}
 * @param state of the decoder after the last step
 */
public record Seq2SeqOutput<T extends TFloating>(List<Operand<T>> outputs, RNNState<T> state) {
  public Seq2SeqOutput {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(state, "state");
  }
}
