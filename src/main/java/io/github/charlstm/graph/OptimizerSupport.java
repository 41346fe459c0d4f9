package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/** The common part of all optimizers: checks, slots, updates, the global step. */
final class OptimizerSupport<T extends TFloating> {
  private final String name;
  private final boolean useLocking;
  private final Class<T> dtype;
  private final Ops tf;
  private final Ops scope;
  private final VariableStore store;
  private final Map<String, GraphVariable<?>> slots;
  private final List<GraphVariable<T>> variables = new ArrayList<>();
  private final List<Operand<T>> gradients = new ArrayList<>();

  OptimizerSupport(
      String name,
      boolean useLocking,
      Optimizer optimizer,
      Ops tf,
      VariableStore store,
      List<GraphVariable<T>> variables,
      List<Operand<T>> gradients) {
    if (variables.isEmpty() || variables.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "%s needs one gradient for each variable, found %s variables and %s gradients"
              .formatted(name, variables.size(), gradients.size()));
    }
    for (int k = 0; k < variables.size(); k++) {
      GraphVariable<T> variable = variables.get(k);
      Operand<T> gradient = gradients.get(k);
      if (gradient == null) {
        continue; // as in TF1, the variable keeps its value and gets no slots
      }
      if (!variable.shape().isCompatibleWith(gradient.shape())) {
        throw new IllegalArgumentException(
            "%s needs a gradient of shape %s for variable %s, found %s"
                .formatted(name, variable.shape(), variable.name(), gradient.shape()));
      }
      if (gradient instanceof IndexedSlices && variable.constraint().isPresent()) {
        throw new IllegalArgumentException(
            ("%s cannot use a constraint on a variable whose gradient is an IndexedSlices, found"
                    + " one on %s; without the constraint, or with a dense gradient, it is updated")
                .formatted(name, variable.name()));
      }
      this.variables.add(variable);
      this.gradients.add(gradient);
    }
    if (this.variables.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no gradients provided for any variable, found only null for %s"
              .formatted(name, variables.stream().map(GraphVariable::name).toList()));
    }
    this.name = name;
    this.useLocking = useLocking;
    this.dtype = this.variables.get(0).value().type();
    this.tf = tf;
    this.scope = tf.withSubScope(name);
    this.store = store;
    this.slots = store.slots(optimizer);
  }

  /** The builder of the updates. */
  Ops scope() {
    return scope;
  }

  /**
   * A slot of a variable, made at the optimizer's first call for it under TF1's next free name.
   *
   * @param slot its name among the optimizer's slots of the variable
   */
  GraphVariable<T> slot(GraphVariable<T> variable, String slot, Initializer initializer) {
    return slots
        .computeIfAbsent(
            variable.name() + "/" + slot,
            key ->
                store.createUnderFreeName(
                    variable.name() + "/" + name,
                    variable.shape(),
                    VariableOptions.of(dtype)
                        .withInitializer(initializer)
                        .withTrainable(false)
                        .withUseResource(variable.isResource())))
        .as(dtype);
  }

  /** A number, which as in TF1 is rounded to float32 whatever the variables' type is. */
  Operand<T> constant(float number) {
    return Dtypes.constant(scope, dtype, number);
  }

  /** A setting as a scalar of the variables' type. */
  Operand<T> constant(HyperParameter setting) {
    return setting instanceof HyperParameter.Number number
        ? constant(number.value())
        : cast(setting.operand(scope));
  }

  /** A float32 scalar as one of the variables' type. */
  Operand<T> cast(Operand<TFloat32> scalar) {
    return dtype == TFloat32.class ? Dtypes.as(scalar, dtype) : scope.dtypes.cast(scalar, dtype);
  }

  /** A float32 scalar of the optimizer itself, made at its first call under the next free name. */
  GraphVariable<TFloat32> scalar(String scalar, HyperParameter initialValue) {
    return slots
        .computeIfAbsent(
            "/" + scalar, // no variable's name starts with a slash
            key ->
                store.createUnderFreeName(
                    scalar,
                    Shape.scalar(),
                    VariableOptions.defaults()
                        .withInitializer((ops, shape, type, seeds) -> initialValue.operand(ops))
                        .withTrainable(false)
                        .withUseResource(variables.get(0).isResource())))
        .as(TFloat32.class);
  }

  Op update(
      Optional<GraphVariable<TInt64>> globalStep,
      BiFunction<GraphVariable<T>, Operand<T>, Op> update,
      BiFunction<GraphVariable<T>, IndexedSlices<T>, Op> updateRows) {
    return update(globalStep, update, updateRows, after -> List.of());
  }

  /**
   * Updates each variable by its gradient.
   *
   * @param updateRows the update by rows, which may have duplicate indices
   * @param finish further updates after those of all variables
   */
  Op update(
      Optional<GraphVariable<TInt64>> globalStep,
      BiFunction<GraphVariable<T>, Operand<T>, Op> update,
      BiFunction<GraphVariable<T>, IndexedSlices<T>, Op> updateRows,
      Function<Ops, List<Op>> finish) {
    // An update changes its variable in place, and other gradients may still read it: all
    // updates wait for all gradients (Python: gate_gradients).
    List<Op> computed = new ArrayList<>();
    for (Operand<T> gradient : gradients) {
      computed.add(IndexedSlices.valuesOf(gradient));
      if (gradient instanceof IndexedSlices<T> slices) {
        computed.add(slices.indices());
      }
    }
    Ops gated = scope.withControlDependencies(computed.toArray(Op[]::new));
    List<Op> updates = new ArrayList<>();
    for (int k = 0; k < variables.size(); k++) {
      GraphVariable<T> variable = variables.get(k);
      Operand<T> gradient = gated.identity(IndexedSlices.valuesOf(gradients.get(k)));
      updates.add(
          gradients.get(k) instanceof IndexedSlices<T> slices
              ? updateRows.apply(variable, slices.withValues(gradient))
              : constrained(variable, update.apply(variable, gradient)));
    }
    Ops after = scope.withControlDependencies(updates.toArray(Op[]::new));
    List<Op> last = new ArrayList<>(updates);
    last.addAll(finish.apply(after));
    globalStep.ifPresent(step -> last.add(step.assignAdd(after, after.constant(1L))));
    Op train = VariableStore.group(tf, scope, last); // in TF1 named as the scope of its updates
    store.addToCollection("train_op", train);
    return train;
  }

  private Op constrained(GraphVariable<T> variable, Op updated) {
    if (variable.constraint().isEmpty()) {
      return updated;
    }
    Ops after = scope.withControlDependencies(updated);
    Operand<? extends TFloating> value =
        variable.constraint().get().project(after, variable.read(after));
    if (!variable.shape().isCompatibleWith(value.shape())) {
      throw new IllegalArgumentException(
          "the constraint of variable %s gave shape %s; expected %s"
              .formatted(variable.name(), value.shape(), variable.shape()));
    }
    return variable.assign(after, Dtypes.as(value, dtype));
  }

  /**
   * Adds TensorFlow's update of a variable, of references ({@code ApplyAdam}) or of resources
   * ({@code ResourceApplyAdam}).
   *
   * @param others slots, settings and the gradient
   */
  Op apply(String type, GraphVariable<T> variable, List<? extends Operand<?>> others) {
    return apply(type, variable, others, builder -> {});
  }

  /** As {@link #apply(String, GraphVariable, List)}, with further attributes. */
  Op apply(
      String type,
      GraphVariable<T> variable,
      List<? extends Operand<?>> others,
      Consumer<OperationBuilder> attributes) {
    List<Consumer<OperationBuilder>> all =
        List.of(attributes, builder -> builder.setAttr("use_locking", useLocking));
    return VariableStore.operation(
        scope,
        variable.isResource() ? "Resource" + type : type,
        all,
        variable.reference(),
        others.toArray(Operand<?>[]::new));
  }

  /** Checks a setting. TF1 takes any number. */
  static void requireFinite(String optimizer, String setting, HyperParameter value) {
    if (value instanceof HyperParameter.Number number) {
      requireFinite(optimizer, setting, number.value());
    }
  }

  /** Checks a name, of which slots are named. */
  static void requireName(String name) {
    if (!name.matches("[A-Za-z0-9.][A-Za-z0-9_.\\-]*")) {
      throw new IllegalArgumentException(
          "name: expected an optimizer's name such as Adam, found \"" + name + "\"");
    }
  }

  static void requireFinite(String optimizer, String setting, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          optimizer + " expects a finite " + setting + ", found " + value);
    }
  }
}
