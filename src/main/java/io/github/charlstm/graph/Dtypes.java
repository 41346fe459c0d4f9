package io.github.charlstm.graph;

import java.util.Locale;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The float types that variables and cells may have (Python: {@code tf.float16}, {@code tf.float32}
 * and {@code tf.float64}).
 */
public final class Dtypes {
  private Dtypes() {}

  /**
   * A scalar constant (Python: {@code tf.constant(value, dtype)}).
   *
   * @param value rounded to the type
   */
  public static <T extends TFloating> Operand<T> constant(Ops tf, Class<T> dtype, double value) {
    return constant(tf, dtype, Shape.scalar(), value);
  }

  /**
   * A constant of given values.
   *
   * @param values in row-major order, as many as the shape holds; rounded to the type
   */
  public static <T extends TFloating> Operand<T> constant(
      Ops tf, Class<T> dtype, Shape shape, double... values) {
    if (dtype == TFloat64.class) {
      return as(tf.constant(shape, DataBuffers.of(values)), dtype);
    }
    float[] floats = new float[values.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) values[k];
    }
    if (dtype == TFloat32.class) {
      return as(tf.constant(shape, DataBuffers.of(floats)), dtype);
    }
    if (dtype == TFloat16.class) {
      try (TFloat16 tensor = TFloat16.tensorOf(shape, DataBuffers.of(floats))) {
        return as(tf.constantOf(tensor), dtype);
      }
    }
    throw new IllegalArgumentException(
        "expected a dtype of float16, float32 or float64, found " + dtype.getSimpleName());
  }

  /**
   * The tensor as one of a known type.
   *
   * @throws IllegalArgumentException if it has another type
   */
  public static <T extends TType> Operand<T> as(Operand<?> tensor, Class<T> dtype) {
    if (tensor.type() != dtype) {
      throw new IllegalArgumentException(
          "expected a tensor of %s, found %s (tensor %s); cast it first"
              .formatted(name(dtype), name(tensor.type()), tensor.op().name()));
    }
    @SuppressWarnings("unchecked") // checked
    Operand<T> checked = (Operand<T>) tensor;
    return checked;
  }

  /** The tensor as one of some float type, for functions that take any. */
  @SuppressWarnings("unchecked") // nothing is ever written to a tensor of the graph
  public static Operand<TFloating> any(Operand<? extends TFloating> tensor) {
    return (Operand<TFloating>) tensor;
  }

  /** Python's name of a type, for messages, for instance {@code float32}. */
  public static String name(Class<?> dtype) {
    return dtype.getSimpleName().replaceFirst("^T", "").toLowerCase(Locale.ROOT);
  }

  /** As {@link #name(Class)}, of TensorFlow's own type. */
  public static String name(DataType type) {
    return switch (type) {
      case DT_FLOAT -> "float32";
      case DT_DOUBLE -> "float64";
      case DT_HALF -> "float16";
      default -> type.name().replace("DT_", "").toLowerCase(Locale.ROOT);
    };
  }

  /** Whether a tensor's type is one of the three. */
  public static boolean isFloat(DataType type) {
    return type == DataType.DT_FLOAT || type == DataType.DT_DOUBLE || type == DataType.DT_HALF;
  }

  static DataType dataType(Class<? extends TFloating> dtype) {
    if (dtype == TFloat32.class) {
      return DataType.DT_FLOAT;
    }
    if (dtype == TFloat64.class) {
      return DataType.DT_DOUBLE;
    }
    if (dtype == TFloat16.class) {
      return DataType.DT_HALF;
    }
    throw new IllegalArgumentException(
        "a variable expects a dtype of float16, float32 or float64, found "
            + dtype.getSimpleName());
  }
}
