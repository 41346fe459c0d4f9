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
 */
public record GradientDescentOptimizer(LearningRate learningRate) implements Optimizer {
  private static final String NAME = "GradientDescent";

  public GradientDescentOptimizer {
    Objects.requireNonNull(learningRate, "learningRate");
  }

  /** With a finite number as the learning rate. */
  public GradientDescentOptimizer(float learningRate) {
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
    return step.update(
        globalStep,
        (variable, gradient) ->
            scope.train.applyGradientDescent(variable.reference(), rate, gradient),
        (variable, gradient) ->
            scope.scatterSub(
                variable.reference(), gradient.indices(), scope.math.mul(gradient.values(), rate)));
  }
}
