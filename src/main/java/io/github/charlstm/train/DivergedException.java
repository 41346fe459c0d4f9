package io.github.charlstm.train;

/**
 * The loss or a variable is no longer a number; the run stopped and kept its last good checkpoint.
 */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private DivergedException(String what, long step, float learningRate) {
    super(
        what
            + " at step "
            + step
            + ": training has diverged and stopped; the checkpoints before it are kept. Try a"
            + " learning_rate below "
            + learningRate
            + " (--learning-rate) or a smaller --grad-clip");
  }

  static DivergedException inLoss(long step, float loss, float learningRate) {
    return new DivergedException("the loss is " + loss, step, learningRate);
  }

  static DivergedException inVariables(long step, float learningRate) {
    return new DivergedException("a variable is infinite or NaN", step, learningRate);
  }
}
