package io.github.charlstm.graph;

import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * Code that is asked for each variable of a scope before it is made or found (Python: the argument
 * {@code custom_getter} of {@code tf.variable_scope}): it may change the name, the shape or the
 * options, make other variables as well, or return a variable of another value.
 */
@FunctionalInterface
public interface CustomGetter {
  /**
   * The variable that {@link VariableScope#getVariable} returns.
   *
   * @param getter makes or finds variables as the scope would without this; of a scope inside
   *     another with a custom getter, it asks that one
   * @param name full name
   */
  <T extends TFloating> GraphVariable<T> get(
      Getter getter, String name, Shape shape, VariableOptions<T> options);

  /** What a custom getter calls. */
  @FunctionalInterface
  interface Getter {
    /** The variable of a full name. */
    <T extends TFloating> GraphVariable<T> get(
        String name, Shape shape, VariableOptions<T> options);
  }
}
