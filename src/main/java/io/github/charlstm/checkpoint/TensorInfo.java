package io.github.charlstm.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;

/** One tensor of a checkpoint, without its values; the shape has no unknown dimensions. */
public record TensorInfo(String name, DataType dtype, Shape shape) {
  public TensorInfo {
    Objects.requireNonNull(dtype, "dtype");
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a tensor of a checkpoint needs a name, found none");
    }
    if (shape == null || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "tensor " + name + ": expected a fully known shape, found " + shape);
    }
  }

  /** {@return type and shape, such as {@code float[64, 256]}} */
  public String typeAndShape() {
    return describe(dtype, shape);
  }

  static String describe(DataType dtype, Shape shape) {
    String type = dtype.name().startsWith("DT_") ? dtype.name().substring(3) : dtype.name();
    return type.toLowerCase(Locale.ROOT)
        + Arrays.toString(shape.asArray() == null ? new long[0] : shape.asArray());
  }
}
