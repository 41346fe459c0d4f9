package io.github.charlstm.seq2seq;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * Beams of a step, or of all (Python: {@code BeamSearchDecoderOutput}).
 *
 * @param scores by which beams are chosen: the log-probability, with penalties
 * @param predictedIds the symbol of each beam
 * @param parentIds the beam of the step before that each beam continues
 */
public record BeamSearchDecoderOutput<T extends TFloating>(
    Operand<T> scores, Operand<TInt32> predictedIds, Operand<TInt32> parentIds) {
  public BeamSearchDecoderOutput {
    Objects.requireNonNull(scores, "scores");
    Objects.requireNonNull(predictedIds, "predictedIds");
    Objects.requireNonNull(parentIds, "parentIds");
  }
}
