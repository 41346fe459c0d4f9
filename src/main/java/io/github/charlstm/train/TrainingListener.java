package io.github.charlstm.train;

import java.nio.file.Path;
import java.util.OptionalDouble;

/** Hears what a run does, in the order in which it happens. */
public interface TrainingListener extends TensorListener {

  /**
   * One training step.
   *
   * @param step counted from 1
   * @param epoch counted from 1
   * @param epochs how many the run has
   * @param loss mean cross-entropy of the window, nats a character
   * @param globalNorm of the gradients before clipping
   * @param seconds the step took
   */
  record StepReport(
      long step, int epoch, int epochs, float loss, float globalNorm, double seconds) {}

  /**
   * The run is about to start.
   *
   * @param progress where it starts
   * @param lastStep the step after which it will end
   */
  default void onStart(TrainingProgress progress, long lastStep) {}

  /**
   * A step is done.
   *
   * @param report of the step
   * @param validationLoss of the held-out text, nats a character, when it was scored after this
   *     step
   */
  default void onStep(StepReport report, OptionalDouble validationLoss) {}

  /**
   * A checkpoint is on the disk.
   *
   * @param checkpoint its folder
   * @param step training steps done when it was written
   */
  default void onCheckpoint(Path checkpoint, long step) {}
}
