package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Element types and shapes in checkpoint files. */
final class DataTypes {
  /** The size does not follow from type and shape: strings, variants, newer types. */
  static final int VARIABLE = -1;

  // Elements: far more than any file holds, and safe to multiply with an element's size.
  private static final long LARGEST_TENSOR = 1L << 56;

  private DataTypes() {}

  /** How many bytes an element has in a bundle, or {@link #VARIABLE}. */
  static int bytesPerElement(DataType dtype) {
    return switch (dtype) {
      case DT_BOOL, DT_INT8, DT_UINT8, DT_QINT8, DT_QUINT8 -> 1;
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> 2;
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> 4;
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> 8;
      case DT_COMPLEX128 -> 16;
      default -> VARIABLE;
    };
  }

  /** The class of TensorFlow-Java that holds the tensor. */
  static Class<? extends TType> tensorClass(Path prefix, TensorInfo info) {
    return switch (info.dtype()) {
      case DT_FLOAT -> TFloat32.class;
      case DT_DOUBLE -> TFloat64.class;
      case DT_HALF -> TFloat16.class;
      case DT_BFLOAT16 -> TBfloat16.class;
      case DT_INT32 -> TInt32.class;
      case DT_INT64 -> TInt64.class;
      case DT_UINT8 -> TUint8.class;
      case DT_UINT16 -> TUint16.class;
      case DT_BOOL -> TBool.class;
      default ->
          throw CheckpointException.of(
              "checkpoint %s: tensor %s is %s, a type that TensorFlow-Java cannot hold",
              prefix, info.name(), info.typeAndShape());
    };
  }

  /** The shape of a tensor that a file lists. */
  static Shape shape(Path file, String name, TensorShapeProto proto) {
    if (proto.getUnknownRank()) {
      throw CheckpointException.damaged(file, "tensor %s has no rank".formatted(name));
    }
    long elements = 1;
    long[] dimensions = new long[proto.getDimCount()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = proto.getDim(i).getSize();
      if (dimensions[i] < 0 || elements * (double) dimensions[i] > LARGEST_TENSOR) {
        throw CheckpointException.damaged(
            file, "dimension %s of tensor %s is %s".formatted(i, name, dimensions[i]));
      }
      elements *= dimensions[i];
    }
    return Shape.of(dimensions);
  }

  /** How many values a TensorProto has in the field of a type; -1 if the type is not supported. */
  static int count(TensorProto values, DataType dtype) {
    return switch (dtype) {
      case DT_FLOAT -> values.getFloatValCount();
      case DT_DOUBLE -> values.getDoubleValCount();
      case DT_INT64 -> values.getInt64ValCount();
      case DT_INT32, DT_INT16, DT_UINT16, DT_INT8, DT_UINT8 -> values.getIntValCount();
      case DT_HALF, DT_BFLOAT16 -> values.getHalfValCount();
      case DT_BOOL -> values.getBoolValCount();
      case DT_STRING -> values.getStringValCount();
      default -> -1;
    };
  }

  /** Appends value i of a TensorProto in as many bytes as its type has. */
  static void put(TensorProto values, DataType dtype, int i, ByteBuffer target) {
    switch (dtype) {
      case DT_FLOAT -> target.putFloat(values.getFloatVal(i));
      case DT_DOUBLE -> target.putDouble(values.getDoubleVal(i));
      case DT_INT64 -> target.putLong(values.getInt64Val(i));
      case DT_INT32 -> target.putInt(values.getIntVal(i));
      case DT_INT16, DT_UINT16 -> target.putShort((short) values.getIntVal(i));
      case DT_INT8, DT_UINT8 -> target.put((byte) values.getIntVal(i));
      case DT_HALF, DT_BFLOAT16 -> target.putShort((short) values.getHalfVal(i));
      case DT_BOOL -> target.put((byte) (values.getBoolVal(i) ? 1 : 0));
      default -> throw new IllegalArgumentException("not a number of fixed size: " + dtype);
    }
  }
}
