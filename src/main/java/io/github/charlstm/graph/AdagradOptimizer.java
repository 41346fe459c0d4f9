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
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param name TF1's default is {@code Adagrad}
 */
public record AdagradOptimizer(
    LearningRate learningRate, double initialAccumulatorValue, boolean useLocking, String name)
    implements Optimizer {
  private static final String NAME = "Adagrad";

  public AdagradOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "initial_accumulator_value", initialAccumulatorValue);
    if (initialAccumulatorValue <= 0) { // TF1 refuses it too
      throw new IllegalArgumentException(
          NAME + " expects an initial_accumulator_value above 0, found " + initialAccumulatorValue);
    }
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for the others. */
  public AdagradOptimizer(LearningRate learningRate, double initialAccumulatorValue) {
    this(learningRate, initialAccumulatorValue, false, NAME);
  }

  /** TF1's defaults for all but the learning rate. */
  public AdagradOptimizer(LearningRate learningRate) {
    this(learningRate, 0.1);
  }

  /** As {@link #AdagradOptimizer(LearningRate)}, with a finite number. */
  public AdagradOptimizer(float learningRate) {
    this(LearningRate.of(learningRate));
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public AdagradOptimizer withUseLocking(boolean locking) {
    return new AdagradOptimizer(learningRate, initialAccumulatorValue, locking, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public AdagradOptimizer withName(String other) {
    return new AdagradOptimizer(learningRate, initialAccumulatorValue, useLocking, other);
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
    Initializer start = Initializers.filled(initialAccumulatorValue);
    return step.update(
        globalStep,
        (variable, gradient) ->
            step.apply(
                "ApplyAdagrad",
                variable,
                List.of(step.slot(variable, "accumulator", start).reference(), rate, gradient)),
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          return step.apply(
              "SparseApplyAdagrad",
              variable,
              List.of(
                  step.slot(variable, "accumulator", start).reference(),
                  rate,
                  rows.values(),
                  rows.indices()));
        });
  }
}
