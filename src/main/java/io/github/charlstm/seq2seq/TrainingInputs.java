package io.github.charlstm.seq2seq;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/** The inputs of training, step by step, and where sequences end. */
final class TrainingInputs<T extends TFloating> {
  private final Operand<T> first; // [batch, depth]
  private final Operand<T> following; // [steps, batch, depth]: the inputs of the next step
  private final Operand<TInt32> lengths;
  private final Operand<TInt32> batch;

  TrainingInputs(
      String helper,
      Ops tf,
      Operand<T> inputs,
      Operand<? extends TNumber> sequenceLength,
      boolean timeMajor) {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(sequenceLength, "sequenceLength");
    Shape shape = inputs.shape();
    if (shape.isUnknown() || shape.numDimensions() != 3 || shape.get(2) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "%s expects inputs of shape %s with a known depth, found %s (tensor %s)"
              .formatted(
                  helper,
                  timeMajor ? "[steps, batch, depth]" : "[batch, steps, depth]",
                  shape.isUnknown() ? "an unknown shape" : shape,
                  inputs.op().name()));
    }
    if (sequenceLength.shape().isUnknown() || sequenceLength.shape().numDimensions() != 1) {
      throw new IllegalArgumentException(
          "%s expects sequence_length of shape [batch], found %s (tensor %s)"
              .formatted(
                  helper,
                  sequenceLength.shape().isUnknown() ? "an unknown shape" : sequenceLength.shape(),
                  sequenceLength.op().name()));
    }
    Ops scope = tf.withSubScope(helper);
    Operand<T> steps = timeMajor ? inputs : scope.linalg.transpose(inputs, scope.array(1, 0, 2));
    first = scope.gather(steps, scope.constant(0), scope.constant(0));
    Operand<T> rest = scope.slice(steps, scope.array(1, 0, 0), scope.array(-1, -1, -1));
    Operand<T> zeros = scope.zerosLike(scope.expandDims(first, scope.constant(0)));
    following = scope.concat(List.of(rest, zeros), scope.constant(0));
    lengths = scope.dtypes.cast(sequenceLength, TInt32.class);
    batch = scope.size(lengths);
  }

  Operand<TInt32> batchSize() {
    return batch;
  }

  Optional<Operand<T>> sequence() {
    return Optional.of(following);
  }

  Helper.Start<T> start(Ops tf) {
    return new Helper.Start<>(tf.math.equal(lengths, tf.constant(0)), first);
  }

  Operand<TBool> finished(DecodeStep<T> step) {
    Ops tf = step.tf();
    return tf.math.greaterEqual(tf.math.add(step.time(), tf.constant(1)), lengths);
  }

  static void requireProbability(String helper, Operand<?> probability) {
    if (!probability.shape().isCompatibleWith(Shape.scalar())) {
      throw new IllegalArgumentException(
          "%s expects a sampling_probability that is a scalar, found shape %s (tensor %s)"
              .formatted(helper, probability.shape(), probability.op().name()));
    }
  }
}
