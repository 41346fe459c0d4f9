package io.github.charlstm.graph;

/**
 * Adam with decoupled weight decay (Python: {@code tf.contrib.opt.AdamWOptimizer}): {@link
 * DecoupledWeightDecayExtension} of {@link AdamOptimizer}. Slots in checkpoints are {@code
 * <variable>/AdamW} and {@code <variable>/AdamW_1}, the powers are Adam's.
 */
public final class AdamWOptimizer extends DecoupledWeightDecayExtension {
  private static final String NAME = "AdamW";

  /**
   * TF1's defaults for Adam's settings.
   *
   * @param weightDecay as {@link DecoupledWeightDecayExtension} has it; TF1 has no default
   * @param learningRate TF1's default is 0.001
   */
  public AdamWOptimizer(HyperParameter weightDecay, LearningRate learningRate) {
    this(weightDecay, new AdamOptimizer(learningRate));
  }

  /** As {@link #AdamWOptimizer(HyperParameter, LearningRate)}, of finite numbers. */
  public AdamWOptimizer(float weightDecay, float learningRate) {
    this(HyperParameter.of(weightDecay), LearningRate.of(learningRate));
  }

  /**
   * With the settings of an Adam.
   *
   * @param adam its name is kept if it is not Adam's default; that is replaced by {@code AdamW}
   */
  public AdamWOptimizer(HyperParameter weightDecay, AdamOptimizer adam) {
    super(adam.name().equals("Adam") ? adam.withName(NAME) : adam, weightDecay);
  }
}
