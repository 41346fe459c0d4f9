package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RNNState;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * State of a {@link BeamSearchDecoder} (Python: {@code BeamSearchDecoderState}).
 *
 * @param cellState of the cell, its tensors {@code [batch, beams, ...]}
 * @param logProbs of the beams, {@code [batch, beams]}
 * @param finished {@code [batch, beams]}
 * @param lengths steps of the beams, their end token included, {@code [batch, beams]}
 * @param accumulatedAttentionProbs with a coverage penalty, {@code [batch, beams, length]}
 */
public record BeamSearchDecoderState<T extends TFloating>(
    RNNState<T> cellState,
    Operand<T> logProbs,
    Operand<TBool> finished,
    Operand<TInt64> lengths,
    Optional<Operand<T>> accumulatedAttentionProbs) {
  public BeamSearchDecoderState {
    Objects.requireNonNull(cellState, "cellState");
    Objects.requireNonNull(logProbs, "logProbs");
    Objects.requireNonNull(finished, "finished");
    Objects.requireNonNull(lengths, "lengths");
    Objects.requireNonNull(accumulatedAttentionProbs, "accumulatedAttentionProbs");
  }
}
