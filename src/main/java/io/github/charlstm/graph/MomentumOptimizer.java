package io.github.charlstm.graph;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * Gradient descent with momentum (Python: {@code tf.train.MomentumOptimizer}).
 *
 * <p>{@code a = momentum * a + g}, {@code variable -= lr * a}; with Nesterov's momentum {@code
 * variable -= lr * g + lr * momentum * a}. The slot in checkpoints: {@code <variable>/Momentum} is
 * a, which starts at 0. Sutskever, Martens, Dahl and Hinton, On the importance of initialization
 * and momentum in deep learning, ICML 2013.
 *
 * @param learningRate TF1 has no default
 * @param momentum finite, usually in [0, 1); TF1 has no default
 * @param useNesterov TF1's default is false
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param name TF1's default is {@code Momentum}
 */
public record MomentumOptimizer(
    LearningRate learningRate,
    HyperParameter momentum,
    boolean useNesterov,
    boolean useLocking,
    String name)
    implements Optimizer {
  private static final String NAME = "Momentum";

  public MomentumOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "momentum", momentum);
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for the others. */
  public MomentumOptimizer(LearningRate learningRate, float momentum, boolean useNesterov) {
    this(learningRate, HyperParameter.of(momentum), useNesterov, false, NAME);
  }

  /** Without Nesterov's momentum, and with a finite learning rate. */
  public MomentumOptimizer(float learningRate, float momentum) {
    this(LearningRate.of(learningRate), momentum, false);
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public MomentumOptimizer withUseLocking(boolean locking) {
    return new MomentumOptimizer(learningRate, momentum, useNesterov, locking, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public MomentumOptimizer withName(String other) {
    return new MomentumOptimizer(learningRate, momentum, useNesterov, useLocking, other);
  }

  @Override
  public <T extends TFloating> Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients,
      Optional<GraphVariable<TInt64>> globalStep) {
    OptimizerSupport<T> step =
        new OptimizerSupport<>(name, useLocking, this, tf, store, variables, gradients);
    Ops scope = step.scope();
    Operand<T> rate = step.cast(learningRate.operand(scope));
    Operand<T> decay = step.constant(momentum);
    return step.update(
        globalStep,
        (variable, gradient) ->
            step.apply(
                "ApplyMomentum",
                variable,
                List.of(slot(step, variable), rate, gradient, decay),
                builder -> builder.setAttr("use_nesterov", useNesterov)),
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          return step.apply(
              "SparseApplyMomentum",
              variable,
              List.of(slot(step, variable), rate, rows.values(), rows.indices(), decay),
              builder -> builder.setAttr("use_nesterov", useNesterov));
        });
  }

  private static <T extends TFloating> Operand<T> slot(
      OptimizerSupport<T> step, GraphVariable<T> variable) {
    return step.slot(variable, "momentum", Initializers.zeros()).reference();
  }
}
