package io.github.charlstm.graph;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TType;

/**
 * A variable of the graph, as {@code tf.get_variable} makes it.
 *
 * @param name full TF1 name, scopes included, for instance {@code rnn/basic_lstm_cell/kernel}
 * @param shape static shape, fully known
 * @param reference the {@code VariableV2} output, for optimizers, savers and assignments
 * @param value the {@code <name>/read} identity, for the model
 * @param initialValue what the initializer assigns
 * @param initializer the {@code <name>/Assign} operation that gives the initial value
 * @param trainable whether {@code tf.trainable_variables()} would list it
 * @param <T> data type
 */
public record GraphVariable<T extends TType>(
    String name,
    Shape shape,
    Operand<T> reference,
    Operand<T> value,
    Operand<T> initialValue,
    Op initializer,
    boolean trainable) {

  public GraphVariable {
    Objects.requireNonNull(initialValue, "initialValue");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(initializer, "initializer");
  }

  /**
   * This variable as one of a known type.
   *
   * @throws IllegalArgumentException if it has another type
   */
  public <U extends TType> GraphVariable<U> as(Class<U> dtype) {
    if (reference.type() != dtype) {
      throw new IllegalArgumentException(
          "expected variable %s of %s, found %s"
              .formatted(name, Dtypes.name(dtype), Dtypes.name(reference.type())));
    }
    @SuppressWarnings("unchecked") // checked
    GraphVariable<U> checked = (GraphVariable<U>) this;
    return checked;
  }
}
