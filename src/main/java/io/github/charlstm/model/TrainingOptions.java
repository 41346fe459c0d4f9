package io.github.charlstm.model;

import io.github.charlstm.rnn.FusedLstm;
import java.util.Objects;

/**
 * What the train operation of a model needs besides the graph.
 *
 * @param learningRate of Adam, above 0
 * @param gradClip bound of the gradients' global norm, above 0 (Python: {@code grad_clip}); 0 for
 *     no clipping
 * @param seed of initial values and of dropout's masks
 * @param lanes from 0 to {@value #MOST_LANES}: parts of the batch that the fused loop computes side
 *     by side, each operation of a session in one thread: the numbers are then the same on any
 *     number of processors; 0 for as many lanes and threads as suit the machine
 */
public record TrainingOptions(
    float learningRate, float gradClip, long seed, RnnImplementation loop, int lanes) {
  /** Lanes of a run that is to have the same numbers on any number of processors. */
  public static final int DETERMINISTIC_LANES = 4;

  /** The most lanes that there can be. */
  public static final int MOST_LANES = FusedLstm.MOST_LANES;

  public TrainingOptions {
    requirePositive("learning_rate", learningRate);
    if (gradClip != 0) {
      requirePositive("grad_clip", gradClip);
    }
    Objects.requireNonNull(loop, "loop");
    if (lanes < 0 || lanes > MOST_LANES) {
      throw new IllegalArgumentException("lanes: expected 0 to " + MOST_LANES + ", found " + lanes);
    }
  }

  /** Takes the fastest loop, and lanes as they suit the machine. */
  public TrainingOptions(float learningRate, float gradClip, long seed) {
    this(learningRate, gradClip, seed, RnnImplementation.FUSED, 0);
  }

  /** {@return these with another loop} */
  public TrainingOptions withLoop(RnnImplementation other) {
    return new TrainingOptions(learningRate, gradClip, seed, other, lanes);
  }

  /** {@return these with a number of lanes, 0 for as many as suit the machine} */
  public TrainingOptions withLanes(int number) {
    return new TrainingOptions(learningRate, gradClip, seed, loop, number);
  }

  private static void requirePositive(String name, float value) {
    if (!(value > 0) || Float.isInfinite(value)) {
      throw new IllegalArgumentException(name + ": expected a number above 0, found " + value);
    }
  }
}
