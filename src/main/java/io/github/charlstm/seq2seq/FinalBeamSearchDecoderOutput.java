package io.github.charlstm.seq2seq;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Beams of all steps (Python: {@code FinalBeamSearchDecoderOutput}).
 *
 * @param predictedIds whole beams from the best to the last, {@code [batch, steps, beams]}
 * @param beamSearchDecoderOutput of each step, as the search went
 */
public record FinalBeamSearchDecoderOutput<T extends TFloating>(
    Operand<TInt32> predictedIds, BeamSearchDecoderOutput<T> beamSearchDecoderOutput) {
  public FinalBeamSearchDecoderOutput {
    Objects.requireNonNull(predictedIds, "predictedIds");
    Objects.requireNonNull(beamSearchDecoderOutput, "beamSearchDecoderOutput");
  }
}
