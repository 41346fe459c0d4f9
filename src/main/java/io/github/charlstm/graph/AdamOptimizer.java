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
 */
public record AdamOptimizer(LearningRate learningRate, float beta1, float beta2, float epsilon)
    implements Optimizer {
  private static final String NAME = "Adam";

  public AdamOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "beta1", beta1);
    OptimizerSupport.requireFinite(NAME, "beta2", beta2);
    OptimizerSupport.requireFinite(NAME, "epsilon", epsilon);
  }

  /** TF1's defaults for all but the learning rate. */
  public AdamOptimizer(LearningRate learningRate) {
    this(learningRate, 0.9f, 0.999f, 1e-8f);
  }

  /** As {@link #AdamOptimizer(LearningRate)}, with a finite number. */
  public AdamOptimizer(float learningRate) {
    this(LearningRate.of(learningRate));
  }

  @Override
  public <T extends TFloating> Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients,
      Optional<GraphVariable<TInt64>> globalStep) {
    OptimizerSupport<T> step = new OptimizerSupport<>(NAME, this, tf, store, variables, gradients);
    GraphVariable<TFloat32> beta1Power = step.scalar("beta1_power", beta1);
    GraphVariable<TFloat32> beta2Power = step.scalar("beta2_power", beta2);
    Ops scope = step.scope();
    Operand<T> rate = step.cast(learningRate.operand(scope));
    Operand<T> decay1 = step.constant(beta1);
    Operand<T> decay2 = step.constant(beta2);
    Operand<T> small = step.constant(epsilon);
    return step.update(
        globalStep,
        (variable, gradient) ->
            scope.train.applyAdam(
                variable.reference(),
                step.slot(variable, "m", Initializers.zeros()).reference(),
                step.slot(variable, "v", Initializers.zeros()).reference(),
                step.cast(beta1Power.value()),
                step.cast(beta2Power.value()),
                rate,
                decay1,
                decay2,
                small,
                gradient),
        (variable, gradient) -> updateRows(step, variable, gradient, rate, beta1Power, beta2Power),
        // The powers change after all variables are updated.
        after -> List.of(multiply(after, beta1Power, beta1), multiply(after, beta2Power, beta2)));
  }

  // TF1's _apply_sparse_shared: m and v of all rows decay, so all rows of the variable change.
  private <T extends TFloating> Op updateRows(
      OptimizerSupport<T> step,
      GraphVariable<T> variable,
      IndexedSlices<T> gradient,
      Operand<T> learningRate,
      GraphVariable<TFloat32> beta1Power,
      GraphVariable<TFloat32> beta2Power) {
    Ops scope = step.scope();
    IndexedSlices<T> rows = gradient.deduplicated(scope);
    Operand<T> g = rows.values();
    Operand<T> one = step.constant(1f);
    Operand<T> rate =
        scope.math.div(
            scope.math.mul(
                learningRate, scope.math.sqrt(scope.math.sub(one, step.cast(beta2Power.value())))),
            scope.math.sub(one, step.cast(beta1Power.value())));
    var m = step.slot(variable, "m", Initializers.zeros());
    var v = step.slot(variable, "v", Initializers.zeros());
    Operand<T> newM = decayAndAdd(step, m, beta1, rows, g);
    Operand<T> newV = decayAndAdd(step, v, beta2, rows, scope.math.mul(g, g));
    Operand<T> root = scope.math.add(scope.math.sqrt(newV), step.constant(epsilon));
    Operand<T> change = scope.math.div(scope.math.mul(rate, newM), root);
    return scope.assignSub(variable.reference(), change);
  }

  private static <T extends TFloating> Operand<T> decayAndAdd(
      OptimizerSupport<T> step,
      GraphVariable<T> slot,
      float beta,
      IndexedSlices<T> rows,
      Operand<T> values) {
    Ops scope = step.scope();
    Operand<T> scaled = scope.math.mul(values, step.constant(1f - beta));
    Ops gated = scope.withControlDependencies(scaled);
    Operand<T> decayed =
        gated.assign(slot.reference(), gated.math.mul(slot.value(), step.constant(beta)));
    return scope
        .withControlDependencies(decayed)
        .scatterAdd(slot.reference(), rows.indices(), scaled);
  }

  private static Op multiply(Ops after, GraphVariable<TFloat32> power, float beta) {
    return after.assign(power.reference(), after.math.mul(power.value(), after.constant(beta)));
  }
}
