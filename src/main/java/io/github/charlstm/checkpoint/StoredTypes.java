package io.github.charlstm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Turns stored values into tensors of TensorFlow-Java's types. */
final class StoredTypes {
  private StoredTypes() {}

  static TType read(Path prefix, StoredTensor stored) {
    if (stored.info().dtype() == DataType.DT_STRING) {
      if (stored.parts().size() > 1) {
        throw new CheckpointException(
            String.format(
                "checkpoint %s: tensor %s is strings in %s slices, which cannot be read",
                prefix, stored.info().name(), stored.parts().size()));
      }
      List<byte[]> strings = stored.parts().get(0).values().strings();
      return TString.tensorOfBytes(
          stored.info().shape(), DataBuffers.ofObjects(strings.toArray(byte[][]::new)));
    }
    TType tensor = Tensor.of(classOf(prefix, stored.info()), stored.info().shape());
    try {
      int width = DataTypes.bytesPerElement(stored.info().dtype());
      ByteDataBuffer target = tensor.asRawTensor().data();
      stored.stream((first, run) -> copy(run, target, first * width));
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private static void copy(ByteBuffer run, ByteDataBuffer target, long offset) {
    byte[] bytes = new byte[run.remaining()];
    run.get(bytes);
    target.offset(offset).write(bytes);
  }

  private static Class<? extends TType> classOf(Path prefix, TensorInfo info) {
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
          throw new CheckpointException(
              String.format(
                  "checkpoint %s: tensor %s is %s, a type that TensorFlow-Java cannot hold",
                  prefix, info.name(), info.typeAndShape()));
    };
  }
}
