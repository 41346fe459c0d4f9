package io.github.charlstm.graph;

import java.util.Objects;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * A named place for variables (Python: {@code tf.variable_scope}). Scopes nest with a slash: the
 * variable {@code kernel} of scope {@code basic_lstm_cell} inside scope {@code rnn} is called
 * {@code rnn/basic_lstm_cell/kernel}.
 */
public final class VariableScope {
  private final VariableStore store;
  private final String path;

  VariableScope(VariableStore store, String path) {
    this.store = store;
    this.path = path;
  }

  /** The scope of that name inside this one; opening it twice gives the same place. */
  public VariableScope child(String name) {
    return new VariableScope(store, join(name));
  }

  /** Full name of the scope, empty for the root. */
  public String path() {
    return path;
  }

  /**
   * Makes a trainable float variable (Python: {@code tf.get_variable} without reuse).
   *
   * @throws IllegalArgumentException if the variable exists already (the message names both shapes)
   */
  public GraphVariable<TFloat32> getVariable(String name, Shape shape, Initializer initializer) {
    return store.create(join(name), shape, initializer, true);
  }

  /** As {@link #getVariable}, for variables that {@code tf.trainable_variables()} leaves out. */
  public GraphVariable<TFloat32> getUntrainableVariable(
      String name, Shape shape, Initializer initializer) {
    return store.create(join(name), shape, initializer, false);
  }

  /**
   * Makes a trainable float variable under the next free default name, as {@code tf.Variable(...)}
   * without a name does: {@code Variable}, then {@code Variable_1}, and so on.
   */
  public GraphVariable<TFloat32> variable(Shape shape, Initializer initializer) {
    String name = "Variable";
    for (int k = 1; store.find(join(name)).isPresent(); k++) {
      name = "Variable_" + k;
    }
    return store.create(join(name), shape, initializer, true);
  }

  private String join(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty() || name.startsWith("/") || name.endsWith("/")) {
      throw new IllegalArgumentException(
          "a variable or scope needs a name without a slash at its ends, found '" + name + "'");
    }
    return path.isEmpty() ? name : path + "/" + name;
  }
}
