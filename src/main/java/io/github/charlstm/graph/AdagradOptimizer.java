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
 * Adagrad (Python: {@code tf.train.AdagradOptimizer}).
 *
 * <p>{@code a = a + g^2}, {@code variable -= lr * g / sqrt(a)}. The slot in checkpoints: {@code
 * <variable>/Adagrad} is a. Duchi, Hazan and Singer, Adaptive subgradient methods for online
 * learning and stochastic optimization, JMLR 12, 2011.
 *
 * @param learningRate TF1 has no default
 * @param initialAccumulatorValue initial value of a, finite and above 0; TF1's default is 0.1
 */
public record AdagradOptimizer(LearningRate learningRate, float initialAccumulatorValue)
    implements Optimizer {
  private static final String NAME = "Adagrad";

  public AdagradOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "initial_accumulator_value", initialAccumulatorValue);
    if (initialAccumulatorValue <= 0) { // TF1 refuses it too
      throw new IllegalArgumentException(
          NAME + " expects an initial_accumulator_value above 0, found " + initialAccumulatorValue);
    }
  }

  /** TF1's defaults for all but the learning rate. */
  public AdagradOptimizer(LearningRate learningRate) {
    this(learningRate, 0.1f);
  }

  /** As {@link #AdagradOptimizer(LearningRate)}, with a finite number. */
  public AdagradOptimizer(float learningRate) {
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
    Initializer start = Initializers.filled(initialAccumulatorValue);
    return step.update(
        globalStep,
        (variable, gradient) ->
            scope.train.applyAdagrad(
                variable.reference(),
                step.slot(variable, "accumulator", start).reference(),
                rate,
                gradient),
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          return step.add(
              "SparseApplyAdagrad", // Ops has V2 only, whose root has an epsilon
              variable.reference(),
              step.slot(variable, "accumulator", start).reference(),
              rate,
              rows.values(),
              rows.indices());
        });
  }
}
