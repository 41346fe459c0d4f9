package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.core.NoOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** The common part of all optimizers: checks, slots, updates, the global step. */
final class OptimizerSupport {
  private final String name;
  private final Ops tf;
  private final Ops scope;
  private final VariableStore store;
  private final List<GraphVariable<TFloat32>> variables;
  private final List<Operand<TFloat32>> gradients;

  OptimizerSupport(
      String name,
      Ops tf,
      VariableStore store,
      List<GraphVariable<TFloat32>> variables,
      List<Operand<TFloat32>> gradients) {
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
    this.name = name;
    this.tf = tf;
    this.scope = tf.withSubScope(name);
    this.store = store;
    this.variables = variables;
    this.gradients = gradients;
  }

  /** The builder of the updates. */
  Ops scope() {
    return scope;
  }

  /** The next slot of a variable, under TF1's name. */
  GraphVariable<TFloat32> slot(GraphVariable<TFloat32> variable, Initializer initializer) {
    return store.createUnderFreeName(
        variable.name() + "/" + name, variable.shape(), initializer, false);
  }

  Op update(
      Optional<GraphVariable<TInt64>> globalStep,
      BiFunction<GraphVariable<TFloat32>, Operand<TFloat32>, Op> update) {
    return update(globalStep, update, after -> List.of());
  }

  /**
   * Updates each variable by its gradient.
   *
   * @param finish further updates after those of all variables
   */
  Op update(
      Optional<GraphVariable<TInt64>> globalStep,
      BiFunction<GraphVariable<TFloat32>, Operand<TFloat32>, Op> update,
      Function<Ops, List<Op>> finish) {
    // An update changes its variable in place, and other gradients may still read it: all
    // updates wait for all gradients (Python: gate_gradients).
    Ops gated = scope.withControlDependencies(gradients.toArray(Op[]::new));
    List<Op> updates = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      updates.add(update.apply(variables.get(k), gated.identity(gradients.get(k))));
    }
    Ops after = scope.withControlDependencies(updates.toArray(Op[]::new));
    List<Op> last = new ArrayList<>(updates);
    last.addAll(finish.apply(after));
    globalStep.ifPresent(step -> last.add(after.assignAdd(step.reference(), after.constant(1L))));
    Scope all = tf.withControlDependencies(last.toArray(Op[]::new)).scope();
    // In TF1 the training step is named as the scope of its updates.
    String inside = scope.scope().makeOpName("update");
    String scopeName = inside.substring(0, inside.lastIndexOf('/'));
    return new NoOp(VariableStore.named(NoOp.OP_NAME, scopeName, all).build());
  }

  static void requireInside(String optimizer, String name, float value, boolean inside) {
    if (!inside) {
      throw new IllegalArgumentException(optimizer + "'s " + name + " is out of range: " + value);
    }
  }
}
