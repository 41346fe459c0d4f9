package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches;
import io.github.charlstm.data.EvaluationBatches;
import io.github.charlstm.data.TextSplit;
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
    Vocabulary vocabulary, CharacterBatches batches, Optional<EvaluationBatches> heldOut) {

  /**
   * @throws IllegalArgumentException if the text is too short for one window, or has a character
   *     that the vocabulary lacks
   */
  static TrainingText of(Vocabulary vocabulary, String text, TrainingSettings settings) {
    TextSplit split = TextSplit.of(text, settings.validation());
    CharacterBatches batches =
        new CharacterBatches(
            vocabulary.encode(split.training()),
            settings.batchSize(),
            settings.numSteps(),
            settings.lastTarget());
    if (settings.validation() == 0) {
      return new TrainingText(vocabulary, batches, Optional.empty());
    }
    // Scored in the training graph, so in its number of streams and steps.
    EvaluationBatches heldOut =
        new EvaluationBatches(
            vocabulary.encode(split.validation()), settings.batchSize(), settings.numSteps());
    return new TrainingText(vocabulary, batches, Optional.of(heldOut));
  }
}
