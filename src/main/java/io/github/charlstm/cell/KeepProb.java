package io.github.charlstm.cell;

import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/** The share of values that dropout keeps: a number or a scalar of the graph. */
sealed interface KeepProb {
  /** False if the share is known to be 1. */
  boolean drops();

  Operand<TFloat32> value(Ops tf);

  /** {@code 1 - keep_prob}: a value is kept where the noise is not below it. */
  Operand<TFloat32> rate(Ops tf);

  /** {@code x / keep_prob}, computed as TF1 does; {@code rate} is that of {@link #rate}. */
  Operand<TFloat32> scaled(Ops tf, Operand<TFloat32> x, Operand<TFloat32> rate);

  static KeepProb of(String option, float value) {
    // TF1 takes a 0 when the wrapper is built and refuses it at the first step.
    return new Known(option, value == 0 ? 0 : DropoutWrapper.requireKeepProb(option, value));
  }

  static KeepProb of(String option, Operand<TFloat32> value) {
    KeepProb fed = fed("DropoutWrapper", option, value);
    // As in TF1 a constant of the graph counts as its number.
    boolean constant =
        value.op() instanceof GraphOperation && value.op().type().equals(Constant.OP_NAME);
    return constant ? of(option, read((GraphOperation) value.op())) : fed;
  }

  /** A scalar that is read at each run, constant or not. */
  static KeepProb fed(String cell, String option, Operand<TFloat32> value) {
    Tensors.requireScalar(cell, option, value, DataType.DT_FLOAT);
    return new Fed(value);
  }

  private static float read(GraphOperation constant) {
    try (Tensor tensor = constant.attributes().getAttrTensor("value")) {
      return tensor.asRawTensor().data().asFloats().getFloat(0);
    }
  }

  /** A number. TF1 computes in doubles and rounds the result. */
  record Known(String option, float keep) implements KeepProb {
    @Override
    public boolean drops() {
      return keep < 1;
    }

    @Override
    public Operand<TFloat32> value(Ops tf) {
      return tf.constant(DropoutWrapper.requireKeepProb(option, keep));
    }

    @Override
    public Operand<TFloat32> rate(Ops tf) {
      return tf.constant((float) (1.0 - DropoutWrapper.requireKeepProb(option, keep)));
    }

    @Override
    public Operand<TFloat32> scaled(Ops tf, Operand<TFloat32> x, Operand<TFloat32> rate) {
      return tf.math.mul(x, tf.constant((float) (1.0 / (1.0 - (1.0 - keep)))));
    }
  }

  /** A scalar of the graph, read at each run. */
  record Fed(Operand<TFloat32> keep) implements KeepProb {
    @Override
    public boolean drops() {
      return true;
    }

    @Override
    public Operand<TFloat32> value(Ops tf) {
      return keep;
    }

    @Override
    public Operand<TFloat32> rate(Ops tf) {
      return tf.math.sub(tf.constant(1f), keep);
    }

    // TF1 divides by 1 - rate, which for small shares differs from the share in the last bit.
    @Override
    public Operand<TFloat32> scaled(Ops tf, Operand<TFloat32> x, Operand<TFloat32> rate) {
      return tf.math.realDiv(x, tf.math.sub(tf.constant(1f), rate));
    }
  }
}
