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
 * Plain gradient descent (Python: {@code tf.train.GradientDescentOptimizer}): {@code variable -= lr
 * * g}. It has no slots. Of {@link IndexedSlices}, rows of equal index are subtracted one by one,
 * in no fixed order, as in TF1; the other optimizers add them first.
 *
 * @param learningRate TF1 has no default
 * @param useLocking whether updates of a variable wait for each other; TF1's default is false
 * @param name TF1's default is {@code GradientDescent}
 */
public record GradientDescentOptimizer(LearningRate learningRate, boolean useLocking, String name)
    implements Optimizer {
  private static final String NAME = "GradientDescent";

  public GradientDescentOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
    OptimizerSupport.requireName(name);
  }

  /** TF1's defaults for all but the learning rate. */
  public GradientDescentOptimizer(LearningRate learningRate) {
    this(learningRate, false, NAME);
  }

  /** With a finite number as the learning rate. */
  public GradientDescentOptimizer(float learningRate) {
    this(LearningRate.of(learningRate));
  }

  /** {@return this optimizer with another {@code use_locking}} */
  public GradientDescentOptimizer withUseLocking(boolean locking) {
    return new GradientDescentOptimizer(learningRate, locking, name);
  }

  /** {@return this optimizer with another name, of which its slots are named} */
  public GradientDescentOptimizer withName(String other) {
    return new GradientDescentOptimizer(learningRate, useLocking, other);
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
    return step.update(
        globalStep,
        (variable, gradient) ->
            step.apply("ApplyGradientDescent", variable, List.of(rate, gradient)),
        (variable, gradient) ->
            variable.scatterSub(
                scope, gradient.indices(), scope.math.mul(gradient.values(), rate)));
  }
}
