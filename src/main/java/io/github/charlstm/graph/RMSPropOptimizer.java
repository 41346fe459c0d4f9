package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * RMSProp (Python: {@code tf.train.RMSPropOptimizer}).
 *
 * <p>{@code r = decay * r + (1 - decay) * g^2}, {@code m = momentum * m + lr * g / sqrt(r +
 * epsilon)}, {@code variable -= m}. As in TF1, epsilon is inside the root, and r starts at 1. If
 * centered, {@code a = decay * a + (1 - decay) * g} and the root is that of {@code r - a^2 +
 * epsilon}. Slots in checkpoints: {@code <variable>/RMSProp} is r, {@code <variable>/RMSProp_1} is
 * m; if centered a, and {@code <variable>/RMSProp_2} is m. Tieleman and Hinton, Lecture 6.5,
 * Coursera: Neural networks for machine learning, 2012.
 *
 * @param learningRate TF1 has no default
 * @param decay finite, usually in [0, 1); TF1's default is 0.9
 * @param momentum finite, usually in [0, 1); TF1's default is 0
 * @param epsilon finite, usually above 0; TF1's default is 1e-10
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param centered whether gradients are normalized by their variance; TF1's default is false
 * @param name TF1's default is {@code RMSProp}
 */
public record RMSPropOptimizer(
    LearningRate learningRate,
    HyperParameter decay,
    HyperParameter momentum,
    HyperParameter epsilon,
    boolean useLocking,
    boolean centered,
    String name)
    implements Optimizer {
  private static final String NAME = "RMSProp";

  public RMSPropOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireFinite(NAME, "decay", decay);
    OptimizerSupport.requireFinite(NAME, "momentum", momentum);
    OptimizerSupport.requireFinite(NAME, "epsilon", epsilon);
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for the others. */
  public RMSPropOptimizer(LearningRate learningRate, float decay, float momentum, float epsilon) {
    this(
        learningRate,
        HyperParameter.of(decay),
        HyperParameter.of(momentum),
        HyperParameter.of(epsilon),
        false,
        false,
        NAME);
  }

  /** TF1's defaults for all but the learning rate. */
  public RMSPropOptimizer(LearningRate learningRate) {
    this(learningRate, 0.9f, 0f, 1e-10f);
  }

  /** As {@link #RMSPropOptimizer(LearningRate)}, with a finite number. */
  public RMSPropOptimizer(float learningRate) {
    this(LearningRate.of(learningRate));
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public RMSPropOptimizer withUseLocking(boolean locking) {
    return new RMSPropOptimizer(learningRate, decay, momentum, epsilon, locking, centered, name);
  }

  /** {@return this optimizer, centered or not} */
  public RMSPropOptimizer withCentered(boolean center) {
    return new RMSPropOptimizer(learningRate, decay, momentum, epsilon, useLocking, center, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public RMSPropOptimizer withName(String other) {
    return new RMSPropOptimizer(
        learningRate, decay, momentum, epsilon, useLocking, centered, other);
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
    Operand<T> rho = step.constant(decay);
    Operand<T> inertia = step.constant(momentum);
    Operand<T> small = step.constant(epsilon);
    String type = centered ? "ApplyCenteredRMSProp" : "ApplyRMSProp";
    return step.update(
        globalStep,
        (variable, gradient) -> {
          List<Operand<?>> inputs = new ArrayList<>(slots(step, variable));
          inputs.addAll(List.of(rate, rho, inertia, small, gradient));
          return step.apply(type, variable, inputs);
        },
        (variable, gradient) -> {
          IndexedSlices<T> rows = gradient.deduplicated(scope);
          List<Operand<?>> inputs = new ArrayList<>(slots(step, variable));
          inputs.addAll(List.of(rate, rho, inertia, small, rows.values(), rows.indices()));
          return step.apply("Sparse" + type, variable, inputs);
        });
  }

  /** In the order of the update's inputs: the means of g if centered, of its square, and m. */
  private <T extends TFloating> List<Operand<T>> slots(
      OptimizerSupport<T> step, GraphVariable<T> variable) {
    List<Operand<T>> slots = new ArrayList<>();
    slots.add(step.slot(variable, "rms", Initializers.ones()).reference());
    if (centered) {
      slots.add(0, step.slot(variable, "mg", Initializers.zeros()).reference());
    }
    slots.add(step.slot(variable, "momentum", Initializers.zeros()).reference());
    return slots;
  }
}
