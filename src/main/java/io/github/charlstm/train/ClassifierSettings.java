package io.github.charlstm.train;

import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.RowClassifier;
import io.github.charlstm.model.TrainingOptions;
import java.util.Objects;

/**
 * All that a run of the image classifier is made of.
 *
 * @param model its structure
 * @param batchSize images a step, at least 1
 * @param steps training steps in all, at least 1
 * @param learningRate of Adam, above 0
 * @param keepProb share of each layer's output that dropout keeps, in (0, 1]
 * @param measureEvery steps between measures of the accuracy, at least 1
 * @param saveEvery steps between checkpoints, at least 1
 * @param maxToKeep checkpoints to keep, at least 1
 * @param seed of initial values, dropout's masks and the order of the images
 * @param data the images
 * @param lanes as in {@link TrainingSettings}
 */
public record ClassifierSettings(
    RowClassifier.Settings model,
    int batchSize,
    long steps,
    float learningRate,
    float keepProb,
    int measureEvery,
    int saveEvery,
    int maxToKeep,
    long seed,
    Data data,
    int lanes) {

  /**
   * Which images.
   *
   * @param folder where their files were; empty for the cache of data sets
   * @param holdout how many of the last test images are tested on while the others are trained on;
   *     0 where the training set is trained on
   * @param sha256 of those trained on, then, after a space, of those tested on
   */
  public record Data(String folder, int holdout, String sha256) {
    /**
     * Refuses null.
     *
     * @param folder empty for the cache of data sets
     * @param holdout 0 where the training set is trained on
     * @param sha256 of both parts
     */
    public Data {
      Objects.requireNonNull(folder, "folder");
      Objects.requireNonNull(sha256, "sha256");
    }
  }

  /**
   * Checks the numbers.
   *
   * @param model not null
   * @param batchSize at least 1
   * @param steps at least 1
   * @param learningRate above 0, finite
   * @param keepProb in (0, 1]
   * @param measureEvery at least 1
   * @param saveEvery at least 1
   * @param maxToKeep at least 1
   * @param seed any
   * @param data not null
   * @param lanes from 0 to {@value TrainingOptions#MOST_LANES}
   * @throws IllegalArgumentException if a number is out of its range
   */
  public ClassifierSettings {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(data, "data");
    requirePositive("batch_size", batchSize);
    requirePositive("steps", steps);
    requirePositive("measure_every", measureEvery);
    requirePositive("save_every", saveEvery);
    requirePositive("max_to_keep", maxToKeep);
    if (!(learningRate > 0) || Float.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "learning_rate must be a number above 0, found " + learningRate);
    }
    new KeepProbs(keepProb, 1);
    if (lanes < 0 || lanes > TrainingOptions.MOST_LANES) {
      throw new IllegalArgumentException(
          "lanes must be 0 to " + TrainingOptions.MOST_LANES + ", found " + lanes);
    }
  }

  /**
   * {@return the same run to another last step, its images perhaps in another place}
   *
   * @param lastStep training steps in all, at least 1
   * @param place where the images are now
   */
  public ClassifierSettings to(long lastStep, Data place) {
    return new ClassifierSettings(
        model,
        batchSize,
        lastStep,
        learningRate,
        keepProb,
        measureEvery,
        saveEvery,
        maxToKeep,
        seed,
        place,
        lanes);
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, found " + value);
    }
  }
}
