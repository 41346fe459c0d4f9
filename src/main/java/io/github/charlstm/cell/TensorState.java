package io.github.charlstm.cell;

import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.family.TFloating;

/**
 * A state of one tensor: that of {@code BasicRNNCell} and {@code GRUCell}, and of the other cells
 * with {@code state_is_tuple=False}.
 *
 * @param tensor {@code [batch, units]}
 */
public record TensorState<T extends TFloating>(Operand<T> tensor) implements RNNState<T> {

  public TensorState {
    Objects.requireNonNull(tensor, "tensor");
  }

  @Override
  public List<Operand<T>> flatten() {
    return List.of(tensor);
  }

  @Override
  public TensorState<T> pack(List<? extends Operand<T>> leaves) {
    Tensors.requireLeaves("a TensorState", 1, leaves);
    return new TensorState<>(leaves.get(0));
  }

  @Override
  public List<RNNState<T>> parts() {
    return List.of();
  }

  /** The width, {@code ?} if it is unknown; the shape if the tensor is not a matrix. */
  @Override
  public String describe() {
    Shape shape = tensor.shape();
    if (shape.isUnknown()) {
      return "?";
    }
    if (shape.numDimensions() != 2) {
      return shape.toString();
    }
    return shape.get(1) == Shape.UNKNOWN_SIZE ? "?" : Long.toString(shape.get(1));
  }
}
