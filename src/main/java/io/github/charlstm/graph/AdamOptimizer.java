package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Adam as TF1 has it (Python: {@code tf.train.AdamOptimizer}).
 *
 * <p>At step t, counted from 1: {@code lr_t = lr * sqrt(1 - beta2^t) / (1 - beta1^t)}, {@code m = m
 * + (1 - beta1) * (g - m)}, {@code v = v + (1 - beta2) * (g^2 - v)}, {@code variable -= lr_t * m /
 * (sqrt(v) + epsilon)}. Epsilon stands outside the correction of the root, as in the paper's remark
 * before section 2.1. Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015.
 *
 * <p>Slots in checkpoints: {@code <variable>/Adam} is m, {@code <variable>/Adam_1} is v, and the
 * powers are {@code beta1_power} and {@code beta2_power}.
 *
 * @param learningRate above 0; TF1's default is 0.001
 * @param beta1 decay of m, in [0, 1); TF1's default is 0.9
 * @param beta2 decay of v, in [0, 1); TF1's default is 0.999
 * @param epsilon above 0; TF1's default is 1e-8
 */
public record AdamOptimizer(float learningRate, float beta1, float beta2, float epsilon) {

  public AdamOptimizer {
    requireInside(
        "learning_rate", learningRate, learningRate > 0 && !Float.isInfinite(learningRate));
    requireInside("beta1", beta1, beta1 >= 0 && beta1 < 1);
    requireInside("beta2", beta2, beta2 >= 0 && beta2 < 1);
    requireInside("epsilon", epsilon, epsilon > 0);
  }

  /** TF1's defaults for all but the learning rate. */
  public AdamOptimizer(float learningRate) {
    this(learningRate, 0.9f, 0.999f, 1e-8f);
  }

  /**
   * Adds one update of all variables (Python: {@code apply_gradients}).
   *
   * @param store where the slots and the powers are made
   * @param variables what to update
   * @param gradients one a variable, of its shape
   * @param globalStep counted up once all variables are updated
   * @return the operation {@code Adam} that does one training step
   */
  public Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients,
      GraphVariable<TInt64> globalStep) {
    if (variables.isEmpty() || variables.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "Adam needs one gradient a variable, found "
              + variables.size()
              + " variables and "
              + gradients.size()
              + " gradients");
    }
    VariableScope root = store.rootScope();
    GraphVariable<TFloat32> beta1Power = power(root, "beta1_power", beta1);
    GraphVariable<TFloat32> beta2Power = power(root, "beta2_power", beta2);
    Ops scope = tf.withSubScope("Adam");
    List<Op> updates = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      updates.add(update(scope, root, variables.get(k), gradients.get(k), beta1Power, beta2Power));
    }
    // The powers move on after every variable has used them.
    Ops after = scope.withControlDependencies(updates.toArray(Op[]::new));
    List<Op> last = new ArrayList<>(updates);
    last.add(multiply(after, beta1Power, beta1));
    last.add(multiply(after, beta2Power, beta2));
    last.add(after.assignAdd(globalStep.reference(), after.constant(1L)));
    return tf.withName("Adam").withControlDependencies(last.toArray(Op[]::new)).noOp();
  }

  private Op update(
      Ops scope,
      VariableScope root,
      GraphVariable<TFloat32> variable,
      Operand<TFloat32> gradient,
      GraphVariable<TFloat32> beta1Power,
      GraphVariable<TFloat32> beta2Power) {
    VariableScope slots = root.child(variable.name());
    GraphVariable<TFloat32> m =
        slots.getUntrainableVariable("Adam", variable.shape(), Initializers.zeros());
    GraphVariable<TFloat32> v =
        slots.getUntrainableVariable("Adam_1", variable.shape(), Initializers.zeros());
    return scope.train.applyAdam(
        variable.reference(),
        m.reference(),
        v.reference(),
        beta1Power.value(),
        beta2Power.value(),
        scope.constant(learningRate),
        scope.constant(beta1),
        scope.constant(beta2),
        scope.constant(epsilon),
        gradient);
  }

  private static GraphVariable<TFloat32> power(VariableScope root, String name, float beta) {
    return root.getUntrainableVariable(name, Shape.scalar(), Initializers.constant(beta));
  }

  private static Op multiply(Ops scope, GraphVariable<TFloat32> power, float beta) {
    return scope.assign(power.reference(), scope.math.mul(power.value(), scope.constant(beta)));
  }

  private static void requireInside(String name, float value, boolean inside) {
    if (!inside) {
      throw new IllegalArgumentException("Adam's " + name + " is out of range: " + value);
    }
  }
}
