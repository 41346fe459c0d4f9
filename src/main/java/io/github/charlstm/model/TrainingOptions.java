package io.github.charlstm.model;

import io.github.charlstm.rnn.FusedLstm;
import java.util.Objects;

/**
 * What the train operation of a model needs besides the graph, by name, with the ranges and
 * defaults of {@link Builder}.
 */
public record TrainingOptions(
    float learningRate,
    boolean feedsLearningRate,
    float gradClip,
    long seed,
    RnnImplementation loop,
    int lanes,
    OptimizerKind optimizer,
    float momentum,
    float weightDecay,
    KeepProbs keepProbs,
    boolean variationalDropout,
    boolean sumOverSteps,
    boolean padding,
    double averageDecay) {
  /** Lanes of a run that is to have the same numbers on any number of processors. */
  public static final int DETERMINISTIC_LANES = 4;

  /** The most lanes that there can be. */
  public static final int MOST_LANES = FusedLstm.MOST_LANES;

  public TrainingOptions {
    require("learning_rate", learningRate, learningRate > 0, "above 0");
    require("grad_clip", gradClip, gradClip >= 0, "0 or above");
    Objects.requireNonNull(loop, "loop");
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(keepProbs, "keepProbs");
    require("lanes", lanes, lanes >= 0 && lanes <= MOST_LANES, "0 to " + MOST_LANES);
    require("momentum", momentum, momentum >= 0 && momentum < 1, "from 0 to below 1");
    require("weight_decay", weightDecay, weightDecay >= 0, "0 or above");
    require(
        "average_decay", averageDecay, averageDecay >= 0 && averageDecay < 1, "from 0 to below 1");
  }

  /** The defaults but for these; see {@link Builder}. */
  public TrainingOptions(float learningRate, float gradClip, long seed) {
    this(builder().learningRate(learningRate).gradClip(gradClip).seed(seed));
  }

  private TrainingOptions(Builder options) {
    this(
        options.learningRate,
        options.feedsLearningRate,
        options.gradClip,
        options.seed,
        options.loop,
        options.lanes,
        options.optimizer,
        options.momentum,
        options.weightDecay,
        options.keepProbs,
        options.variationalDropout,
        options.sumOverSteps,
        options.padding,
        options.averageDecay);
  }

  /** {@return a builder with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return these with another loop} */
  public TrainingOptions withLoop(RnnImplementation other) {
    return toBuilder().loop(other).build();
  }

  /** {@return a builder with these options} */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.learningRate = learningRate;
    builder.feedsLearningRate = feedsLearningRate;
    builder.gradClip = gradClip;
    builder.seed = seed;
    builder.loop = loop;
    builder.lanes = lanes;
    builder.optimizer = optimizer;
    builder.momentum = momentum;
    builder.weightDecay = weightDecay;
    builder.keepProbs = keepProbs;
    builder.variationalDropout = variationalDropout;
    builder.sumOverSteps = sumOverSteps;
    builder.padding = padding;
    builder.averageDecay = averageDecay;
    return builder;
  }

  private static void require(String name, Number value, boolean holds, String allowed) {
    if (!holds || Double.isInfinite(value.doubleValue())) {
      throw new IllegalArgumentException(
          "`" + name + "`: expected a number " + allowed + ", found " + value);
    }
  }

  /** Options by name; those that are not set have the default. */
  public static final class Builder {
    private float learningRate = 0.001f;
    private boolean feedsLearningRate;
    private float gradClip = 5;
    private long seed;
    private RnnImplementation loop = RnnImplementation.FUSED;
    private int lanes;
    private OptimizerKind optimizer = OptimizerKind.ADAM;
    private float momentum = 0.9f;
    private float weightDecay;
    private KeepProbs keepProbs = KeepProbs.ALL;
    private boolean variationalDropout;
    private boolean sumOverSteps;
    private boolean padding;
    private double averageDecay;

    private Builder() {}

    /** The learning rate, above 0; default 0.001. */
    public Builder learningRate(float value) {
      learningRate = value;
      return this;
    }

    /**
     * Whether the learning rate is the placeholder {@code learning_rate}, which {@link
     * GraphSession#setLearningRate} sets, and not a constant; default false. A model that keeps it
     * in a variable needs no placeholder.
     */
    public Builder feedsLearningRate(boolean value) {
      feedsLearningRate = value;
      return this;
    }

    /** The bound of the gradients' global norm (Python: {@code grad_clip}), or 0; default 5. */
    public Builder gradClip(float value) {
      gradClip = value;
      return this;
    }

    /** The seed of initial values and of dropout's masks; default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** How the cells run over time; default the fastest loop. */
    public Builder loop(RnnImplementation value) {
      loop = value;
      return this;
    }

    /**
     * Parts of the batch that the fused loop computes side by side, from 0 to {@value
     * TrainingOptions#MOST_LANES}, each operation of a session in one thread: the numbers are then
     * the same on any number of processors; 0, the default, for as many lanes and threads as suit
     * the machine.
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

    /** The momentum of {@link OptimizerKind#MOMENTUM}, in [0, 1); default 0.9. */
    public Builder momentum(float value) {
      momentum = value;
      return this;
    }

    /** Decoupled weight decay of kernels and embeddings, at least 0; default 0. */
    public Builder weightDecay(float value) {
      weightDecay = value;
      return this;
    }

    /** The shares that will be fed; what keeps all is left out of the graph of some models. */
    public Builder keepProbs(KeepProbs value) {
      keepProbs = value;
      return this;
    }

    /** Whether dropout takes one mask for all steps of a window; default false. */
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

    /** Whether a target of -1 is padding, which has no loss; default false. */
    public Builder padding(boolean value) {
      padding = value;
      return this;
    }

    /** The decay of the variables' moving averages, in [0, 1); 0, the default, for none. */
    public Builder averageDecay(double value) {
      averageDecay = value;
      return this;
    }

    /** {@return the options; an IllegalArgumentException names a number out of its range} */
    public TrainingOptions build() {
      return new TrainingOptions(this);
    }
  }
}
