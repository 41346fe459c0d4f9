package io.github.charlstm.train;

/**
 * Settings of a run that may change when it is resumed; the book's defaults are in {@code recipe}.
 *
 * @param batchSize sequences side by side (Python: {@code batch_size}), at least 1
 * @param numSteps characters a window (Python: {@code num_steps}), at least 1
 * @param epochs passes over the text, at least 1
 * @param learningRate of Adam, above 0
 * @param gradClip bound of the gradients' global norm, above 0
 * @param keepProb share of values that dropout keeps, in (0, 1]
 * @param saveEvery steps between checkpoints (Python: {@code save_every_n}), at least 1
 * @param maxToKeep checkpoints to keep, at least 1
 * @param seed of initial values and of dropout's masks
 * @param validation share of the text held out at its end, in [0, 1); 0 for none
 */
public record TrainingSettings(
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

  public TrainingSettings {
    require("batch_size", batchSize, batchSize >= 1, "at least 1");
    require("num_steps", numSteps, numSteps >= 1, "at least 1");
    require("epochs", epochs, epochs >= 1, "at least 1");
    require("learning_rate", learningRate, isPositive(learningRate), "a number above 0");
    require("grad_clip", gradClip, isPositive(gradClip), "a number above 0");
    require("keep_prob", keepProb, keepProb > 0 && keepProb <= 1, "above 0 and at most 1");
    require("save_every", saveEvery, saveEvery >= 1, "at least 1");
    require("max_to_keep", maxToKeep, maxToKeep >= 1, "at least 1");
    require("validation", validation, validation >= 0 && validation < 1, "from 0 to below 1");
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
