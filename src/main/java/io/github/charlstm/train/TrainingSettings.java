package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.RnnImplementation;
import io.github.charlstm.model.TrainingOptions;
import java.util.Objects;

/**
 * Settings of a run that may change when it is resumed; the book's defaults are in {@code recipe}.
 *
 * @param batchSize sequences side by side (Python: {@code batch_size}), at least 1
 * @param numSteps characters a window (Python: {@code num_steps}), at least 1
 * @param epochs passes over the text, at least 1
 * @param learningRate of Adam, above 0
 * @param gradClip bound of the gradients' global norm, above 0
 * @param decayRate the learning rate is multiplied by this after each epoch, in (0, 1]; 1 keeps it
 * @param keepProb share of values that dropout keeps, in (0, 1]
 * @param inputKeepProb the same at a layer's input, of models that drop there
 * @param saveEvery steps between checkpoints (Python: {@code save_every_n}), at least 1
 * @param maxToKeep checkpoints to keep, at least 1
 * @param seed of initial values and of dropout's masks
 * @param validation share of the text held out at its end, in [0, 1); 0 for none
 * @param lastTarget what the last step of a window is to predict
 * @param lanes parts of the batch side by side, one thread each, whatever the machine: a
 *     deterministic run; 0 for as many as suit the machine
 */
public record TrainingSettings(
    int batchSize,
    int numSteps,
    int epochs,
    float learningRate,
    float gradClip,
    double decayRate,
    float keepProb,
    float inputKeepProb,
    int saveEvery,
    int maxToKeep,
    long seed,
    double validation,
    LastTarget lastTarget,
    int lanes) {

  /**
   * Checks the numbers.
   *
   * @param batchSize at least 1
   * @param numSteps at least 1
   * @param epochs at least 1
   * @param learningRate above 0, finite
   * @param gradClip above 0, finite
   * @param decayRate in (0, 1]
   * @param keepProb in (0, 1]
   * @param inputKeepProb in (0, 1]
   * @param saveEvery at least 1
   * @param maxToKeep at least 1
   * @param seed any
   * @param validation in [0, 1)
   * @param lastTarget not null
   * @param lanes from 0 to {@value TrainingOptions#MOST_LANES}
   * @throws IllegalArgumentException if a number is out of its range
   */
  public TrainingSettings {
    require("batch_size", batchSize, batchSize >= 1, "at least 1");
    require("num_steps", numSteps, numSteps >= 1, "at least 1");
    require("epochs", epochs, epochs >= 1, "at least 1");
    require("learning_rate", learningRate, isPositive(learningRate), "a number above 0");
    require("grad_clip", gradClip, isPositive(gradClip), "a number above 0");
    require("keep_prob", keepProb, keepProb > 0 && keepProb <= 1, "above 0 and at most 1");
    require(
        "input_keep_prob",
        inputKeepProb,
        inputKeepProb > 0 && inputKeepProb <= 1,
        "above 0 and at most 1");
    require("decay_rate", decayRate, decayRate > 0 && decayRate <= 1, "above 0 and at most 1");
    Objects.requireNonNull(lastTarget, "last_target");
    require("save_every", saveEvery, saveEvery >= 1, "at least 1");
    require("max_to_keep", maxToKeep, maxToKeep >= 1, "at least 1");
    require("validation", validation, validation >= 0 && validation < 1, "from 0 to below 1");
    require(
        "lanes",
        lanes,
        lanes >= 0 && lanes <= TrainingOptions.MOST_LANES,
        "0 to " + TrainingOptions.MOST_LANES);
  }

  /**
   * Takes settings as the books have them: the learning rate stays, inputs of layers are not
   * dropped.
   *
   * @param batchSize sequences side by side, at least 1
   * @param numSteps characters a window, at least 1
   * @param epochs passes over the text, at least 1
   * @param learningRate of Adam, above 0
   * @param gradClip bound of the gradients' global norm, above 0
   * @param keepProb share of values that dropout keeps, in (0, 1]
   * @param saveEvery steps between checkpoints, at least 1
   * @param maxToKeep checkpoints to keep, at least 1
   * @param seed of initial values and of dropout's masks
   * @param validation share of the text held out at its end, in [0, 1)
   * @throws IllegalArgumentException if a number is out of its range
   */
  public TrainingSettings(
      int batchSize,
      int numSteps,
      int epochs,
      float learningRate,
      float gradClip,
      float keepProb,
      int saveEvery,
      int maxToKeep,
      long seed,
      double validation) {
    this(
        batchSize,
        numSteps,
        epochs,
        learningRate,
        gradClip,
        1,
        keepProb,
        1,
        saveEvery,
        maxToKeep,
        seed,
        validation,
        LastTarget.FIRST_INPUT,
        0);
  }

  /** {@return whether the numbers are the same on any number of processors} */
  public boolean deterministic() {
    return lanes > 0;
  }

  /**
   * {@return the learning rate of an epoch: {@code learning_rate * decay_rate^epoch}}
   *
   * @param epoch counted from 0
   */
  public float learningRate(int epoch) {
    return (float) (learningRate * Math.pow(decayRate, epoch));
  }

  TrainingOptions options(RnnImplementation loop) {
    return new TrainingOptions(learningRate, gradClip, seed, loop, lanes);
  }

  KeepProbs keepProbs() {
    return new KeepProbs(keepProb, inputKeepProb);
  }

  private static boolean isPositive(float value) {
    return value > 0 && !Float.isInfinite(value);
  }

  private static void require(String name, Number value, boolean holds, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + allowed + ", found " + value);
    }
  }
}
