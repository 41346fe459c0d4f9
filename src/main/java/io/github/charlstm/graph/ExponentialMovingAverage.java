package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * Moving averages of variables or tensors (Python: {@code tf.train.ExponentialMovingAverage}).
 *
 * <p>{@code average -= (1 - decay) * (average - variable)} at each run of the operation that {@link
 * #apply} returns. The average of a variable starts at the variable's initial value, that of a
 * tensor at 0. It is an untrainable variable called {@code <variable>/ExponentialMovingAverage}, as
 * in TF1's checkpoints.
 *
 * <pre>{@code
 * Op train = optimizer.minimize(tf, store, loss, step);
 * ExponentialMovingAverage average = ExponentialMovingAverage.of(0.999f);
 * Op trainAndAverage = average.apply(tf.withControlDependencies(train), store);
 * }</pre>
 *
 * <p>A model reads the averages if it is built in a scope with {@link #getter}, or if its variables
 * are restored by the names of {@link #variablesToRestore}. Polyak and Juditsky, Acceleration of
 * stochastic approximation by averaging, SIAM Journal on Control and Optimization 30(4), 1992.
 */
public final class ExponentialMovingAverage {
  /** Key of the collection of the variables that have averages. */
  public static final String MOVING_AVERAGE_VARIABLES = "moving_average_variables";

  private static final String NAME = "ExponentialMovingAverage";

  private final HyperParameter decay;
  private final Optional<Counter> numUpdates;
  private final boolean zeroDebias;
  private final String name;
  private final Map<Output<?>, Average<?>> averages = new LinkedHashMap<>(); // by what is averaged
  private final Map<Output<?>, Debiased<?>> debiased = new HashMap<>();

  private ExponentialMovingAverage(Builder options) {
    decay = options.decay;
    numUpdates = options.numUpdates;
    zeroDebias = options.zeroDebias;
    name = options.name;
  }

  private record Average<T extends TFloating>(GraphVariable<T> of, GraphVariable<T> average) {}

  // b, the average that starts at 0, and t, the number of updates, to be divided by 1 - decay^t
  private record Debiased<T extends TFloating>(GraphVariable<T> biased, GraphVariable<T> step) {}

  /** Reads a number of updates. */
  @FunctionalInterface
  private interface Counter {
    Operand<? extends TNumber> read(Ops tf);
  }

  /** TF1's defaults for all but the decay, a finite number, usually 0.99 to 0.9999. */
  public static ExponentialMovingAverage of(float decay) {
    return builder(HyperParameter.of(decay)).build();
  }

  /**
   * Starts a builder.
   *
   * @param decay finite, usually 0.99 to 0.9999
   */
  public static Builder builder(HyperParameter decay) {
    return new Builder(decay);
  }

  /** Options, with TF1's names and defaults. */
  public static final class Builder {
    private final HyperParameter decay;
    private Optional<Counter> numUpdates = Optional.empty();
    private boolean zeroDebias;
    private String name = NAME;

    private Builder(HyperParameter decay) {
      this.decay = Objects.requireNonNull(decay, "decay");
      OptimizerSupport.requireFinite(NAME, "decay", decay);
    }

    /**
     * A scalar n of the graph, such as the number of training steps: the decay is then {@code
     * min(decay, (1 + n) / (10 + n))}, so that early averages move faster. None by default.
     */
    public Builder numUpdates(Operand<? extends TNumber> count) {
      Objects.requireNonNull(count, "count");
      this.numUpdates = Optional.of(tf -> count);
      return this;
    }

    /** As {@link #numUpdates(Operand)}, of a variable that each update reads anew. */
    public <T extends TNumber> Builder numUpdates(GraphVariable<T> count) {
      Objects.requireNonNull(count, "count");
      this.numUpdates = Optional.of(count::read);
      return this;
    }

    /**
     * Whether averages of tensors, which start at 0, are divided by {@code 1 - decay^t} after t
     * updates; false by default. Kingma and Ba, Adam, ICLR 2015, section 3.
     */
    public Builder zeroDebias(boolean divided) {
      this.zeroDebias = divided;
      return this;
    }

    /** Name of the updates and of the averages; {@code ExponentialMovingAverage} by default. */
    public Builder name(String other) {
      OptimizerSupport.requireName(other);
      this.name = other;
      return this;
    }

    /** {@return averages with these options} */
    public ExponentialMovingAverage build() {
      return new ExponentialMovingAverage(this);
    }
  }

  /** As {@link #apply(Ops, VariableStore, Collection)}, of all trainable variables. */
  public Op apply(Ops tf, VariableStore store) {
    return apply(tf, store, store.all().stream().filter(GraphVariable::trainable).toList());
  }

  /**
   * Adds one update of the averages of variables, which are made at the first call for a variable.
   *
   * @param tf the update reads the variables after this builder's control dependencies
   * @param variables at least one, of floats
   * @return the operation that updates the averages
   * @throws IllegalArgumentException if there is none, or one of another type
   */
  public Op apply(Ops tf, VariableStore store, Collection<? extends GraphVariable<?>> variables) {
    requireAny(variables);
    variables.forEach(variable -> floats(variable.name(), variable.value()));
    Ops scope = tf.withSubScope(name);
    Operand<TFloat32> rest = rest(scope);
    List<Op> updates = new ArrayList<>();
    for (GraphVariable<?> variable : variables) {
      Class<? extends TFloating> dtype = floats(variable.name(), variable.value());
      updates.add(update(scope, store, variable.as(dtype), rest));
    }
    return VariableStore.group(tf, scope, updates);
  }

  /**
   * As {@link #apply(Ops, VariableStore, Collection)}, of tensors, such as a loss. Their averages
   * start at 0 and are called {@code <operation>/ExponentialMovingAverage}.
   *
   * @param tensors at least one, of floats and of fully known shapes
   */
  public Op applyTensors(Ops tf, VariableStore store, List<? extends Operand<?>> tensors) {
    requireAny(tensors);
    tensors.forEach(tensor -> floats(tensor.op().name(), tensor));
    Ops scope = tf.withSubScope(name);
    Operand<TFloat32> rest = rest(scope);
    List<Op> updates = new ArrayList<>();
    for (Operand<?> tensor : tensors) {
      Class<? extends TFloating> dtype = floats(tensor.op().name(), tensor);
      updates.add(update(scope, store, Dtypes.as(tensor, dtype), rest));
    }
    return VariableStore.group(tf, scope, updates);
  }

  private void requireAny(Collection<?> averaged) {
    if (averaged.isEmpty()) {
      throw new IllegalArgumentException(
          name + " needs at least one variable or tensor to average, found none");
    }
  }

  private Class<? extends TFloating> floats(String what, Operand<?> value) {
    if (!Dtypes.isFloat(value.asOutput().dataType())) {
      throw new IllegalArgumentException(
          "%s averages float16, float32 and float64, found %s of %s"
              .formatted(name, what, Dtypes.name(value.asOutput().dataType())));
    }
    return value.type().asSubclass(TFloating.class);
  }

  // 1 - decay
  private Operand<TFloat32> rest(Ops scope) {
    Operand<TFloat32> share = decay.operand(scope);
    if (numUpdates.isPresent()) {
      Operand<TFloat32> n = scope.dtypes.cast(numUpdates.get().read(scope), TFloat32.class);
      Operand<TFloat32> early =
          scope.math.div(
              scope.math.add(scope.constant(1f), n), scope.math.add(scope.constant(10f), n));
      share = scope.math.minimum(share, early);
    }
    return scope.math.sub(scope.constant(1f), share);
  }

  private <T extends TFloating> Op update(
      Ops scope, VariableStore store, GraphVariable<T> variable, Operand<TFloat32> rest) {
    GraphVariable<T> average = average(variable).orElse(null);
    if (average == null) {
      average =
          make(
              store,
              variable.name() + "/" + name,
              variable.shape(),
              VariableOptions.of(variable.value().type())
                  .withInitializer((ops, shape, type, seeds) -> variable.initialValue())
                  .withUseResource(variable.isResource()));
      averages.put(variable.reference().asOutput(), new Average<>(variable, average));
      if (!store.collection(MOVING_AVERAGE_VARIABLES).contains(variable.value())) {
        store.addToCollection(MOVING_AVERAGE_VARIABLES, variable.value());
      }
    }
    return move(scope, average, variable.read(scope), cast(scope, rest, average));
  }

  private <T extends TFloating> Op update(
      Ops scope, VariableStore store, Operand<T> tensor, Operand<TFloat32> rest) {
    GraphVariable<T> average = averageOf(tensor).orElse(null);
    if (average == null) {
      average = zeros(store, tensor.op().name() + "/" + name, tensor.shape(), tensor.type());
      averages.put(tensor.asOutput(), new Average<>(null, average));
      if (zeroDebias) {
        debiased.put(
            tensor.asOutput(),
            new Debiased<>(
                zeros(store, average.name() + "/biased", tensor.shape(), tensor.type()),
                zeros(store, average.name() + "/local_step", Shape.scalar(), tensor.type())));
      }
    }
    Operand<T> share = cast(scope, rest, average);
    @SuppressWarnings("unchecked") // of the tensor's type
    Debiased<T> made = (Debiased<T>) debiased.get(tensor.asOutput());
    return made == null
        ? move(scope, average, tensor, share)
        : moveDebiased(scope, average, made, tensor, share);
  }

  private static <T extends TFloating> Operand<T> cast(
      Ops scope, Operand<TFloat32> rest, GraphVariable<T> average) {
    Class<T> dtype = average.value().type();
    return dtype == TFloat32.class ? Dtypes.as(rest, dtype) : scope.dtypes.cast(rest, dtype);
  }

  private static <T extends TFloating> Op move(
      Ops scope, GraphVariable<T> average, Operand<T> value, Operand<T> rest) {
    Operand<T> away = scope.math.sub(average.read(scope), value);
    return average.assignSub(scope, scope.math.mul(away, rest));
  }

  private static <T extends TFloating> Op moveDebiased(
      Ops scope, GraphVariable<T> average, Debiased<T> made, Operand<T> value, Operand<T> rest) {
    Operand<T> one = Dtypes.constant(scope, value.type(), 1);
    Op moved = move(scope, made.biased(), value, rest);
    Op counted = made.step().assignAdd(scope, one);
    Ops after = scope.withControlDependencies(moved, counted);
    Operand<T> bias =
        after.math.sub(one, after.math.pow(after.math.sub(one, rest), made.step().read(after)));
    return average.assign(after, after.math.div(made.biased().read(after), bias));
  }

  private static <T extends TFloating> GraphVariable<T> zeros(
      VariableStore store, String variable, Shape shape, Class<T> dtype) {
    return make(
        store, variable, shape, VariableOptions.of(dtype).withInitializer(Initializers.zeros()));
  }

  private static <T extends TFloating> GraphVariable<T> make(
      VariableStore store, String variable, Shape shape, VariableOptions<T> options) {
    return store.createUnderFreeName(variable, shape, options.withTrainable(false));
  }

  /**
   * Adds an assignment of the variables' present values to their averages, for a model that was
   * restored without averages: their initial values are the variables' initial values.
   *
   * @throws IllegalStateException if no variable has an average yet
   */
  public Op startFromVariables(Ops tf) {
    Ops scope = tf.withSubScope(name + "_start");
    List<Op> assigned = new ArrayList<>();
    averages.values().forEach(one -> assign(scope, one).ifPresent(assigned::add));
    if (assigned.isEmpty()) {
      throw new IllegalStateException(name + " has no average of a variable yet; call apply first");
    }
    return VariableStore.group(tf, scope, assigned);
  }

  private static <T extends TFloating> Optional<Op> assign(Ops scope, Average<T> one) {
    return Optional.ofNullable(one.of())
        .map(variable -> one.average().assign(scope, variable.read(scope)));
  }

  /** The average of a variable (Python: {@code average}); empty if it has none. */
  public <T extends TFloating> Optional<GraphVariable<T>> average(GraphVariable<T> variable) {
    return found(variable.reference().asOutput(), variable.value().type());
  }

  /** The average of a tensor (Python: {@code average}); empty if it has none. */
  public <T extends TFloating> Optional<GraphVariable<T>> averageOf(Operand<T> tensor) {
    return found(tensor.asOutput(), tensor.type());
  }

  private <T extends TFloating> Optional<GraphVariable<T>> found(Output<?> of, Class<T> dtype) {
    return Optional.ofNullable(averages.get(of)).map(one -> one.average().as(dtype));
  }

  /**
   * Name of a variable's average, also before it is made (Python: {@code average_name}).
   *
   * @param store of the variable
   */
  public String averageName(VariableStore store, GraphVariable<?> variable) {
    Average<?> made = averages.get(variable.reference().asOutput());
    return made == null ? store.freeName(variable.name() + "/" + name) : made.average().name();
  }

  /**
   * What a saver restores for evaluation, by names in the checkpoint (Python: {@code
   * variables_to_restore}): variables that are trainable or averaged by the names of their
   * averages, all others by their own.
   *
   * @return references of variables
   */
  public Map<String, Operand<?>> variablesToRestore(VariableStore store) {
    List<Op> averaged = store.collection(MOVING_AVERAGE_VARIABLES);
    Map<String, Operand<?>> result = new LinkedHashMap<>();
    List<GraphVariable<?>> others = new ArrayList<>();
    for (GraphVariable<?> variable : store.all()) {
      if (variable.trainable() || averaged.contains(variable.value())) {
        result.put(averageName(store, variable), variable.reference());
      } else {
        others.add(variable);
      }
    }
    others.forEach(other -> result.putIfAbsent(other.name(), other.reference()));
    return result;
  }

  /**
   * A custom getter whose scopes give variables that the model reads by their averages; variables
   * without one are read as they are. Use it with {@link Reuse#TRUE} to build an evaluation model
   * beside the one that is trained.
   */
  public CustomGetter getter() {
    return new Averaged();
  }

  private final class Averaged implements CustomGetter {
    @Override
    public <T extends TFloating> GraphVariable<T> get(
        Getter getter, String fullName, Shape shape, VariableOptions<T> options) {
      GraphVariable<T> variable = getter.get(fullName, shape, options);
      return average(variable).map(average -> variable.withValue(average.value())).orElse(variable);
    }
  }
}
