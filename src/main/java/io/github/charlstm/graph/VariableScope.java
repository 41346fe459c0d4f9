package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A scope of variables: a prefix of their names, and defaults (Python: {@code tf.variable_scope}).
 * Scopes nest with a slash: the variable {@code kernel} of scope {@code basic_lstm_cell} inside
 * scope {@code rnn} is called {@code rnn/basic_lstm_cell/kernel}.
 *
 * <p>Python enters a scope with {@code with}; here a scope is an object, and each object is the
 * scope entered once: {@link #child} and the methods {@code with...} enter anew.
 *
 * <p>A scope names variables only. In Python it also opens a name scope, which names operations;
 * here that is done by the builder, {@code tf.withSubScope("rnn")}. The two need not agree:
 * checkpoints do not depend on the names of operations. The operations of a variable's initial
 * value are in name scope {@code initial_values/<variable>}, with dots for the slashes of the
 * variable's name.
 */
public final class VariableScope {
  // names that TensorFlow allows for operations
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_.\\-/]*");

  private final VariableStore store;
  private final String path;
  private final Reuse reuse;
  private final Optional<Initializer> initializer;
  private final Optional<Regularizer> regularizer;
  private final Optional<Constraint> constraint;
  private final boolean useResource;
  private final List<CustomGetter> getters; // the outermost first
  private final Set<String> entered = new HashSet<>();

  VariableScope(VariableStore store) {
    this(
        store,
        "",
        Reuse.FALSE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of());
  }

  private VariableScope(
      VariableStore store,
      String path,
      Reuse reuse,
      Optional<Initializer> initializer,
      Optional<Regularizer> regularizer,
      Optional<Constraint> constraint,
      boolean useResource,
      List<CustomGetter> getters) {
    this.store = store;
    this.path = path;
    this.reuse = reuse;
    this.initializer = initializer;
    this.regularizer = regularizer;
    this.constraint = constraint;
    this.useResource = useResource;
    this.getters = getters;
  }

  /**
   * The scope of that name inside this one (Python: {@code tf.variable_scope(name)}). Entering it
   * twice gives the same scope. It inherits reuse and all defaults of this scope.
   *
   * @param name may hold slashes, but not at its ends
   * @return the scope, entered anew
   */
  public VariableScope child(String name) {
    VariableScope child =
        new VariableScope(
            store, join(name), reuse, initializer, regularizer, constraint, useResource, getters);
    entered.add(name);
    return child;
  }

  /**
   * A scope of its own inside this one (Python: {@code tf.variable_scope(None,
   * default_name=name)}): {@code name} the first time, then {@code name_1}, {@code name_2} and so
   * on. Names that {@link #child} entered are taken too. This object counts; an object that entered
   * the same scope anew starts from {@code name} again, as in TF1.
   */
  public VariableScope defaultChild(String name) {
    String free = name;
    for (int k = 1; entered.contains(free); k++) {
      free = name + "_" + k;
    }
    return child(free);
  }

  /**
   * This scope with another rule for variables that exist already (Python: {@code
   * tf.variable_scope(scope, reuse=...)}). {@link Reuse#FALSE} changes nothing: a scope inside one
   * that reuses cannot turn it off, as in TF1.
   */
  public VariableScope withReuse(Reuse rule) {
    Objects.requireNonNull(rule, "rule");
    return new VariableScope(
        store,
        path,
        rule == Reuse.FALSE ? reuse : rule,
        initializer,
        regularizer,
        constraint,
        useResource,
        getters);
  }

  /**
   * This scope with an initializer for variables that are made without one (Python: {@code
   * tf.variable_scope(scope, initializer=...)}).
   */
  public VariableScope withInitializer(Initializer defaultInitializer) {
    return new VariableScope(
        store,
        path,
        reuse,
        Optional.of(defaultInitializer),
        regularizer,
        constraint,
        useResource,
        getters);
  }

  /**
   * This scope with a regularizer of the variables that {@link #getVariable} makes in it (Python:
   * {@code tf.variable_scope(scope, regularizer=...)}). The terms are in {@link
   * VariableStore#regularizationLosses}.
   */
  public VariableScope withRegularizer(Regularizer defaultRegularizer) {
    return new VariableScope(
        store,
        path,
        reuse,
        initializer,
        Optional.of(defaultRegularizer),
        constraint,
        useResource,
        getters);
  }

  /**
   * This scope with a constraint of the variables that are made without one (Python: {@code
   * tf.variable_scope(scope, constraint=...)}).
   */
  public VariableScope withConstraint(Constraint defaultConstraint) {
    return new VariableScope(
        store,
        path,
        reuse,
        initializer,
        regularizer,
        Optional.of(defaultConstraint),
        useResource,
        getters);
  }

  /**
   * This scope for variables that are resources or references (Python: {@code
   * tf.variable_scope(scope, use_resource=...)}). Both have the same names and values in
   * checkpoints; graphs of TensorFlow 2 have resources.
   */
  public VariableScope withUseResource(boolean resource) {
    return new VariableScope(
        store, path, reuse, initializer, regularizer, constraint, resource, getters);
  }

  /** This scope with code that is asked for each variable of {@link #getVariable}. */
  public VariableScope withCustomGetter(CustomGetter custom) {
    List<CustomGetter> all = new ArrayList<>(getters);
    all.add(custom);
    return new VariableScope(
        store, path, reuse, initializer, regularizer, constraint, useResource, List.copyOf(all));
  }

  private CustomGetter.Getter getter() {
    CustomGetter.Getter getter = new StoreGetter(store, reuse);
    for (CustomGetter custom : getters) {
      getter = new NextGetter(custom, getter);
    }
    return getter;
  }

  private record NextGetter(CustomGetter custom, CustomGetter.Getter outer)
      implements CustomGetter.Getter {
    @Override
    public <T extends TFloating> GraphVariable<T> get(
        String name, Shape shape, VariableOptions<T> options) {
      return custom.get(outer, name, shape, options);
    }
  }

  /** Makes and finds variables without custom code. */
  private record StoreGetter(VariableStore store, Reuse reuse) implements CustomGetter.Getter {
    @Override
    public <T extends TFloating> GraphVariable<T> get(
        String name, Shape shape, VariableOptions<T> options) {
      return store.getOrCreate(name, shape, options, reuse);
    }
  }

  /** Full name of the scope, joined by slashes; empty for the root. */
  public String path() {
    return path;
  }

  /** What {@link #getVariable} does about a variable that exists already. */
  public Reuse reuse() {
    return reuse;
  }

  /** The initializer that {@link #withInitializer} set, here or in a scope around this one. */
  public Optional<Initializer> initializer() {
    return initializer;
  }

  /** The seeds of this graph's random operations. */
  public RandomSeeds randomSeeds() {
    return store.randomSeeds();
  }

  /** Builder of the variables' graph, outside of any scope or loop. */
  public Ops builder() {
    return store.builder();
  }

  /**
   * As {@link #getVariable(String, Class, Shape, Initializer)}, of float32, with the scope's
   * initializer, or else {@link Initializers#glorotUniform}.
   */
  public GraphVariable<TFloat32> getVariable(String name, Shape shape) {
    return getVariable(name, TFloat32.class, shape);
  }

  /** As {@link #getVariable(String, Class, Shape, Initializer)}, of float32. */
  public GraphVariable<TFloat32> getVariable(String name, Shape shape, Initializer initialValues) {
    return getVariable(name, TFloat32.class, shape, initialValues);
  }

  /** As {@link #getVariable(String, Shape)}, of another type. */
  public <T extends TFloating> GraphVariable<T> getVariable(
      String name, Class<T> dtype, Shape shape) {
    return getVariable(name, shape, VariableOptions.of(dtype));
  }

  /**
   * As {@link #getVariable(String, Shape, VariableOptions)}, with the scope's settings.
   *
   * @param dtype float16, float32 or float64
   * @param initialValues unused if the variable exists
   */
  public <T extends TFloating> GraphVariable<T> getVariable(
      String name, Class<T> dtype, Shape shape, Initializer initialValues) {
    return getVariable(name, shape, VariableOptions.of(dtype).withInitializer(initialValues));
  }

  /**
   * Makes a variable, or finds it if the scope reuses (Python: {@code tf.get_variable}).
   *
   * @param name may hold slashes, but not at its ends
   * @param shape fully known for a new variable
   * @param options its own settings
   * @throws IllegalArgumentException if the variable exists and the scope does not reuse; if it
   *     does not exist and the scope's reuse is {@link Reuse#TRUE}; if it exists with another shape
   *     or data type; if it must be made and the shape is not fully known
   */
  public <T extends TFloating> GraphVariable<T> getVariable(
      String name, Shape shape, VariableOptions<T> options) {
    VariableOptions<T> all =
        new VariableOptions<>(
            options.dtype(),
            options.initializer().or(() -> initializer),
            options.regularizer().or(() -> regularizer),
            options.trainable(),
            options.collections(),
            options.useResource().or(() -> Optional.of(useResource)),
            options.constraint().or(() -> constraint));
    return getter().get(join(name), shape, all);
  }

  /**
   * As {@link #getVariable(String, Shape, Initializer)}, for variables that {@code
   * tf.trainable_variables()} leaves out.
   */
  public GraphVariable<TFloat32> getUntrainableVariable(
      String name, Shape shape, Initializer initialValues) {
    return getVariable(
        name,
        shape,
        VariableOptions.defaults().withInitializer(initialValues).withTrainable(false));
  }

  /**
   * As {@link #getVariable(String, Shape, VariableOptions)}, for a local variable (Python: {@code
   * tf.get_local_variable}), such as a count of one process: it is not trainable, {@link
   * VariableStore#localVariablesInitializer} initializes it, and a {@code Saver} of the store
   * leaves it out.
   */
  public <T extends TFloating> GraphVariable<T> getLocalVariable(
      String name, Shape shape, VariableOptions<T> options) {
    List<String> keys = new ArrayList<>(options.collections());
    keys.add(VariableStore.LOCAL_VARIABLES);
    return getVariable(name, shape, options.withTrainable(false).withCollections(keys));
  }

  /** The global variables inside this scope, in the order of creation. */
  public List<GraphVariable<?>> globalVariables() {
    return inside(store.all());
  }

  /** The local variables inside this scope, in the order of creation. */
  public List<GraphVariable<?>> localVariables() {
    return inside(store.localVariables());
  }

  private List<GraphVariable<?>> inside(Collection<GraphVariable<?>> all) {
    String prefix = path.isEmpty() ? "" : path + "/";
    return all.stream().filter(one -> one.name().startsWith(prefix)).toList();
  }

  /**
   * Makes a trainable float32 variable under the next free default name, as {@code
   * tf.Variable(...)} without a name does: {@code Variable}, then {@code Variable_1}, and so on. It
   * is never reused. Its shape must be fully known.
   */
  public GraphVariable<TFloat32> variable(Shape shape, Initializer initialValues) {
    return store.createUnderFreeName(
        join("Variable"),
        shape,
        VariableOptions.defaults().withInitializer(initialValues).withUseResource(useResource));
  }

  private String join(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty() || name.startsWith("/") || name.endsWith("/")) {
      throw new IllegalArgumentException(
          "a variable or scope needs a name without a slash at its ends, found '" + name + "'");
    }
    String full = path.isEmpty() ? name : path + "/" + name;
    if (!NAME.matcher(full).matches()) {
      throw new IllegalArgumentException(
          "a variable or scope needs a name of letters, digits and the characters _ . - / that"
              + " starts with a letter, a digit or a dot; found '"
              + full
              + "'");
    }
    return full;
  }
}
