package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Checks of the tensors that cells are given; their messages name what is expected and found. */
final class Tensors {
  private Tensors() {}

  /**
   * @throws IllegalArgumentException unless the tensor is a matrix of floats whose last dimension
   *     is {@code width} or unknown
   */
  static <T extends TFloating> void requireMatrix(
      String cell, String what, Operand<T> tensor, long width) {
    requireFloat(cell, what, tensor);
    Shape shape = tensor.shape();
    if (!shape.isCompatibleWith(Shape.of(Shape.UNKNOWN_SIZE, width))) {
      throw new IllegalArgumentException(
          "%s expects %s of shape [batch, %s], found %s (tensor %s)"
              .formatted(cell, what, width, shape, tensor.op().name()));
    }
  }

  /**
   * @throws IllegalArgumentException unless the state has this structure and these widths
   */
  static <T extends TFloating> void requireState(
      String cell, StateSize expected, RNNState<T> state) {
    Objects.requireNonNull(state, "state");
    List<Operand<T>> leaves = state.flatten();
    List<Integer> sizes = expected.flatten();
    if (leaves.size() != sizes.size() || !sameStructure(expected.pack(leaves), state)) {
      throw new IllegalArgumentException(
          "%s expects a state of structure %s, found %s"
              .formatted(cell, expected.describe(), state.describe()));
    }
    for (int k = 0; k < leaves.size(); k++) {
      String what = "state.flatten()[" + k + "]";
      if (leaves.size() > 1) {
        what += " of " + expected.describe();
      }
      requireMatrix(cell, what, leaves.get(k), sizes.get(k));
    }
  }

  /**
   * @param inputs a matrix
   * @param state of matrices
   * @throws IllegalArgumentException unless the batches of both are the same, or one is unknown
   */
  static <T extends TFloating> void requireOneBatch(
      String cell, Operand<T> inputs, RNNState<T> state) {
    for (Operand<T> leaf : state.flatten()) {
      if (!Shape.of(batch(inputs)).isCompatibleWith(Shape.of(batch(leaf)))) {
        throw new IllegalArgumentException(
            "%s expects inputs and state of one batch, found inputs of shape %s and state of %s"
                    .formatted(cell, inputs.shape(), leaf.shape())
                + " (tensors %s and %s)".formatted(inputs.op().name(), leaf.op().name()));
      }
    }
  }

  private static <T extends TFloating> long batch(Operand<T> matrix) {
    return matrix.shape().isUnknown() ? Shape.UNKNOWN_SIZE : matrix.shape().get(0);
  }

  // As in TF1, a plain tuple of c and h is an LSTM's state too.
  private static <T extends TFloating> boolean sameStructure(RNNState<T> one, RNNState<T> other) {
    List<RNNState<T>> parts = one.parts();
    List<RNNState<T>> others = other.parts();
    boolean plainTuple = one instanceof LSTMStateTuple<T> && other instanceof TupleState<T>;
    boolean sameKind = plainTuple || one.getClass() == other.getClass();
    if (!sameKind || parts.size() != others.size()) {
      return false;
    }
    for (int k = 0; k < parts.size(); k++) {
      if (!sameStructure(parts.get(k), others.get(k))) {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws IllegalArgumentException unless the tensor is an int32 scalar
   */
  static void requireBatchSize(Operand<TInt32> batchSize) {
    Objects.requireNonNull(batchSize, "batchSize");
    requireType("zero_state", "a batch size", batchSize, TInt32.class);
    requireScalar("zero_state", "a batch size", batchSize);
  }

  /**
   * @throws IllegalArgumentException unless the tensor is a scalar
   */
  static void requireScalar(String cell, String what, Operand<?> tensor) {
    if (!tensor.shape().isCompatibleWith(Shape.scalar())) {
      throw new IllegalArgumentException(
          "%s expects %s that is a scalar, found shape %s (tensor %s)"
              .formatted(cell, what, tensor.shape(), tensor.op().name()));
    }
  }

  // The graph's data type, not the static Java type: an unchecked cast may have changed that.
  static void requireType(String cell, String what, Operand<?> tensor, Class<?> type) {
    Objects.requireNonNull(tensor, what);
    if (tensor.asOutput().type() != type) {
      throw wrongType(cell, what, tensor, Dtypes.name(type));
    }
  }

  /**
   * @throws IllegalArgumentException unless the state's tensors are of that type
   */
  static <T extends TFloating> void requireType(String cell, RNNState<T> state, Class<?> type) {
    List<Operand<T>> leaves = state.flatten();
    for (int k = 0; k < leaves.size(); k++) {
      requireType(cell, "state.flatten()[" + k + "]", leaves.get(k), type);
    }
  }

  /**
   * @throws IllegalArgumentException unless the tensor is of float16, float32 or float64
   */
  static void requireFloat(String cell, String what, Operand<?> tensor) {
    Objects.requireNonNull(tensor, what);
    if (!Dtypes.isFloat(tensor.asOutput().dataType())) {
      throw wrongType(cell, what, tensor, "float16, float32 or float64");
    }
  }

  private static IllegalArgumentException wrongType(
      String cell, String what, Operand<?> tensor, String wanted) {
    return new IllegalArgumentException(
        "%s expects %s of type %s, found %s (tensor %s); cast it first"
            .formatted(
                cell, what, wanted, Dtypes.name(tensor.asOutput().dataType()), tensor.op().name()));
  }

  /** A number as it was given, float or double. */
  static String text(double number) {
    return (float) number == number ? Float.toString((float) number) : Double.toString(number);
  }

  /**
   * @throws IllegalArgumentException unless as many tensors are given as the state packs
   */
  static void requireLeaves(String state, int wanted, List<?> leaves) {
    if (leaves.size() != wanted) {
      throw new IllegalArgumentException(
          "%s packs %s %s, found %s"
              .formatted(state, wanted, wanted == 1 ? "tensor" : "tensors", leaves.size()));
    }
  }

  /** {@code width} columns of a matrix, from column {@code first}. */
  static <T extends TFloating> Operand<T> columns(Ops tf, Operand<T> matrix, int first, int width) {
    return tf.slice(matrix, tf.array(0, first), tf.array(-1, width)); // -1: all rows
  }
}
