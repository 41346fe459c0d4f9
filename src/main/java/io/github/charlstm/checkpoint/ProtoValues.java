package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;

/** Numbers in the field of a TensorProto that belongs to their type. */
final class ProtoValues {
  private ProtoValues() {}

  /** How many there are, or -1 for a type that is not known here. */
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

  /** Appends one number in its plain width. */
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
      default -> throw new IllegalArgumentException("no plain width: " + dtype);
    }
  }
}
