package io.github.charlstm.graph;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * Adam as TF1 has it (Python: {@code tf.train.AdamOptimizer}).
 *
 * <p>At step t, counted from 1: {@code lr_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)}, {@code m = m
 * + (1 - beta1) * (g - m)}, {@code v = v + (1 - beta2) * (g^2 - v)}, {@code variable -= lr_t * m /
 * (sqrt(v) + epsilon)}. Epsilon is outside of the bias correction, as in the paper's remark before
 * section 2.1. Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015.
 *
 * <p>Slots in checkpoints: {@code <variable>/Adam} is m, {@code <variable>/Adam_1} is v, and the
 * powers are {@code beta1_power} and {@code beta2_power}.
 *
 * @param learningRate TF1's default is 0.001
 * @param beta1 decay of m, finite, usually in [0, 1); TF1's default is 0.9
 * @param beta2 decay of v, finite, usually in [0, 1); TF1's default is 0.999
 * @param epsilon finite, usually above 0; TF1's default is 1e-8
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param name TF1's default is {@code Adam}
 */
public record AdamOptimizer(
    LearningRate learningRate,
    HyperParameter beta1,
    HyperParameter beta2,
    HyperParameter epsilon,
    boolean useLocking,
    String name)
    implements Optimizer {
  private static final String NAME = "Adam";

  public AdamOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "beta1", beta1);
    OptimizerSupport.requireFinite(NAME, "beta2", beta2);
    OptimizerSupport.requireFinite(NAME, "epsilon", epsilon);
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for the others. */
  public AdamOptimizer(LearningRate learningRate, float beta1, float beta2, float epsilon) {
    this(
        learningRate,
        HyperParameter.of(beta1),
        HyperParameter.of(beta2),
        HyperParameter.of(epsilon),
        false,
        NAME);
  }

  /** TF1's defaults for all but the learning rate. */
  public AdamOptimizer(LearningRate learningRate) {
    this(learningRate, 0.9f, 0.999f, 1e-8f);
  }

  /** As {@link #AdamOptimizer(LearningRate)}, with a finite number. */
  public AdamOptimizer(float learningRate) {
    this(LearningRate.of(learningRate));
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public AdamOptimizer withUseLocking(boolean locking) {
    return new AdamOptimizer(learningRate, beta1, beta2, epsilon, locking, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public AdamOptimizer withName(String other) {
    return new AdamOptimizer(learningRate, beta1, beta2, epsilon, useLocking, other);
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
    GraphVariable<TFloat32> beta1Power = step.scalar("beta1_power", beta1);
    GraphVariable<TFloat32> beta2Power = step.scalar("beta2_power", beta2);
    Operand<T> rate = step.cast(learningRate.operand(step.scope()));
    Settings<T> settings =
        new Settings<>(
            rate,
            step.cast(beta1Power.value()),
            step.cast(beta2Power.value()),
            step.constant(beta1),
            step.constant(beta2),
            step.constant(epsilon));
    return step.update(
        globalStep,
        (variable, gradient) ->
            step.apply(
                "ApplyAdam",
                variable,
                List.of(
                    slot(step, variable, "m").reference(),
                    slot(step, variable, "v").reference(),
                    settings.beta1Power(),
                    settings.beta2Power(),
                    rate,
                    settings.beta1(),
                    settings.beta2(),
                    settings.epsilon(),
                    gradient)),
        (variable, gradient) -> updateRows(step, variable, gradient, settings),
        // The powers change after all variables are updated.
        after -> List.of(multiply(after, beta1Power, beta1), multiply(after, beta2Power, beta2)));
  }

  private record Settings<T extends TFloating>(
      Operand<T> learningRate,
      Operand<T> beta1Power,
      Operand<T> beta2Power,
      Operand<T> beta1,
      Operand<T> beta2,
      Operand<T> epsilon) {}

  private static <T extends TFloating> GraphVariable<T> slot(
      OptimizerSupport<T> step, GraphVariable<T> variable, String slot) {
    return step.slot(variable, slot, Initializers.zeros());
  }

  // TF1's _apply_sparse_shared: m and v of all rows decay, so all rows of the variable change.
  private static <T extends TFloating> Op updateRows(
      OptimizerSupport<T> step,
      GraphVariable<T> variable,
      IndexedSlices<T> gradient,
      Settings<T> settings) {
    Ops scope = step.scope();
    IndexedSlices<T> rows = gradient.deduplicated(scope);
    Operand<T> g = rows.values();
    Operand<T> one = step.constant(1f);
    Operand<T> rate =
        scope.math.div(
            scope.math.mul(
                settings.learningRate(),
                scope.math.sqrt(scope.math.sub(one, settings.beta2Power()))),
            scope.math.sub(one, settings.beta1Power()));
    GraphVariable<T> m = slot(step, variable, "m");
    GraphVariable<T> v = slot(step, variable, "v");
    Operand<T> newM = decayAndAdd(step, m, settings.beta1(), rows, g);
    Operand<T> newV = decayAndAdd(step, v, settings.beta2(), rows, scope.math.mul(g, g));
    Operand<T> root = scope.math.add(scope.math.sqrt(newV), settings.epsilon());
    Operand<T> change = scope.math.div(scope.math.mul(rate, newM), root);
    return variable.assignSub(scope, change);
  }

  private static <T extends TFloating> Operand<T> decayAndAdd(
      OptimizerSupport<T> step,
      GraphVariable<T> slot,
      Operand<T> beta,
      IndexedSlices<T> rows,
      Operand<T> values) {
    Ops scope = step.scope();
    Operand<T> scaled = scope.math.mul(values, scope.math.sub(step.constant(1f), beta));
    Ops gated = scope.withControlDependencies(scaled);
    Op decayed = slot.assign(gated, gated.math.mul(slot.value(), beta));
    return slot.scatterAdd(scope.withControlDependencies(decayed), rows.indices(), scaled);
  }

  private static Op multiply(Ops after, GraphVariable<TFloat32> power, HyperParameter beta) {
    return power.assign(after, after.math.mul(power.value(), beta.operand(after)));
  }
}
