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
 * RMSProp (Python: {@code tf.train.RMSPropOptimizer}, not centered).
 *
 * <p>{@code r = decay * r + (1 - decay) * g^2}, {@code m = momentum * m + lr * g / sqrt(r +
 * epsilon)}, {@code variable -= m}. As in TF1, epsilon is inside the root, and r starts at 1. Slots
 * in checkpoints: {@code <variable>/RMSProp} is r, {@code <variable>/RMSProp_1} is m. Tieleman and
 * Hinton, Lecture 6.5, Coursera: Neural networks for machine learning, 2012.
 *
 * @param learningRate TF1 has no default
 * @param decay finite, usually in [0, 1); TF1's default is 0.9
 * @param momentum finite, usually in [0, 1); TF1's default is 0
 * @param epsilon finite, usually above 0; TF1's default is 1e-10
 */
public record RMSPropOptimizer(
    LearningRate learningRate, float decay, float momentum, float epsilon) implements Optimizer {
  private static final String NAME = "RMSProp";

  public RMSPropOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "decay", decay);
    OptimizerSupport.requireFinite(NAME, "momentum", momentum);
    OptimizerSupport.requireFinite(NAME, "epsilon", epsilon);
  }

  /** TF1's defaults for all but the learning rate. */
  public RMSPropOptimizer(LearningRate learningRate) {
    this(learningRate, 0.9f, 0f, 1e-10f);
  }

  /** As {@link #RMSPropOptimizer(LearningRate)}, with a finite number. */
  public RMSPropOptimizer(float learningRate) {
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
    Ops scope = step.scope();
    Operand<T> rate = step.cast(learningRate.operand(scope));
    Operand<T> rho = step.constant(decay);
    Operand<T> inertia = step.constant(momentum);
    Operand<T> small = step.constant(epsilon);
    return step.update(
        globalStep,
        (variable, gradient) ->
            scope.train.applyRmsProp(
                variable.reference(),
                step.slot(variable, "rms", Initializers.ones()).reference(),
                step.slot(variable, "momentum", Initializers.zeros()).reference(),
                rate,
                rho,
                inertia,
                small,
                gradient),
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          return scope.train.sparseApplyRmsProp(
              variable.reference(),
              step.slot(variable, "rms", Initializers.ones()).reference(),
              step.slot(variable, "momentum", Initializers.zeros()).reference(),
              rate,
              rho,
              inertia,
              small,
              rows.values(),
              rows.indices());
        });
  }
}
