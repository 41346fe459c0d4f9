package io.github.charlstm.train;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.data.Documents.Division;
import io.github.charlstm.model.KeepProbs;
import io.github.charlstm.model.OptimizerKind;
import io.github.charlstm.model.RnnImplementation;
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
    double test,
    Division documents,
    LastTarget lastTarget,
    int lanes,
    OptimizerKind optimizer,
    float momentum,
    float weightDecay,
    Schedule schedule,
    long warmupSteps,
    float minLearningRate,
    int decayAfter,
    int decayEvery,
    float recurrentKeepProb,
    float weightKeepProb,
    boolean variationalDropout,
    boolean sumOverSteps,
    double averageDecay,
    double resetProbability,
    int patience) {

  public TrainingSettings {
    require("batch_size", batchSize, batchSize >= 1, "at least 1");
    require("num_steps", numSteps, numSteps >= 1, "at least 1");
    require("steps", steps, steps >= 0, "at least 0");
    require("epochs", epochs, epochs >= 1 || (epochs == 0 && steps > 0), "at least 1");
    // TrainingOptions and KeepProbs check their numbers
    TrainingOptions.builder()
        .learningRate(learningRate)
        .gradClip(gradClip)
        .lanes(lanes)
        .optimizer(optimizer)
        .momentum(momentum)
        .weightDecay(weightDecay)
        .averageDecay(averageDecay)
        .keepProbs(new KeepProbs(keepProb, inputKeepProb, recurrentKeepProb, weightKeepProb))
        .build();
    require("decay_rate", decayRate, decayRate > 0 && decayRate <= 1, "above 0 and at most 1");
    require("warmup_steps", warmupSteps, warmupSteps >= 0, "at least 0");
    require(
        "min_learning_rate",
        minLearningRate,
        minLearningRate >= 0 && minLearningRate <= learningRate,
        "from 0 to the learning rate " + learningRate);
    require("decay_after", decayAfter, decayAfter >= 1, "at least 1");
    require("decay_every", decayEvery, decayEvery >= 1, "at least 1");
    require(
        "reset_probability",
        resetProbability,
        resetProbability >= 0 && resetProbability <= 1,
        "from 0 to 1");
    require("patience", patience, patience >= 0, "at least 0");
    Objects.requireNonNull(schedule, "schedule");
    require("measure_every", measureEvery, measureEvery >= 0, "at least 0");
    require("save_every", saveEvery, saveEvery >= 1, "at least 1");
    require("max_to_keep", maxToKeep, maxToKeep >= 1, "at least 1");
    require("validation", validation, validation >= 0 && validation < 1, "from 0 to below 1");
    require("test", test, test >= 0 && test < 1, "from 0 to below 1");
    Objects.requireNonNull(documents, "documents");
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
    builder.test = test;
    builder.documents = documents;
    builder.lastTarget = lastTarget;
    builder.lanes = lanes;
    builder.optimizer = optimizer;
    builder.momentum = momentum;
    builder.weightDecay = weightDecay;
    builder.schedule = schedule;
    builder.warmupSteps = warmupSteps;
    builder.minLearningRate = minLearningRate;
    builder.decayAfter = decayAfter;
    builder.decayEvery = decayEvery;
    builder.recurrentKeepProb = recurrentKeepProb;
    builder.weightKeepProb = weightKeepProb;
    builder.variationalDropout = variationalDropout;
    builder.sumOverSteps = sumOverSteps;
    builder.averageDecay = averageDecay;
    builder.resetProbability = resetProbability;
    builder.patience = patience;
    return builder;
  }

  /** {@return whether the numbers are the same on any number of processors} */
  public boolean deterministic() {
    return lanes > 0;
  }

  /** How the learning rate changes from step to step. */
  public enum Schedule {
    /** As it is, but for warm-up and {@code decayRate}. */
    CONSTANT,
    /** Down to the minimum along half a cosine (Python: {@code tf.train.cosine_decay}). */
    COSINE,
    /** Down to the minimum along a line (Python: {@code tf.train.polynomial_decay}, power 1). */
    LINEAR
  }

  /**
   * The learning rate of a step.
   *
   * <p>It rises linearly to {@code learning_rate} in the first {@code warmup_steps} steps, then
   * follows the schedule to {@code min_learning_rate} at the last step, and is multiplied by {@code
   * decay_rate} once for each completed {@code decay_every} epochs from {@code decay_after} on:
   * with a rate of 0.5 after 4 and every 1, epochs 1 to 4 have the whole rate, the fifth the half.
   *
   * @param step number of steps before it
   * @param epoch of the step, from 0
   * @param lastStep number of steps of the whole run
   */
  public float learningRateOf(long step, int epoch, long lastStep) {
    int decays = Math.max(0, Math.floorDiv(epoch + decayEvery - decayAfter, decayEvery));
    double rate = learningRate * Math.pow(decayRate, decays);
    if (step < warmupSteps) {
      return (float) (rate * (step + 1) / (warmupSteps + 1));
    }
    double done = // 0 at the first step after the warm-up, 1 after the last step
        Math.min(1, (double) (step - warmupSteps) / Math.max(1, lastStep - warmupSteps));
    double share =
        switch (schedule) {
          case CONSTANT -> 1;
          case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
          case LINEAR -> 1 - done;
        };
    return (float) (minLearningRate + (rate - minLearningRate) * share);
  }

  /** {@return whether the learning rate is the same at all steps} */
  public boolean hasConstantLearningRate() {
    return schedule == Schedule.CONSTANT && warmupSteps == 0 && decayRate == 1;
  }

  KeepProbs keepProbs() {
    return new KeepProbs(keepProb, inputKeepProb, recurrentKeepProb, weightKeepProb);
  }

  TrainingOptions options(RnnImplementation loop) {
    return TrainingOptions.builder()
        .learningRate(learningRate)
        .feedsLearningRate(!hasConstantLearningRate())
        .gradClip(gradClip)
        .seed(seed)
        .loop(loop)
        .lanes(lanes)
        .optimizer(optimizer)
        .momentum(momentum)
        .weightDecay(weightDecay)
        .keepProbs(keepProbs())
        .variationalDropout(variationalDropout)
        .sumOverSteps(sumOverSteps)
        .averageDecay(averageDecay)
        .build();
  }

  private static void require(String name, Number value, boolean holds, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "`" + name + "`: expected " + allowed + ", found " + value);
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
    private double test;
    private Division documents = Division.NONE;
    private LastTarget lastTarget = LastTarget.NEXT_CHARACTER;
    private int lanes;
    private OptimizerKind optimizer = OptimizerKind.ADAM;
    private float momentum = 0.9f;
    private float weightDecay;
    private Schedule schedule = Schedule.CONSTANT;
    private long warmupSteps;
    private float minLearningRate;
    private int decayAfter = 1;
    private int decayEvery = 1;
    private float recurrentKeepProb = 1;
    private float weightKeepProb = 1;
    private boolean variationalDropout;
    private boolean sumOverSteps;
    private double averageDecay;
    private double resetProbability;
    private int patience;

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

    /** The learning rate, above 0; default 0.001. */
    public Builder learningRate(float value) {
      learningRate = value;
      return this;
    }

    /** The bound of the gradients' global norm; 0 for no clipping; default 5. */
    public Builder gradClip(float value) {
      gradClip = value;
      return this;
    }

    /**
     * The learning rate's factor, in (0, 1], see {@link TrainingSettings#learningRateOf}; default
     * 1.
     */
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

    /** The share of a text to hold out for validation, at its end, in [0, 1); default 0. */
    public Builder validation(double value) {
      validation = value;
      return this;
    }

    /**
     * The share of a text to hold out for a test, after that for validation, in [0, 1); default 0.
     */
    public Builder test(double value) {
      test = value;
      return this;
    }

    /** How the text is divided into documents, each read from zeros; default not at all. */
    public Builder documents(Division value) {
      documents = value;
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

    /** The rule that updates the variables; default Adam. */
    public Builder optimizer(OptimizerKind value) {
      optimizer = value;
      return this;
    }

    /** The momentum of {@code OptimizerKind.MOMENTUM}, in [0, 1); default 0.9. */
    public Builder momentum(float value) {
      momentum = value;
      return this;
    }

    /**
     * Decoupled weight decay of kernels and embeddings, at least 0, a factor of the learning rate;
     * default 0.
     */
    public Builder weightDecay(float value) {
      weightDecay = value;
      return this;
    }

    /** How the learning rate changes from step to step; default constant. */
    public Builder schedule(Schedule value) {
      schedule = value;
      return this;
    }

    /** The steps at the start in which the learning rate rises linearly; default 0. */
    public Builder warmupSteps(long value) {
      warmupSteps = value;
      return this;
    }

    /** The learning rate after the last step of a cosine or linear schedule; default 0. */
    public Builder minLearningRate(float value) {
      minLearningRate = value;
      return this;
    }

    /**
     * The epochs before {@code decayRate} first lowers the learning rate, at least 1; default 1.
     */
    public Builder decayAfter(int value) {
      decayAfter = value;
      return this;
    }

    /** The epochs from one such lowering to the next, at least 1; default 1. */
    public Builder decayEvery(int value) {
      decayEvery = value;
      return this;
    }

    /**
     * The share of the state h that dropout keeps from step to step, with one mask a window, in (0,
     * 1]; default 1.
     */
    public Builder recurrentKeepProb(float value) {
      recurrentKeepProb = value;
      return this;
    }

    /** The share of recurrent weights that weight dropout keeps in a step, in (0, 1]; default 1. */
    public Builder weightKeepProb(float value) {
      weightKeepProb = value;
      return this;
    }

    /**
     * Whether dropout of inputs and outputs takes one mask for all steps of a window; default
     * false.
     */
    public Builder variationalDropout(boolean value) {
      variationalDropout = value;
      return this;
    }

    /**
     * Whether gradients are of the loss summed over a window's steps, as in TF1's {@code
     * ptb_word_lm.py}, not of its mean; default false.
     */
    public Builder sumOverSteps(boolean value) {
      sumOverSteps = value;
      return this;
    }

    /**
     * The decay of the exponential moving averages of the variables, in [0, 1); 0, the default, for
     * none.
     */
    public Builder averageDecay(double value) {
      averageDecay = value;
      return this;
    }

    /** The probability that a row's state is set to zeros before a window, in [0, 1]; default 0. */
    public Builder resetProbability(double value) {
      resetProbability = value;
      return this;
    }

    /**
     * The measurements of the validation loss without a new minimum after which training stops; 0,
     * the default, for no limit.
     */
    public Builder patience(int value) {
      patience = value;
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
          test,
          documents,
          lastTarget,
          lanes,
          optimizer,
          momentum,
          weightDecay,
          schedule,
          warmupSteps,
          minLearningRate,
          decayAfter,
          decayEvery,
          recurrentKeepProb,
          weightKeepProb,
          variationalDropout,
          sumOverSteps,
          averageDecay,
          resetProbability,
          patience);
    }
  }
}
