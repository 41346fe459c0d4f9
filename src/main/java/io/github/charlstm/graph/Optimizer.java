package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * A rule that updates variables by their gradients (Python: {@code tf.train.Optimizer}).
 *
 * <p>An optimizer's state of a variable is kept in slots: untrainable variables called {@code
 * <variable>/<Optimizer>}, the second one {@code <variable>/<Optimizer>_1}, and so on, as in TF1's
 * checkpoints.
 */
public interface Optimizer {
  /**
   * Gradients of a loss by variables (Python: {@code compute_gradients}, which calls {@code
   * tf.gradients}).
   *
   * @param loss float tensor; its elements are summed, as by {@code tf.gradients}
   * @param variables at least one; the loss must depend on each
   * @return one a variable, of its shape, for {@link ClipByGlobalNorm} and {@link #applyGradients}
   * @throws IllegalArgumentException if there is no variable, or one without a gradient: the loss
   *     does not depend on it, or only through operations that have none
   */
  default List<Operand<TFloat32>> computeGradients(
      Ops tf, Operand<TFloat32> loss, List<GraphVariable<TFloat32>> variables) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("a loss needs at least one variable, found none");
    }
    Gradients all;
    try {
      all = tf.gradients(loss, variables.stream().map(GraphVariable::value).toList());
    } catch (TFInvalidArgumentException e) {
      throw new IllegalArgumentException(
          "the loss " + loss.op().name() + " has no gradient by every variable: " + e.getMessage(),
          e);
    }
    List<Operand<TFloat32>> found = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      Output<TFloat32> gradient = all.dy(k);
      if (!CustomGradients.exists(gradient)) {
        throw new IllegalArgumentException(
            ("variable %s has no gradient: every path from it to the loss %s is cut, as by"
                    + " stop_gradient; leave the variable out")
                .formatted(variables.get(k).name(), loss.op().name()));
      }
      found.add(gradient);
    }
    return List.copyOf(found);
  }

  /**
   * Adds one update of all variables (Python: {@code apply_gradients}). Each call makes new slots
   * under the next free names, as a new optimizer object does in TF1.
   *
   * @param store the slots are made in it
   * @param variables what to update, at least one
   * @param gradients one a variable, of its shape
   * @param globalStep counted up once all variables are updated; TF1's default is none
   * @return the operation that does one training step; it has the optimizer's TF1 name
   * @throws IllegalArgumentException if variables and gradients do not match
   */
  Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients,
      Optional<GraphVariable<TInt64>> globalStep);

  /** {@link #applyGradients(Ops, VariableStore, List, List, Optional)} with a global step. */
  default Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients,
      GraphVariable<TInt64> globalStep) {
    Objects.requireNonNull(globalStep, "globalStep");
    return applyGradients(tf, store, variables, gradients, Optional.of(globalStep));
  }
}
