package io.github.charlstm.train;

/** What may change when a run is resumed: all that neither shapes nor the position hang on. */
final class ResumeRules {
  private ResumeRules() {}

  /**
   * @throws InvalidRunException naming the first setting that differs and must not
   */
  static void check(RunSettings before, RunSettings now) {
    requireSame(
        "the vocabulary's size", before.model().vocabularySize(), now.model().vocabularySize());
    requireSame("--lstm-size", before.model().units(), now.model().units());
    requireSame("--num-layers", before.model().numLayers(), now.model().numLayers());
    requireSame("the model", before.model().describe(), now.model().describe());
    if (before.text().isKnown()) {
      checkPosition(before, now);
    }
  }

  // A run that was imported has no position in a text yet.
  private static void checkPosition(RunSettings before, RunSettings now) {
    requireSame("the text (--data) by its SHA-256", before.text().sha256(), now.text().sha256());
    TrainingSettings was = before.training();
    TrainingSettings is = now.training();
    requireSame("--batch-size", was.batchSize(), is.batchSize());
    requireSame("--num-steps", was.numSteps(), is.numSteps());
    requireSame("--seed", was.seed(), is.seed());
    requireSame("--validation", was.validation(), is.validation());
    requireSame("the last target of a window", was.lastTarget(), is.lastTarget());
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
