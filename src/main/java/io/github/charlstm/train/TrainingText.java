package io.github.charlstm.train;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.TextSplit;
import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.data.Vocabulary;
import java.util.Optional;

/**
 * A text made ready for training.
 *
 * @param vocabulary which number stands for which character
 * @param batches the windows of an epoch
 * @param heldOut the text's end, to be scored, if a share of it is held out
 */
public record TrainingText(
    Vocabulary vocabulary, TrainingBatches batches, Optional<EvaluationBatches> heldOut) {

  /**
   * @param cleaned the text after its preparation
   * @throws IllegalArgumentException if the text is too short for one window, or has a character
   *     that the vocabulary lacks
   */
  static TrainingText of(Vocabulary vocabulary, CharacterText cleaned, RunSettings settings) {
    TrainingSettings training = settings.training();
    TextSplit split = TextSplit.of(cleaned, training.validation());
    TrainingBatches batches =
        settings
            .preparation()
            .batches(
                vocabulary.encode(split.training()),
                training.batchSize(),
                training.numSteps(),
                training.lastTarget(),
                training.seed());
    if (training.validation() == 0) {
      return new TrainingText(vocabulary, batches, Optional.empty());
    }
    // Scored in the training graph, so in its number of streams and steps.
    EvaluationBatches heldOut =
        new EvaluationBatches(
            vocabulary.encode(split.validation()), training.batchSize(), training.numSteps());
    return new TrainingText(vocabulary, batches, Optional.of(heldOut));
  }
}
