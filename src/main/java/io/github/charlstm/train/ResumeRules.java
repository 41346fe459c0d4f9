package io.github.charlstm.train;

import io.github.charlstm.model.CharLstmSettings;

/** What may change when a run is resumed: all that neither shapes nor the position hang on. */
final class ResumeRules {
  private ResumeRules() {}

  /**
   * @throws InvalidRunException naming the first setting that differs and must not
   */
  static void check(RunSettings before, RunSettings now) {
    requireSame("the text (--data) by its SHA-256", before.text().sha256(), now.text().sha256());
    CharLstmSettings modelWas = before.model();
    CharLstmSettings modelIs = now.model();
    requireSame("the vocabulary's size", modelWas.vocabularySize(), modelIs.vocabularySize());
    requireSame("--lstm-size", modelWas.lstmSize(), modelIs.lstmSize());
    requireSame("--num-layers", modelWas.numLayers(), modelIs.numLayers());
    requireSame("--as-printed", modelWas.asPrinted(), modelIs.asPrinted());
    TrainingSettings was = before.training();
    TrainingSettings is = now.training();
    requireSame("--batch-size", was.batchSize(), is.batchSize());
    requireSame("--num-steps", was.numSteps(), is.numSteps());
    requireSame("--seed", was.seed(), is.seed());
    requireSame("--validation", was.validation(), is.validation());
  }

  private static void requireSame(String what, Object before, Object now) {
    if (!before.equals(now)) {
      throw new InvalidRunException(
          "a run is resumed with what it began with: "
              + what
              + " was "
              + before
              + " and is now "
              + now
              + "; leave it out, or begin a new run (another --run, no --resume)");
    }
  }
}
