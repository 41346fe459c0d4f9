package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.core.NoOp;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The variables of one graph, in the order of their creation (Python: the collections {@code
 * GLOBAL_VARIABLES} and {@code TRAINABLE_VARIABLES}).
 */
public final class VariableStore {
  /** Key of the collection of local variables (Python: {@code GraphKeys.LOCAL_VARIABLES}). */
  public static final String LOCAL_VARIABLES = "local_variables";

  // The name must not start with "Init": TensorFlow-Java runs such operations when a session of
  // an imported graph starts, and random streams would start at their second value.
  private static final String INITIAL_VALUES = "initial_values";

  private static final String GLOBAL_STEP = "global_step";

  private final Ops tf;
  private final Ops initialValues;
  private final RandomSeeds seeds;
  private final Map<String, GraphVariable<?>> variables = new LinkedHashMap<>();
  private final Set<String> locals = new HashSet<>();
  private final Map<Optimizer, Map<String, GraphVariable<?>>> slots = new IdentityHashMap<>();
  private final List<Operand<? extends TFloating>> regularizationLosses = new ArrayList<>();
  private final Map<String, List<Op>> collections = new LinkedHashMap<>();
  private final VariableScope rootScope = new VariableScope(this);

  /**
   * An empty store.
   *
   * @param tf builder of the variables' graph; their names start at its root
   * @param seeds seeds of the initial values
   */
  public VariableStore(Ops tf, RandomSeeds seeds) {
    this.tf = Objects.requireNonNull(tf, "tf");
    this.seeds = Objects.requireNonNull(seeds, "seeds");
    if (!(tf.scope().env() instanceof Graph)) {
      throw new IllegalArgumentException("variables need a Graph; this Ops builder is eager");
    }
    this.initialValues = tf.withSubScope(INITIAL_VALUES);
    CustomGradients.register();
  }

  /** The root of all scopes; always the same object. */
  public VariableScope rootScope() {
    return rootScope;
  }

  /** The seeds of this graph's random operations. */
  public RandomSeeds randomSeeds() {
    return seeds;
  }

  Ops builder() {
    return tf;
  }

  /** As {@link VariableScope#getVariable(String, Shape, VariableOptions)} says. */
  <T extends TFloating> GraphVariable<T> getOrCreate(
      String name, Shape shape, VariableOptions<T> options, Reuse reuse) {
    Class<T> dtype = options.dtype();
    GraphVariable<?> found = variables.get(name);
    if (found != null && reuse != Reuse.FALSE) {
      return shared(found, dtype, shape);
    }
    if (found == null && reuse == Reuse.TRUE) {
      throw new IllegalArgumentException(
          ("variable %s of shape %s does not exist, and its scope reuses variables only;"
                  + " Reuse.AUTO_REUSE would make it")
              .formatted(name, shape));
    }
    GraphVariable<T> made =
        create(name, shape, options, options.initializer().orElseGet(Initializers::glorotUniform));
    if (options.collections().contains(LOCAL_VARIABLES)) {
      locals.add(name);
    }
    options.collections().forEach(key -> addToCollection(key, made.value()));
    options
        .regularizer()
        .flatMap(
            given ->
                given.loss(
                    tf.withSubScope("regularization").withSubScope(name.replace('/', '.')),
                    made.value()))
        .ifPresent(regularizationLosses::add);
    return made;
  }

  /**
   * The slots that an optimizer object made in this store; equal objects have slots of their own.
   */
  Map<String, GraphVariable<?>> slots(Optimizer optimizer) {
    return slots.computeIfAbsent(optimizer, key -> new HashMap<>());
  }

  /** Makes a variable called {@code name}, or {@code name_1}, {@code name_2}, ... if taken. */
  <T extends TFloating> GraphVariable<T> createUnderFreeName(
      String name, Shape shape, VariableOptions<T> options) {
    return create(freeName(name), shape, options, options.initializer().orElseThrow());
  }

  /** {@code name}, or {@code name_1}, {@code name_2}, ... if taken. */
  String freeName(String name) {
    String free = name;
    for (int k = 1; variables.containsKey(free); k++) {
      free = name + "_" + k;
    }
    return free;
  }

  private <T extends TFloating> GraphVariable<T> create(
      String name, Shape shape, VariableOptions<T> options, Initializer initializer) {
    Class<T> dtype = options.dtype();
    requireFree(name, shape);
    Ops scope = initialValues.withSubScope(name.replace('/', '.'));
    Operand<? extends TFloating> initialValue =
        initializer.initialValue(scope, shape, dtype, seeds);
    if (initialValue.type() != dtype) {
      throw new IllegalArgumentException(
          "the initializer of variable %s gave %s; expected %s"
              .formatted(name, Dtypes.name(initialValue.type()), Dtypes.name(dtype)));
    }
    if (!shape.isCompatibleWith(initialValue.shape())) {
      throw new IllegalArgumentException(
          "the initializer of variable %s gave shape %s; expected %s"
              .formatted(name, initialValue.shape(), shape));
    }
    return add(
        name,
        shape,
        Dtypes.dataType(dtype),
        Dtypes.as(initialValue, dtype),
        options.trainable(),
        options.useResource().orElse(false),
        options.constraint());
  }

  /**
   * Makes {@code global_step} (Python: {@code tf.train.create_global_step()}): an int64 scalar that
   * starts at 0.
   *
   * @return the variable; optimizers count it up
   * @throws IllegalArgumentException if there is one already
   */
  public GraphVariable<TInt64> createGlobalStep() {
    if (variables.containsKey(GLOBAL_STEP)) {
      throw new IllegalArgumentException(
          "this graph has a variable " + GLOBAL_STEP + " already; make it once and pass it on");
    }
    return add(
        GLOBAL_STEP,
        Shape.scalar(),
        DataType.DT_INT64,
        tf.constant(0L),
        false,
        false,
        Optional.empty());
  }

  /** A copy of all variables but the local ones, in the order of their creation. */
  public Collection<GraphVariable<?>> all() {
    return variables.values().stream().filter(one -> !locals.contains(one.name())).toList();
  }

  /** The local variables, in the order of their creation (Python: {@code tf.local_variables()}). */
  public List<GraphVariable<?>> localVariables() {
    return variables.values().stream().filter(one -> locals.contains(one.name())).toList();
  }

  /** As {@link #trainable(Class)}, of float32. */
  public List<GraphVariable<TFloat32>> trainable() {
    return trainable(TFloat32.class);
  }

  /**
   * The variables that an optimizer updates, in the order of creation (Python: {@code
   * tf.trainable_variables()}).
   *
   * @param dtype of all of them
   * @throws IllegalArgumentException if a trainable variable has another type
   */
  public <T extends TFloating> List<GraphVariable<T>> trainable(Class<T> dtype) {
    return variables.values().stream()
        .filter(GraphVariable::trainable)
        .map(variable -> variable.as(dtype))
        .toList();
  }

  /** As {@link #regularizationLosses(Class)}, of float32. */
  public List<Operand<TFloat32>> regularizationLosses() {
    return regularizationLosses(TFloat32.class);
  }

  /**
   * The terms of {@link VariableScope#withRegularizer}, one a variable, in the order of creation
   * (Python: {@code tf.losses.get_regularization_losses()}); add them to the loss.
   *
   * @param dtype of all of them
   * @return scalars; a variable whose regularizer gives no term has none
   * @throws IllegalArgumentException if a term has another type
   */
  public <T extends TFloating> List<Operand<T>> regularizationLosses(Class<T> dtype) {
    return regularizationLosses.stream().map(term -> Dtypes.as(term, dtype)).toList();
  }

  /** Each global variable's reference by name, in the order of creation, as a saver takes them. */
  public Map<String, Operand<?>> references() {
    Map<String, Operand<?>> result = new LinkedHashMap<>();
    all().forEach(variable -> result.put(variable.name(), variable.reference()));
    return result;
  }

  /**
   * Operation {@code init} that gives every global variable made so far its initial value; run it
   * once in a session.
   */
  public Op globalVariablesInitializer() {
    return initializer(all());
  }

  /** As {@link #globalVariablesInitializer}, of the local variables. */
  public Op localVariablesInitializer() {
    return initializer(localVariables());
  }

  private Op initializer(Collection<GraphVariable<?>> of) {
    List<Op> initializers = new ArrayList<>();
    of.forEach(variable -> initializers.add(variable.initializer()));
    return tf.withName("init").withControlDependencies(initializers.toArray(Op[]::new)).noOp();
  }

  Optional<GraphVariable<?>> find(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  private static <T extends TFloating> GraphVariable<T> shared(
      GraphVariable<?> found, Class<T> dtype, Shape shape) {
    if (found.value().type() != dtype) {
      throw new IllegalArgumentException(
          "variable %s exists with data type %s; asked to share it as %s"
              .formatted(found.name(), Dtypes.name(found.value().type()), Dtypes.name(dtype)));
    }
    if (!shape.isCompatibleWith(found.shape())) {
      throw new IllegalArgumentException(
          "variable %s exists with shape %s; asked to share it with shape %s"
              .formatted(found.name(), found.shape(), shape));
    }
    return found.as(dtype);
  }

  private void requireFree(String name, Shape shape) {
    GraphVariable<?> taken = variables.get(name);
    if (taken != null) {
      throw new IllegalArgumentException(
          ("variable %s exists already with shape %s; asked to make it with shape %s"
                  + " (to share it, the scope needs Reuse.TRUE or Reuse.AUTO_REUSE)")
              .formatted(name, taken.shape(), shape));
    }
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "variable " + name + " needs a fully known shape, found " + shape);
    }
  }

  private <T extends TType> GraphVariable<T> add(
      String name,
      Shape shape,
      DataType type,
      Operand<T> initialValue,
      boolean trainable,
      boolean useResource,
      Optional<Constraint> constraint) {
    GraphVariable<T> made =
        useResource
            ? resource(name, shape, type, initialValue, trainable)
            : reference(name, shape, type, initialValue, trainable);
    GraphVariable<T> result = made.withConstraint(constraint);
    variables.put(name, result);
    return result;
  }

  private <T extends TType> GraphVariable<T> reference(
      String name, Shape shape, DataType type, Operand<T> initialValue, boolean trainable) {
    Scope scope = tf.scope();
    Operation variable =
        named("VariableV2", name, scope).setAttr("shape", shape).setAttr("dtype", type).build();
    Operation assign =
        named("Assign", name + "/Assign", scope)
            .addInput(variable.output(0))
            .addInput(initialValue.asOutput())
            .build();
    Operation read = named("Identity", name + "/read", scope).addInput(variable.output(0)).build();
    return new GraphVariable<>(
        name, shape, variable.output(0), read.output(0), initialValue, assign.output(0), trainable);
  }

  // The same operations as Python's: TF 1.x derives seeds from their number.
  private <T extends TType> GraphVariable<T> resource(
      String name, Shape shape, DataType type, Operand<T> initialValue, boolean trainable) {
    Scope scope = tf.scope();
    Operation handle =
        named("VarHandleOp", name, scope)
            .setAttr("shape", shape)
            .setAttr("dtype", type)
            .setAttr("shared_name", name)
            .build();
    named("VarIsInitializedOp", name + "/IsInitialized/VarIsInitializedOp", scope)
        .addInput(handle.output(0))
        .build();
    Operation assign =
        named("AssignVariableOp", name + "/Assign", scope)
            .addInput(handle.output(0))
            .addInput(initialValue.asOutput())
            .build();
    Operation read =
        named("ReadVariableOp", name + "/Read/ReadVariableOp", scope)
            .addInput(handle.output(0))
            .setAttr("dtype", type)
            .build();
    return new GraphVariable<>(
        name, shape, handle.output(0), read.output(0), initialValue, () -> assign, trainable);
  }

  /**
   * Takes a variable that the graph has already, as that of an imported graph.
   *
   * @throws IllegalArgumentException if there is one of this name
   */
  public void adopt(GraphVariable<?> variable) {
    requireFree(variable.name(), variable.shape());
    variables.put(variable.name(), variable);
  }

  /** As {@link #adopt}, as a local variable. */
  public void adoptLocal(GraphVariable<?> variable) {
    adopt(variable);
    locals.add(variable.name());
    addToCollection(LOCAL_VARIABLES, variable.value());
  }

  /**
   * Adds a tensor or an operation to a collection (Python: {@code tf.add_to_collection}). Meta
   * graphs have the collections of a store.
   */
  public void addToCollection(String key, Op element) {
    collections.computeIfAbsent(key, name -> new ArrayList<>()).add(element);
  }

  /** What a collection has, in the order of addition (Python: {@code tf.get_collection}). */
  public List<Op> collection(String key) {
    return List.copyOf(collections.getOrDefault(key, List.of()));
  }

  /** The names of all collections that {@link #addToCollection} added to. */
  public Set<String> collectionKeys() {
    return Set.copyOf(collections.keySet());
  }

  /** Adds an operation on a variable, by its type; its output if it has one. */
  static Op operation(
      Ops tf,
      String type,
      List<Consumer<OperationBuilder>> attributes,
      Operand<?> first,
      Operand<?>... others) {
    OperationBuilder builder = named(type, tf.scope().makeOpName(type), tf.scope());
    builder.addInput(first.asOutput());
    for (Operand<?> input : others) {
      builder.addInput(input.asOutput());
    }
    attributes.forEach(attribute -> attribute.accept(builder));
    Operation operation = builder.build();
    return operation.numOutputs() > 0 ? operation.output(0) : () -> operation;
  }

  /**
   * Adds an operation that does others (Python: {@code tf.group}).
   *
   * @param scope the operation is named as this scope
   */
  static Op group(Ops tf, Ops scope, List<Op> operations) {
    Scope after = tf.withControlDependencies(operations.toArray(Op[]::new)).scope();
    String inside = scope.scope().makeOpName("update");
    String name = inside.substring(0, inside.lastIndexOf('/'));
    return new NoOp(named(NoOp.OP_NAME, name, after).build());
  }

  // Ops.withName refuses the slashes of TF1's names; the graph's own builder takes them.
  static OperationBuilder named(String type, String name, Scope scope) {
    return ((Graph) scope.env()).opBuilder(type, name, scope);
  }
}
