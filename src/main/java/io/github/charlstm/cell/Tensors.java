package io.github.charlstm.cell;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Checks of the tensors that cells are given; their messages name what is expected and found. */
final class Tensors {
  private Tensors() {}

  /**
   * @throws IllegalArgumentException unless the tensor is a float matrix whose last dimension is
   *     {@code width} or unknown
   */
  static void requireMatrix(String cell, String what, Operand<TFloat32> tensor, long width) {
    requireType(cell, what, tensor, DataType.DT_FLOAT);
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
  static void requireState(String cell, StateSize expected, RNNState state) {
    Objects.requireNonNull(state, "state");
    List<Operand<TFloat32>> leaves = state.flatten();
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
  static void requireOneBatch(String cell, Operand<TFloat32> inputs, RNNState state) {
    for (Operand<TFloat32> leaf : state.flatten()) {
      if (!Shape.of(batch(inputs)).isCompatibleWith(Shape.of(batch(leaf)))) {
        throw new IllegalArgumentException(
            "%s expects inputs and state of one batch, found inputs of shape %s and state of %s"
                    .formatted(cell, inputs.shape(), leaf.shape())
                + " (tensors %s and %s)".formatted(inputs.op().name(), leaf.op().name()));
      }
    }
  }

  private static long batch(Operand<TFloat32> matrix) {
    return matrix.shape().isUnknown() ? Shape.UNKNOWN_SIZE : matrix.shape().get(0);
  }

  private static boolean sameStructure(RNNState one, RNNState other) {
    List<RNNState> parts = one.parts();
    List<RNNState> others = other.parts();
    if (one.getClass() != other.getClass() || parts.size() != others.size()) {
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
    requireScalar("zero_state", "a batch size", batchSize, DataType.DT_INT32);
  }

  /**
   * @throws IllegalArgumentException unless the tensor is a scalar of that type
   */
  static void requireScalar(String cell, String what, Operand<?> tensor, DataType type) {
    requireType(cell, what, tensor, type);
    if (!tensor.shape().isCompatibleWith(Shape.scalar())) {
      throw new IllegalArgumentException(
          "%s expects %s that is a scalar, found shape %s (tensor %s)"
              .formatted(cell, what, tensor.shape(), tensor.op().name()));
    }
  }

  // The data type, not the Java type: an unchecked cast may have changed that.
  private static void requireType(String cell, String what, Operand<?> tensor, DataType type) {
    Objects.requireNonNull(tensor, what);
    DataType found = tensor.asOutput().dataType();
    if (found != type) {
      throw new IllegalArgumentException(
          "%s expects %s of type %s, found %s (tensor %s); cast it first"
              .formatted(cell, what, name(type), name(found), tensor.op().name()));
    }
  }

  private static String name(DataType type) {
    return switch (type) {
      case DT_FLOAT -> "float32";
      case DT_DOUBLE -> "float64";
      default -> type.name().replace("DT_", "").toLowerCase(Locale.ROOT);
    };
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
  static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> matrix, int first, int width) {
    return tf.slice(matrix, tf.array(0, first), tf.array(-1, width)); // -1: all rows
  }
}
