package io.github.charlstm.foreign;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/** Static shapes in words and between their two forms. */
final class Shapes {
  private Shapes() {}

  static String describe(DataType type, Shape shape) {
    String name = type.name().substring(3).toLowerCase(Locale.ROOT);
    String plain = name.equals("float") ? "float32" : name;
    if (shape.numDimensions() < 0) {
      return plain + " of unknown shape";
    }
    return plain
        + Arrays.stream(shape.asArray())
            .mapToObj(size -> size < 0 ? "?" : String.valueOf(size))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  static Shape of(TensorShapeProto proto) {
    return proto.getUnknownRank()
        ? Shape.unknown()
        : Shape.of(proto.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray());
  }

  /** The size of a dimension, -1 if it is unknown. */
  static long size(Shape shape, int dimension) {
    return dimension < shape.numDimensions() ? Math.max(-1, shape.get(dimension)) : -1;
  }

  /** Whether a tensor of a fully known shape fits a static one. */
  static boolean fits(Shape declared, Shape found) {
    if (declared.numDimensions() < 0) {
      return true;
    }
    if (declared.numDimensions() != found.numDimensions()) {
      return false;
    }
    for (int k = 0; k < declared.numDimensions(); k++) {
      if (declared.get(k) >= 0 && declared.get(k) != found.get(k)) {
        return false;
      }
    }
    return true;
  }
}
