package io.github.charlstm.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
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
 * checkpoints. All calls of one object share its slots; another object, even an equal one, makes
 * slots of its own under the next free names.
 */
public interface Optimizer {
  /**
   * Gradients of a loss by variables (Python: {@code compute_gradients}, which calls {@code
   * tf.gradients}).
   *
   * @param loss float tensor; its elements are summed, as by {@code tf.gradients}
   * @param variables at least one
   * @return one a variable, of its shape, for {@link ClipByGlobalNorm} and {@link #applyGradients};
   *     null (Python: {@code None}) for a variable on which the loss does not depend, or only
   *     through {@code stop_gradient}
   * @throws IllegalArgumentException if there is no variable, or if an operation between the loss
   *     and a variable has no gradient
   */
  default List<Operand<TFloat32>> computeGradients(
      Ops tf, Operand<TFloat32> loss, List<GraphVariable<TFloat32>> variables) {
    return computeGradients(tf, loss, variables, Optional.empty());
  }

  /**
   * As {@link #computeGradients(Ops, Operand, List)}, from the gradient of the loss.
   *
   * @param gradLoss of the loss's shape, what its elements are multiplied with before they are
   *     summed (Python: {@code grad_loss}); ones by default
   */
  default List<Operand<TFloat32>> computeGradients(
      Ops tf,
      Operand<TFloat32> loss,
      List<GraphVariable<TFloat32>> variables,
      Optional<? extends Operand<TFloat32>> gradLoss) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("a loss needs at least one variable, found none");
    }
    gradLoss.ifPresent(
        given -> {
          if (!given.shape().isCompatibleWith(loss.shape())) {
            throw new IllegalArgumentException(
                "grad_loss expects the loss's shape %s, found %s"
                    .formatted(loss.shape(), given.shape()));
          }
        });
    // tf.gradients of C++ refuses a variable that the loss does not depend on
    Set<String> ancestors = ancestors(loss);
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (GraphVariable<TFloat32> variable : variables) {
      if (ancestors.contains(variable.value().op().name())) {
        values.add(variable.value());
      }
    }
    if (values.isEmpty()) {
      return Collections.nCopies(variables.size(), null);
    }
    Gradients all;
    try {
      all =
          gradLoss.isPresent()
              ? Gradients.create(
                  tf.scope(), List.of(loss), values, Gradients.dx(List.of(gradLoss.get())))
              : tf.gradients(loss, values);
    } catch (TFInvalidArgumentException | TensorFlowException e) {
      throw new IllegalArgumentException(
          "the loss %s has no gradient by the variables %s: %s"
              .formatted(
                  loss.op().name(),
                  variables.stream().map(GraphVariable::name).toList(),
                  e.getMessage()),
          e);
    }
    List<Operand<TFloat32>> found = new ArrayList<>();
    int next = 0;
    for (GraphVariable<TFloat32> variable : variables) {
      boolean reached = ancestors.contains(variable.value().op().name());
      Output<TFloat32> gradient = reached ? all.dy(next++) : null;
      found.add(reached && CustomGradients.exists(gradient) ? gradient : null);
    }
    return Collections.unmodifiableList(found);
  }

  private static Set<String> ancestors(Operand<?> tensor) {
    Set<String> seen = new HashSet<>();
    Deque<GraphOperation> open = new ArrayDeque<>();
    if (tensor.op() instanceof GraphOperation first) {
      seen.add(first.name());
      open.add(first);
    }
    while (!open.isEmpty()) {
      for (Operand<?> input : open.remove().inputs()) {
        if (seen.add(input.op().name())) {
          open.add((GraphOperation) input.op());
        }
      }
    }
    return seen;
  }

  /**
   * Adds one update of all variables (Python: {@code apply_gradients}). Each call of one object
   * updates the same slots.
   *
   * @param store the slots are made in it
   * @param variables what to update, at least one
   * @param gradients one a variable, of its shape; a variable whose gradient is null keeps its
   *     value and gets no slots
   * @param globalStep counted up once all variables are updated; TF1's default is none
   * @return the operation that does one training step; it has the optimizer's TF1 name
   * @throws IllegalArgumentException if variables and gradients do not match, or if all gradients
   *     are null
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

  /**
   * Adds one training step on a loss: its gradients and the update of all trainable variables
   * (Python: {@code minimize(loss)}), without a global step. Variables on which the loss does not
   * depend keep their values.
   *
   * @param loss float tensor; its elements are summed
   * @return the operation that does one training step
   * @throws IllegalArgumentException if the store has no trainable variable, or if the loss depends
   *     on none
   */
  default Op minimize(Ops tf, VariableStore store, Operand<TFloat32> loss) {
    return minimize(tf, store, loss, store.trainable(), Optional.empty(), Optional.empty());
  }

  /** {@link #minimize(Ops, VariableStore, Operand)} with a global step, which is counted up. */
  default Op minimize(
      Ops tf, VariableStore store, Operand<TFloat32> loss, GraphVariable<TInt64> globalStep) {
    Objects.requireNonNull(globalStep, "globalStep");
    return minimize(tf, store, loss, store.trainable(), Optional.empty(), Optional.of(globalStep));
  }

  /**
   * As {@link #minimize(Ops, VariableStore, Operand)}, for given variables.
   *
   * @param variables what to update (Python: {@code var_list})
   * @param gradLoss as {@link #computeGradients(Ops, Operand, List, Optional)} has it (Python:
   *     {@code grad_loss})
   * @param globalStep counted up once all variables are updated
   * @throws IllegalArgumentException if there is no variable, or if the loss depends on none
   */
  default Op minimize(
      Ops tf,
      VariableStore store,
      Operand<TFloat32> loss,
      List<GraphVariable<TFloat32>> variables,
      Optional<? extends Operand<TFloat32>> gradLoss,
      Optional<GraphVariable<TInt64>> globalStep) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("minimize: no variables to optimize");
    }
    List<Operand<TFloat32>> gradients = computeGradients(tf, loss, variables, gradLoss);
    if (gradients.stream().allMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          ("minimize: no gradients provided for any variable: the loss %s depends on none of %s, or"
                  + " only through operations without a gradient, such as stop_gradient")
              .formatted(loss.op().name(), variables.stream().map(GraphVariable::name).toList()));
    }
    return applyGradients(tf, store, variables, gradients, globalStep);
  }
}
