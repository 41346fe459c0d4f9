package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.core.NoOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The common part of all optimizers: checks the gradients, makes slots, updates each variable, then
 * increments the global step.
 *
 * @param name the optimizer's TF1 name
 * @param scope builder for the updates
 */
record OptimizerSupport(String name, Ops tf, Ops scope, VariableStore store) {

  OptimizerSupport(String name, Ops tf, VariableStore store) {
    this(name, tf, tf.withSubScope(name), store);
  }

  /** The update of one variable. */
  @FunctionalInterface
  interface Update {
    Op of(GraphVariable<TFloat32> variable, Operand<TFloat32> gradient);
  }

  /** Further updates after those of all variables; {@code after} adds them. */
  @FunctionalInterface
  interface Finish {
    List<Op> with(Ops after);
  }

  static void requireMatch(
      String name,
      List<GraphVariable<TFloat32>> variables,
      List<? extends Operand<TFloat32>> gradients) {
    if (variables.isEmpty() || variables.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "%s needs one gradient for each variable, found %s variables and %s gradients"
              .formatted(name, variables.size(), gradients.size()));
    }
    for (int k = 0; k < variables.size(); k++) {
      GraphVariable<TFloat32> variable = variables.get(k);
      if (!variable.shape().isCompatibleWith(gradients.get(k).shape())) {
        throw new IllegalArgumentException(
            "%s needs a gradient of shape %s for variable %s, found %s"
                .formatted(name, variable.shape(), variable.name(), gradients.get(k).shape()));
      }
    }
  }

  /** The next slot of a variable, under TF1's name. */
  GraphVariable<TFloat32> slot(GraphVariable<TFloat32> variable, Initializer initializer) {
    return store.createUnderFreeName(
        variable.name() + "/" + name, variable.shape(), initializer, false);
  }

  Op of(
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients,
      Optional<GraphVariable<TInt64>> globalStep,
      Update update,
      Finish finish) {
    // An update changes its variable in place, and other gradients may still read it: all
    // updates wait for all gradients (Python: gate_gradients).
    Ops gated = scope.withControlDependencies(gradients.toArray(Op[]::new));
    List<Op> updates = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      updates.add(update.of(variables.get(k), gated.identity(gradients.get(k))));
    }
    Ops after = scope.withControlDependencies(updates.toArray(Op[]::new));
    List<Op> last = new ArrayList<>(updates);
    last.addAll(finish.with(after));
    globalStep.ifPresent(step -> last.add(after.assignAdd(step.reference(), after.constant(1L))));
    Scope all = tf.withControlDependencies(last.toArray(Op[]::new)).scope();
    return new NoOp(VariableStore.named(NoOp.OP_NAME, scopeName(), all).build());
  }

  // In TF1 the training step is named as the scope of its updates.
  private String scopeName() {
    String inside = scope.scope().makeOpName("update");
    return inside.substring(0, inside.lastIndexOf('/'));
  }

  Op of(
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients,
      Optional<GraphVariable<TInt64>> globalStep,
      Update update) {
    return of(variables, gradients, globalStep, update, after -> List.of());
  }

  static void requireInside(String optimizer, String name, float value, boolean inside) {
    if (!inside) {
      throw new IllegalArgumentException(optimizer + "'s " + name + " is out of range: " + value);
    }
  }
}
