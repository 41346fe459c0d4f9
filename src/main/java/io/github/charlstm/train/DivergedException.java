package io.github.charlstm.train;

/** The loss is no longer a number; the run stopped and kept its last good checkpoint. */
public final class DivergedException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  DivergedException(long step, float loss, float learningRate) {
    super(
        "the loss at step "
            + step
            + " is "
            + loss
            + ": training has diverged and stopped; the checkpoints before it are kept. Try a"
            + " learning_rate below "
            + learningRate
            + " (--learning-rate) or a smaller --grad-clip");
  }
}
