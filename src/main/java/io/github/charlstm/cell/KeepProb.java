package io.github.charlstm.cell;

import io.github.charlstm.graph.Dtypes;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.layout.DataLayouts;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.types.family.TFloating;

/** The share of values that dropout keeps: a number or a scalar of the graph. */
sealed interface KeepProb {
  /** False if the share is known to be 1. */
  boolean drops();

  <T extends TFloating> Operand<T> value(Ops tf, Class<T> dtype);

  /** {@code 1 - keep_prob}: a value is kept where the noise is not below it. */
  <T extends TFloating> Operand<T> rate(Ops tf, Class<T> dtype);

  /** {@code x / keep_prob}, computed as TF1 does; {@code rate} is that of {@link #rate}. */
  <T extends TFloating> Operand<T> scaled(Ops tf, Operand<T> x, Operand<T> rate);

  /** The wrapper's share. TF1 rounds it to float32, whatever the cell's type is. */
  static KeepProb of(String option, double value) {
    return exactly(option, (float) value);
  }

  /** A share that is not rounded. */
  static KeepProb exactly(String option, double value) {
    // TF1 takes a 0 when the wrapper is built and refuses it at the first step.
    return new Known(option, value == 0 ? 0 : DropoutWrapper.requireKeepProb(option, value));
  }

  static KeepProb of(String option, Operand<? extends TFloating> value) {
    KeepProb fed = fed("DropoutWrapper", option, value);
    // As in TF1 a constant of the graph counts as its number.
    boolean constant =
        value.op() instanceof GraphOperation && value.op().type().equals(Constant.OP_NAME);
    return constant ? exactly(option, read((GraphOperation) value.op())) : fed;
  }

  /** A scalar that is read at each run, constant or not. */
  static KeepProb fed(String cell, String option, Operand<? extends TFloating> value) {
    Tensors.requireFloat(cell, option, value);
    Tensors.requireScalar(cell, option, value);
    return new Fed(cell, option, value);
  }

  private static double read(GraphOperation constant) {
    try (Tensor tensor = constant.attributes().getAttrTensor("value")) {
      ByteDataBuffer bytes = tensor.asRawTensor().data();
      return switch (tensor.dataType()) {
        case DT_DOUBLE -> bytes.asDoubles().getDouble(0);
        case DT_HALF -> DataLayouts.FLOAT16.applyTo(bytes.asShorts()).getFloat(0);
        default -> bytes.asFloats().getFloat(0);
      };
    }
  }

  /** A number. TF1 computes in doubles and rounds the result. */
  record Known(String option, double keep) implements KeepProb {
    @Override
    public boolean drops() {
      return keep < 1;
    }

    @Override
    public <T extends TFloating> Operand<T> value(Ops tf, Class<T> dtype) {
      return Dtypes.constant(tf, dtype, DropoutWrapper.requireKeepProb(option, keep));
    }

    @Override
    public <T extends TFloating> Operand<T> rate(Ops tf, Class<T> dtype) {
      return Dtypes.constant(tf, dtype, 1.0 - DropoutWrapper.requireKeepProb(option, keep));
    }

    @Override
    public <T extends TFloating> Operand<T> scaled(Ops tf, Operand<T> x, Operand<T> rate) {
      return tf.math.mul(x, Dtypes.constant(tf, x.type(), 1.0 / (1.0 - (1.0 - keep))));
    }
  }

  /** A scalar of the graph, read at each run. */
  record Fed(String cell, String option, Operand<? extends TFloating> keep) implements KeepProb {
    @Override
    public boolean drops() {
      return true;
    }

    @Override
    public <T extends TFloating> Operand<T> value(Ops tf, Class<T> dtype) {
      Tensors.requireType(cell, option, keep, dtype);
      return Dtypes.as(keep, dtype);
    }

    @Override
    public <T extends TFloating> Operand<T> rate(Ops tf, Class<T> dtype) {
      return tf.math.sub(Dtypes.constant(tf, dtype, 1), value(tf, dtype));
    }

    // TF1 divides by 1 - rate, which for small shares differs from the share in the last bit.
    @Override
    public <T extends TFloating> Operand<T> scaled(Ops tf, Operand<T> x, Operand<T> rate) {
      return tf.math.realDiv(x, tf.math.sub(Dtypes.constant(tf, x.type(), 1), rate));
    }
  }
}
