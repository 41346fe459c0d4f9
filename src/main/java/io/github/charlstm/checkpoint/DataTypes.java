package io.github.charlstm.checkpoint;

import java.nio.file.Path;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/** Shapes and types as files state them. */
final class DataTypes {
  /** The length is not known from type and shape: strings, variants, types newer than this code. */
  static final long VARIABLE = -1;

  // Elements: far more than any file holds, and safe to multiply with an element's size.
  private static final long LARGEST_TENSOR = 1L << 56;

  private DataTypes() {}

  static long byteSize(TensorInfo info) {
    int bytes = bytesPerElement(info.dtype());
    return bytes < 0 ? VARIABLE : info.shape().size() * bytes;
  }

  /** How many bytes an element has in a bundle, or {@link #VARIABLE}. */
  static int bytesPerElement(DataType dtype) {
    return switch (dtype) {
      case DT_BOOL, DT_INT8, DT_UINT8, DT_QINT8, DT_QUINT8 -> 1;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_COMPLEX128 -> 16;
      default -> -1;
    };
  }

  /** The shape of a tensor that a file lists, or an error that names the file. */
  static Shape shape(Path file, String name, TensorShapeProto proto) {
    if (proto.getUnknownRank()) {
      throw CheckpointException.damaged(file, "tensor " + name + " has no rank");
    }
    long elements = 1;
    long[] dimensions = new long[proto.getDimCount()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = proto.getDim(i).getSize();
      if (dimensions[i] < 0 || elements * (double) dimensions[i] > LARGEST_TENSOR) {
        throw CheckpointException.damaged(
            file, "dimension " + i + " of tensor " + name + " is " + dimensions[i]);
      }
      elements *= dimensions[i];
    }
    return Shape.of(dimensions);
  }
}
