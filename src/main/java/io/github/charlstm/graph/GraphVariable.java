package io.github.charlstm.graph;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * A variable of the graph, as {@code tf.get_variable} makes it.
 *
 * @param name full TF1 name, scopes included, for instance {@code rnn/basic_lstm_cell/kernel}
 * @param shape static shape, fully known
 * @param reference the {@code VariableV2} output, for optimizers, savers and assignments; of a
 *     resource variable the handle, the {@code VarHandleOp} output
 * @param value the {@code <name>/read} identity, for the model; of a resource variable {@code
 *     <name>/Read/ReadVariableOp}
 * @param initialValue what the initializer assigns
 * @param initializer the {@code <name>/Assign} operation that gives the initial value
 * @param trainable whether {@code tf.trainable_variables()} would list it
 * @param constraint what optimizers apply after their updates of it
 * @param <T> data type
 */
public record GraphVariable<T extends TType>(
    String name,
    Shape shape,
    Operand<T> reference,
    Operand<T> value,
    Operand<T> initialValue,
    Op initializer,
    boolean trainable,
    Optional<Constraint> constraint) {

  public GraphVariable {
    Objects.requireNonNull(initialValue, "initialValue");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(reference, "reference");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(constraint, "constraint");
  }

  /** A variable without a constraint. */
  public GraphVariable(
      String name,
      Shape shape,
      Operand<T> reference,
      Operand<T> value,
      Operand<T> initialValue,
      Op initializer,
      boolean trainable) {
    this(name, shape, reference, value, initialValue, initializer, trainable, Optional.empty());
  }

  /** {@return whether it is a resource variable (Python: {@code use_resource=True})} */
  public boolean isResource() {
    return reference.op().type().equals("VarHandleOp");
  }

  /** {@return the same variable, of which the model reads another tensor, such as an average} */
  public GraphVariable<T> withValue(Operand<T> other) {
    return new GraphVariable<>(
        name, shape, reference, other, initialValue, initializer, trainable, constraint);
  }

  GraphVariable<T> withConstraint(Optional<Constraint> other) {
    return new GraphVariable<>(
        name, shape, reference, value, initialValue, initializer, trainable, other);
  }

  /** Adds an assignment (Python: {@code variable.assign}). */
  public Op assign(Ops tf, Operand<T> newValue) {
    return update(tf, "Assign", "AssignVariableOp", newValue);
  }

  /** Adds an addition in place (Python: {@code variable.assign_add}). */
  public Op assignAdd(Ops tf, Operand<T> delta) {
    return update(tf, "AssignAdd", "AssignAddVariableOp", delta);
  }

  /** Adds a subtraction in place (Python: {@code variable.assign_sub}). */
  public Op assignSub(Ops tf, Operand<T> delta) {
    return update(tf, "AssignSub", "AssignSubVariableOp", delta);
  }

  private Op update(Ops tf, String ofReference, String ofResource, Operand<?>... inputs) {
    return VariableStore.operation(
        tf, isResource() ? ofResource : ofReference, List.of(), reference, inputs);
  }

  /** Subtracts rows one by one, in no fixed order. */
  Op scatterSub(Ops tf, Operand<? extends TNumber> indices, Operand<T> rows) {
    return update(tf, "ScatterSub", "ResourceScatterSub", indices, rows);
  }

  /** Adds rows one by one; returns the new value. */
  Operand<T> scatterAdd(Ops tf, Operand<? extends TNumber> indices, Operand<T> rows) {
    Op added = update(tf, "ScatterAdd", "ResourceScatterAdd", indices, rows);
    if (!isResource()) {
      return added.op().output(0);
    }
    return read(tf.withControlDependencies(added));
  }

  /** Reads the value anew, such as after an update. */
  Operand<T> read(Ops tf) {
    if (!isResource()) {
      return tf.identity(reference);
    }
    Scope scope = tf.scope();
    return VariableStore.named("ReadVariableOp", scope.makeOpName("ReadVariableOp"), scope)
        .addInput(reference.asOutput())
        .setAttr("dtype", value.asOutput().dataType())
        .build()
        .output(0);
  }

  /**
   * This variable as one of a known type.
   *
   * @throws IllegalArgumentException if it has another type
   */
  public <U extends TType> GraphVariable<U> as(Class<U> dtype) {
    if (value.type() != dtype) {
      throw new IllegalArgumentException(
          "expected variable %s of %s, found %s"
              .formatted(name, Dtypes.name(dtype), Dtypes.name(value.type())));
    }
    @SuppressWarnings("unchecked") // checked
    GraphVariable<U> checked = (GraphVariable<U>) this;
    return checked;
  }
}
