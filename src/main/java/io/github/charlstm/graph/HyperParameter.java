package io.github.charlstm.graph;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A setting of an {@link Optimizer} other than its {@link LearningRate}, such as Adam's {@code
 * beta1} (Python: a number or a tensor): a number, or a scalar of the graph that each training step
 * reads anew.
 */
public sealed interface HyperParameter {

  /** A finite number. */
  static HyperParameter of(float number) {
    return new Number(number);
  }

  /** A float32 scalar of the graph. */
  static HyperParameter of(Operand<TFloat32> scalar) {
    return new Scalar(scalar);
  }

  /** The setting as a float32 scalar of {@code tf}'s graph. */
  Operand<TFloat32> operand(Ops tf);

  /** A setting that stays the same. */
  record Number(float value) implements HyperParameter {
    @Override
    public Operand<TFloat32> operand(Ops tf) {
      return tf.constant(value);
    }
  }

  /** A setting that the graph computes. */
  record Scalar(Operand<TFloat32> value) implements HyperParameter {
    public Scalar {
      requireScalar("a hyper-parameter", value);
    }

    @Override
    public Operand<TFloat32> operand(Ops tf) {
      return value;
    }
  }

  /** Checks a tensor that is to be a setting. */
  static void requireScalar(String setting, Operand<TFloat32> value) {
    Objects.requireNonNull(value, setting);
    if (value.asOutput().type() != TFloat32.class) {
      throw new IllegalArgumentException(
          setting + " must be a TFloat32 scalar, found " + value.asOutput().type().getSimpleName());
    }
    if (!value.shape().isUnknown() && value.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          setting + " must be a scalar, found shape " + value.shape());
    }
  }
}
