package io.github.charlstm.train;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The loss or a variable is no longer a number; the run stopped and kept its last good checkpoint.
 */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private DivergedException(String what, long step, float learningRate, Optional<Path> newest) {
    super(
        what
            + " at step "
            + step
            + ": training has diverged and stopped; "
            + newest.map(path -> "the last checkpoint is " + path).orElse("there is no checkpoint")
            + ". Try a learning_rate below "
            + learningRate
            + " (--learning-rate) or a smaller --grad-clip");
  }

  private DivergedException(String message) {
    super(message);
  }

  static DivergedException ofClassifier(String what, long step, ClassifierSettings settings) {
    return new DivergedException(
        what
            + " at step "
            + step
            + ": training has diverged and stopped; the last checkpoint stays. Try a learning_rate"
            + " below "
            + settings.learningRate()
            + " (--learning-rate) or --cross-entropy stable");
  }

  static DivergedException inLoss(
      long step, float loss, float learningRate, Optional<Path> newest) {
    return new DivergedException("the loss is " + loss, step, learningRate, newest);
  }

  static DivergedException inVariables(long step, float learningRate, Optional<Path> newest) {
    return new DivergedException("a variable is infinite or NaN", step, learningRate, newest);
  }
}
