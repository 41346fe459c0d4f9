package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.TrainingOptions;
import java.util.Objects;

/**
 * How a run trains, by name, with the ranges of {@link Builder}: {@code
 * TrainingSettings.builder().batchSize(100)...}.
 */
public record TrainingSettings(
    int batchSize,
    int numSteps,
    int epochs,
    long steps,
    float learningRate,
    float gradClip,
    double decayRate,
    float keepProb,
    float inputKeepProb,
    int measureEvery,
    int saveEvery,
    int maxToKeep,
    long seed,
    double validation,
    LastTarget lastTarget,
    int lanes) {

  public TrainingSettings {
    require("batch_size", batchSize, batchSize >= 1, "at least 1");
    require("num_steps", numSteps, numSteps >= 1, "at least 1");
    require("steps", steps, steps >= 0, "at least 0");
    require("epochs", epochs, epochs >= 1 || (epochs == 0 && steps > 0), "at least 1");
    new TrainingOptions(learningRate, gradClip, seed).withLanes(lanes);
    require("decay_rate", decayRate, decayRate > 0 && decayRate <= 1, "above 0 and at most 1");
    new KeepProbs(keepProb, inputKeepProb);
    require("measure_every", measureEvery, measureEvery >= 0, "at least 0");
    require("save_every", saveEvery, saveEvery >= 1, "at least 1");
    require("max_to_keep", maxToKeep, maxToKeep >= 1, "at least 1");
    require("validation", validation, validation >= 0 && validation < 1, "from 0 to below 1");
    Objects.requireNonNull(lastTarget, "last_target");
  }

  /** {@return a builder with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder with these settings} */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.batchSize = batchSize;
    builder.numSteps = numSteps;
    builder.epochs = epochs;
    builder.steps = steps;
    builder.learningRate = learningRate;
    builder.gradClip = gradClip;
    builder.decayRate = decayRate;
    builder.keepProb = keepProb;
    builder.inputKeepProb = inputKeepProb;
    builder.measureEvery = measureEvery;
    builder.saveEvery = saveEvery;
    builder.maxToKeep = maxToKeep;
    builder.seed = seed;
    builder.validation = validation;
    builder.lastTarget = lastTarget;
    builder.lanes = lanes;
    return builder;
  }

  /** {@return whether the numbers are the same on any number of processors} */
  public boolean deterministic() {
    return lanes > 0;
  }

  /** {@return the learning rate of an epoch, from 0: {@code learning_rate * decay_rate^epoch}} */
  public float learningRateOfEpoch(int epoch) {
    return (float) (learningRate * Math.pow(decayRate, epoch));
  }

  KeepProbs keepProbs() {
    return new KeepProbs(keepProb, inputKeepProb);
  }

  private static void require(String name, Number value, boolean holds, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": expected " + allowed + ", found " + value);
    }
  }

  /** Settings by name; those that are not set have the default. */
  public static final class Builder {
    private int batchSize;
    private int numSteps = 1;
    private int epochs;
    private long steps;
    private float learningRate = 0.001f;
    private float gradClip = 5;
    private double decayRate = 1;
    private float keepProb = 1;
    private float inputKeepProb = 1;
    private int measureEvery;
    private int saveEvery = 100;
    private int maxToKeep = 5;
    private long seed;
    private double validation;
    private LastTarget lastTarget = LastTarget.NEXT_CHARACTER;
    private int lanes;

    private Builder() {}

    /** The examples a step, sequences or images (Python: {@code batch_size}). Required. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /** The symbols a window, or rows an image (Python: {@code num_steps}); default 1. */
    public Builder numSteps(int value) {
      numSteps = value;
      return this;
    }

    /** The passes over the data, or 0 (default) if {@code steps} alone says how long. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** The training steps in all, or 0 (default) if {@code epochs} alone says how many. */
    public Builder steps(long value) {
      steps = value;
      return this;
    }

    /** The learning rate of Adam, above 0; default 0.001. */
    public Builder learningRate(float value) {
      learningRate = value;
      return this;
    }

    /** The bound of the gradients' global norm; 0 for no clipping; default 5. */
    public Builder gradClip(float value) {
      gradClip = value;
      return this;
    }

    /** The learning rate's factor after each epoch, in (0, 1]; default 1. Of {@code CharRnn}. */
    public Builder decayRate(double value) {
      decayRate = value;
      return this;
    }

    /** The share of a layer's outputs that dropout keeps, in (0, 1]; default 1. */
    public Builder keepProb(float value) {
      keepProb = value;
      return this;
    }

    /** The same of a layer's inputs, for models that drop there; default 1. */
    public Builder inputKeepProb(float value) {
      inputKeepProb = value;
      return this;
    }

    /** The steps between measurements of a batch's accuracy; default 0 for none. */
    public Builder measureEvery(int value) {
      measureEvery = value;
      return this;
    }

    /** The steps between checkpoints (Python: {@code save_every_n}); default 100. */
    public Builder saveEvery(int value) {
      saveEvery = value;
      return this;
    }

    /** The checkpoints to keep, at least 1; default 5. */
    public Builder maxToKeep(int value) {
      maxToKeep = value;
      return this;
    }

    /** The seed of initial values, dropout's masks and the order of images; default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** The share of a text to hold out, at its end, in [0, 1); default 0. */
    public Builder validation(double value) {
      validation = value;
      return this;
    }

    /** What the last step of a window predicts; default the next character. */
    public Builder lastTarget(LastTarget value) {
      lastTarget = value;
      return this;
    }

    /**
     * Parts of the batch computed side by side, one thread each, for the same numbers on any
     * machine; 0, the default, for as many as suit the machine.
     */
    public Builder lanes(int value) {
      lanes = value;
      return this;
    }

    /** {@return the settings; an IllegalArgumentException names a number out of its range} */
    public TrainingSettings build() {
      return new TrainingSettings(
          batchSize,
          numSteps,
          epochs,
          steps,
          learningRate,
          gradClip,
          decayRate,
          keepProb,
          inputKeepProb,
          measureEvery,
          saveEvery,
          maxToKeep,
          seed,
          validation,
          lastTarget,
          lanes);
    }
  }
}
