package io.github.charlstm.model;

import java.util.Objects;

/**
 * What the train operation of a model needs besides the graph.
 *
 * @param learningRate of Adam, above 0 (Python: {@code learning_rate})
 * @param gradClip bound of the gradients' global norm, above 0 (Python: {@code grad_clip})
 * @param seed of initial values and of dropout's masks
 * @param loop how the cells run over time
 */
public record TrainingOptions(float learningRate, float gradClip, long seed, TimeLoop loop) {

  public TrainingOptions {
    requirePositive("learning_rate", learningRate);
    requirePositive("grad_clip", gradClip);
    Objects.requireNonNull(loop, "loop");
  }

  /** With the fastest loop. */
  public TrainingOptions(float learningRate, float gradClip, long seed) {
    this(learningRate, gradClip, seed, TimeLoop.FUSED);
  }

  private static void requirePositive(String name, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be a number above 0, found " + value);
    }
  }
}
