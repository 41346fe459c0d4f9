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
 * Adadelta (Python: {@code tf.train.AdadeltaOptimizer}).
 *
 * <p>{@code a = rho * a + (1 - rho) * g^2}, {@code u = sqrt(d + epsilon) / sqrt(a + epsilon) * g},
 * {@code d = rho * d + (1 - rho) * u^2}, {@code variable -= lr * u}. Slots in checkpoints: {@code
 * <variable>/Adadelta} is a, {@code <variable>/Adadelta_1} is d; both start at 0. Zeiler, Adadelta:
 * an adaptive learning rate method, 2012 (there lr is 1).
 *
 * @param learningRate TF1's default is 0.001
 * @param rho finite, usually in [0, 1); TF1's default is 0.95
 * @param epsilon finite, usually above 0; TF1's default is 1e-8
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param name TF1's default is {@code Adadelta}
 */
public record AdadeltaOptimizer(
    LearningRate learningRate,
    HyperParameter rho,
    HyperParameter epsilon,
    boolean useLocking,
    String name)
    implements Optimizer {
  private static final String NAME = "Adadelta";

  public AdadeltaOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "rho", rho);
    OptimizerSupport.requireFinite(NAME, "epsilon", epsilon);
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for the others. */
  public AdadeltaOptimizer(LearningRate learningRate, float rho, float epsilon) {
    this(learningRate, HyperParameter.of(rho), HyperParameter.of(epsilon), false, NAME);
  }

  /** TF1's defaults for all but the learning rate, a finite number. */
  public AdadeltaOptimizer(float learningRate) {
    this(LearningRate.of(learningRate), 0.95f, 1e-8f);
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public AdadeltaOptimizer withUseLocking(boolean locking) {
    return new AdadeltaOptimizer(learningRate, rho, epsilon, locking, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public AdadeltaOptimizer withName(String other) {
    return new AdadeltaOptimizer(learningRate, rho, epsilon, useLocking, other);
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
    Operand<T> decay = step.constant(rho);
    Operand<T> small = step.constant(epsilon);
    return step.update(
        globalStep,
        (variable, gradient) ->
            step.apply(
                "ApplyAdadelta",
                variable,
                List.of(
                    slot(step, variable, "accum"),
                    slot(step, variable, "accum_update"),
                    rate,
                    decay,
                    small,
                    gradient)),
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          return step.apply(
              "SparseApplyAdadelta",
              variable,
              List.of(
                  slot(step, variable, "accum"),
                  slot(step, variable, "accum_update"),
                  rate,
                  decay,
                  small,
                  rows.values(),
                  rows.indices()));
        });
  }

  private static <T extends TFloating> Operand<T> slot(
      OptimizerSupport<T> step, GraphVariable<T> variable, String slot) {
    return step.slot(variable, slot, Initializers.zeros()).reference();
  }
}
