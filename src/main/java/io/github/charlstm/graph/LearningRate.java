package io.github.charlstm.graph;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The learning rate of an {@link Optimizer} (Python: the argument {@code learning_rate}, a number
 * or a tensor): a number, or a scalar of the graph, for instance one that decays with the global
 * step or that is fed.
 */
public sealed interface LearningRate {

  /** A finite number, usually above 0; as in TF1 any is taken: 0 changes no variable. */
  static LearningRate of(float number) {
    return new Number(number);
  }

  /** A float scalar of the graph; each training step reads it anew. */
  static LearningRate of(Operand<TFloat32> scalar) {
    return new Scalar(scalar);
  }

  /**
   * The rate as an operand for {@code tf}'s graph.
   *
   * @return float scalar
   */
  Operand<TFloat32> operand(Ops tf);

  /**
   * A rate that stays the same.
   *
   * @param value finite
   */
  record Number(float value) implements LearningRate {
    public Number {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("learning_rate must be finite, found " + value);
      }
    }

    @Override
    public Operand<TFloat32> operand(Ops tf) {
      return tf.constant(value);
    }
  }

  /**
   * A rate that the graph computes.
   *
   * @param value float scalar
   */
  record Scalar(Operand<TFloat32> value) implements LearningRate {
    public Scalar {
      HyperParameter.requireScalar("learning_rate", value);
    }

    @Override
    public Operand<TFloat32> operand(Ops tf) {
      return value;
    }
  }
}
