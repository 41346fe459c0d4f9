package io.github.charlstm.graph;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Settings of one variable, with the names and defaults of {@code tf.get_variable}. Those that are
 * not set here are the scope's.
 *
 * @param dtype float16, float32 or float64
 * @param initializer that of the scope if empty, or else {@link Initializers#glorotUniform}
 * @param regularizer that of the scope if empty
 * @param trainable whether {@code tf.trainable_variables()} lists it; true by default
 * @param collections further collections of the store that its value is added to; with {@link
 *     VariableStore#LOCAL_VARIABLES} it is a local variable, not a global one
 * @param useResource whether it is a resource variable; as the scope says if empty
 * @param constraint that of the scope if empty; no gradient of a variable with one may be an {@link
 *     IndexedSlices}
 * @param <T> data type
 */
public record VariableOptions<T extends TFloating>(
    Class<T> dtype,
    Optional<Initializer> initializer,
    Optional<Regularizer> regularizer,
    boolean trainable,
    List<String> collections,
    Optional<Boolean> useResource,
    Optional<Constraint> constraint) {

  public VariableOptions {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(regularizer, "regularizer");
    Objects.requireNonNull(useResource, "useResource");
    Objects.requireNonNull(constraint, "constraint");
    collections = List.copyOf(collections);
  }

  /** {@return the defaults, of a type} */
  public static <T extends TFloating> VariableOptions<T> of(Class<T> dtype) {
    return new VariableOptions<>(
        dtype,
        Optional.empty(),
        Optional.empty(),
        true,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** {@return the defaults, of float32} */
  public static VariableOptions<TFloat32> defaults() {
    return of(TFloat32.class);
  }

  /** {@return these with an initializer} */
  public VariableOptions<T> withInitializer(Initializer other) {
    return new VariableOptions<>(
        dtype, Optional.of(other), regularizer, trainable, collections, useResource, constraint);
  }

  /** {@return these with a regularizer} */
  public VariableOptions<T> withRegularizer(Regularizer other) {
    return new VariableOptions<>(
        dtype, initializer, Optional.of(other), trainable, collections, useResource, constraint);
  }

  /** {@return these for a variable that optimizers update or leave alone} */
  public VariableOptions<T> withTrainable(boolean isTrainable) {
    return new VariableOptions<>(
        dtype, initializer, regularizer, isTrainable, collections, useResource, constraint);
  }

  /** {@return these with collections} */
  public VariableOptions<T> withCollections(List<String> keys) {
    return new VariableOptions<>(
        dtype, initializer, regularizer, trainable, keys, useResource, constraint);
  }

  /** {@return these for a resource variable or a reference variable} */
  public VariableOptions<T> withUseResource(boolean resource) {
    return new VariableOptions<>(
        dtype, initializer, regularizer, trainable, collections, Optional.of(resource), constraint);
  }

  /** {@return these with a constraint} */
  public VariableOptions<T> withConstraint(Constraint other) {
    return new VariableOptions<>(
        dtype, initializer, regularizer, trainable, collections, useResource, Optional.of(other));
  }
}
