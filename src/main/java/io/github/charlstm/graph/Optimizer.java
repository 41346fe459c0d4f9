package io.github.charlstm.graph;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

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
   * @return one a variable, of its shape, for {@link ClipByGlobalNorm} and {@link #applyGradients}:
   *     {@link IndexedSlices} for a variable that the loss reads by {@code tf.gather} along
   *     dimension 0 only, outside of loops; null (Python: {@code None}) for a variable on which the
   *     loss does not depend, or only through {@code stop_gradient}
   * @throws IllegalArgumentException if there is no variable, or if an operation between the loss
   *     and a variable has no gradient
   */
  default <T extends TFloating> List<Operand<T>> computeGradients(
      Ops tf, Operand<T> loss, List<GraphVariable<T>> variables) {
    return computeGradients(tf, loss, variables, Optional.empty());
  }

  /**
   * As {@link #computeGradients(Ops, Operand, List)}, from the gradient of the loss.
   *
   * @param gradLoss of the loss's shape, what its elements are multiplied with before they are
   *     summed (Python: {@code grad_loss}); ones by default
   */
  default <T extends TFloating> List<Operand<T>> computeGradients(
      Ops tf,
      Operand<T> loss,
      List<GraphVariable<T>> variables,
      Optional<? extends Operand<T>> gradLoss) {
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
    return new LossGradients<>(tf, loss).by(variables, gradLoss);
  }

  /**
   * Adds one update of all variables (Python: {@code apply_gradients}). Each call of one object
   * updates the same slots.
   *
   * @param store the slots are made in it
   * @param variables what to update, at least one
   * @param gradients one a variable, of its shape; a variable whose gradient is null keeps its
   *     value and gets no slots; of {@link IndexedSlices} only their rows of variable and slots
   *     change, except by Adam; a variable's {@link Constraint} is applied after its update
   * @param globalStep counted up once all variables are updated; TF1's default is none
   * @return the operation that does one training step; it has the optimizer's TF1 name
   * @throws IllegalArgumentException if variables and gradients do not match, if all gradients are
   *     null, or if a variable with a {@link Constraint} has an {@link IndexedSlices}
   */
  <T extends TFloating> Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients,
      Optional<GraphVariable<TInt64>> globalStep);

  /** {@link #applyGradients(Ops, VariableStore, List, List, Optional)} with a global step. */
  default <T extends TFloating> Op applyGradients(
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients,
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
  default <T extends TFloating> Op minimize(Ops tf, VariableStore store, Operand<T> loss) {
    return minimize(
        tf, store, loss, store.trainable(loss.type()), Optional.empty(), Optional.empty());
  }

  /** {@link #minimize(Ops, VariableStore, Operand)} with a global step, which is counted up. */
  default <T extends TFloating> Op minimize(
      Ops tf, VariableStore store, Operand<T> loss, GraphVariable<TInt64> globalStep) {
    Objects.requireNonNull(globalStep, "globalStep");
    return minimize(
        tf, store, loss, store.trainable(loss.type()), Optional.empty(), Optional.of(globalStep));
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
  default <T extends TFloating> Op minimize(
      Ops tf,
      VariableStore store,
      Operand<T> loss,
      List<GraphVariable<T>> variables,
      Optional<? extends Operand<T>> gradLoss,
      Optional<GraphVariable<TInt64>> globalStep) {
    if (variables.isEmpty()) {
      throw new IllegalArgumentException("minimize: no variables to optimize");
    }
    List<Operand<T>> gradients = computeGradients(tf, loss, variables, gradLoss);
    if (gradients.stream().allMatch(Objects::isNull)) {
      throw new IllegalArgumentException(
          ("minimize: no gradients provided for any variable: the loss %s depends on none of %s, or"
                  + " only through operations without a gradient, such as stop_gradient")
              .formatted(loss.op().name(), variables.stream().map(GraphVariable::name).toList()));
    }
    return applyGradients(tf, store, variables, gradients, globalStep);
  }

  /**
   * The slot of a variable (Python: {@code get_slot}).
   *
   * @param store that of {@link #applyGradients}
   * @param name one of {@link #slotNames}
   * @return empty (Python: {@code None}) if the optimizer has made none
   */
  default <T extends TFloating> Optional<GraphVariable<T>> slot(
      VariableStore store, GraphVariable<T> variable, String name) {
    return Optional.ofNullable(store.slots(this).get(variable.name() + "/" + name))
        .map(slot -> slot.as(variable.value().type()));
  }

  /** The names of the slots that it has made, sorted (Python: {@code get_slot_names}). */
  default List<String> slotNames(VariableStore store) {
    return store.slots(this).keySet().stream()
        .filter(key -> !key.startsWith("/"))
        .map(key -> key.substring(key.lastIndexOf('/') + 1))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * All that it has made: slots and its own scalars, sorted by name (Python: {@code variables()}).
   */
  default List<GraphVariable<?>> variables(VariableStore store) {
    return store.slots(this).values().stream()
        .sorted(Comparator.comparing(GraphVariable::name))
        .toList();
  }
}
