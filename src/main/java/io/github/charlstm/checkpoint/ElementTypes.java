package io.github.charlstm.checkpoint;

import org.tensorflow.proto.DataType;

/** How many bytes an element has in a bundle. */
final class ElementTypes {
  /** The length is not known from type and shape: strings, variants, types newer than this code. */
  static final long VARIABLE = -1;

  private ElementTypes() {}

  static long byteSize(TensorInfo info) {
    int bytes = bytesPerElement(info.dtype());
    return bytes < 0 ? VARIABLE : info.shape().size() * bytes;
  }

  private static int bytesPerElement(DataType dtype) {
    return switch (dtype) {
      case DT_BOOL, DT_INT8, DT_UINT8, DT_QINT8, DT_QUINT8 -> 1;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_COMPLEX128 -> 16;
      default -> -1;
    };
  }
}
