package io.github.charlstm.graph;

/**
 * Momentum with decoupled weight decay, SGDW (Python: {@code tf.contrib.opt.MomentumWOptimizer}):
 * {@link DecoupledWeightDecayExtension} of {@link MomentumOptimizer}. The slot in checkpoints is
 * {@code <variable>/MomentumW}.
 */
public final class MomentumWOptimizer extends DecoupledWeightDecayExtension {
  private static final String NAME = "MomentumW";

  /**
   * Without Nesterov's momentum, and with finite numbers; TF1 has no defaults.
   *
   * @param weightDecay as {@link DecoupledWeightDecayExtension} has it
   */
  public MomentumWOptimizer(float weightDecay, float learningRate, float momentum) {
    this(HyperParameter.of(weightDecay), new MomentumOptimizer(learningRate, momentum));
  }

  /**
   * With the settings of a momentum optimizer.
   *
   * @param momentum its name is kept if it is not the default, {@code Momentum}; that is replaced
   *     by {@code MomentumW}
   */
  public MomentumWOptimizer(HyperParameter weightDecay, MomentumOptimizer momentum) {
    super(momentum.name().equals("Momentum") ? momentum.withName(NAME) : momentum, weightDecay);
  }
}
