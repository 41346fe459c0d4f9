package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** What all loops share: checks of their arguments, and steps beyond the end of a sequence. */
final class Sequences {
  private Sequences() {}

  /**
   * @return width of the input
   * @throws IllegalArgumentException unless the inputs are floats {@code [batch, steps, depth]} of
   *     known depth
   */
  static long depthOfTensor(String loop, Operand<TFloat32> inputs, boolean timeMajor) {
    String wanted = timeMajor ? "[steps, batch, depth]" : "[batch, steps, depth]";
    return depth(loop, inputs, 3, wanted);
  }

  /** As {@link #depthOfTensor}, for one step's input {@code [batch, depth]}. */
  static long depthOfSteps(String loop, List<? extends Operand<TFloat32>> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(loop + " needs inputs for at least one step");
    }
    long depth = depth(loop, inputs.get(0), 2, "[batch, depth]");
    for (int t = 1; t < inputs.size(); t++) {
      Shape shape = inputs.get(t).shape();
      if (!shape.isCompatibleWith(inputs.get(0).shape())) {
        throw new IllegalArgumentException(
            "%s expects all inputs of one shape, found %s at step 0 and %s at step %d"
                .formatted(loop, inputs.get(0).shape(), shape, t));
      }
    }
    return depth;
  }

  private static long depth(String loop, Operand<TFloat32> inputs, int rank, String wanted) {
    if (inputs.asOutput().type() != TFloat32.class) {
      throw new IllegalArgumentException(
          "%s expects float32 inputs, found %s of %s"
              .formatted(loop, inputs.op().name(), inputs.asOutput().dataType()));
    }
    Shape shape = inputs.shape();
    if (shape.isUnknown()
        || shape.numDimensions() != rank
        || shape.get(rank - 1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "%s expects inputs of shape %s with a known depth, found %s"
              .formatted(loop, wanted, shape));
    }
    return shape.get(rank - 1);
  }

  /**
   * @throws IllegalArgumentException if the state's batch is known and is not that of the inputs
   */
  static void requireBatch(String loop, RNNState state, long batch) {
    for (Operand<TFloat32> leaf : state.flatten()) {
      Shape shape = leaf.shape();
      boolean known = !shape.isUnknown() && shape.numDimensions() > 0;
      if (known && !Shape.of(shape.get(0)).isCompatibleWith(Shape.of(batch))) {
        throw new IllegalArgumentException(
            "%s: the inputs have a batch of %d, the initial state %s has %d"
                .formatted(loop, batch, leaf.op().name(), shape.get(0)));
      }
    }
  }

  /**
   * Lengths that are checked when the graph runs: none may be below 0 or beyond the steps.
   *
   * @param steps scalar, number of steps of the inputs
   * @param batch of the inputs, or unknown
   * @throws IllegalArgumentException unless they are an int32 vector, one a sequence
   */
  static Operand<TInt32> lengths(
      String loop, Ops tf, Operand<TInt32> lengths, Operand<TInt32> steps, long batch) {
    if (lengths.asOutput().type() != TInt32.class) {
      throw new IllegalArgumentException(
          loop + " expects int32 sequence_length, found " + lengths.asOutput().dataType());
    }
    if (!lengths.shape().isCompatibleWith(Shape.of(batch))) {
      throw new IllegalArgumentException(
          "%s expects sequence_length of shape %s, one a sequence, found %s"
              .formatted(loop, Shape.of(batch), lengths.shape()));
    }
    Operand<TBool> fit =
        tf.math.logicalAnd(
            tf.math.lessEqual(tf.max(lengths, tf.array(0)), steps),
            tf.math.greaterEqual(tf.min(lengths, tf.array(0)), tf.constant(0)));
    Operand<?> message =
        tf.constant(loop + " expects each sequence_length from 0 to the steps of the inputs:");
    AssertThat check = tf.assertThat(fit, List.of(message, steps, tf.constant("found"), lengths));
    return tf.withControlDependencies(check).identity(lengths);
  }

  /**
   * Ends sequences: from its length on, a sequence's outputs are zeros and its state stays (Python:
   * {@code _rnn_step}).
   */
  static RNNCell.Step within(
      Ops tf, Operand<TInt32> time, Operand<TInt32> lengths, RNNState before, RNNCell.Step step) {
    Operand<TBool> over = // [B, 1]
        tf.expandDims(tf.math.greaterEqual(time, lengths), tf.constant(1));
    Operand<TFloat32> output = tf.select(over, tf.zerosLike(step.output()), step.output());
    List<Operand<TFloat32>> old = before.flatten();
    List<Operand<TFloat32>> after = step.state().flatten();
    List<Operand<TFloat32>> kept = new ArrayList<>();
    for (int k = 0; k < after.size(); k++) {
      kept.add(tf.select(over, old.get(k), after.get(k)));
    }
    return new RNNCell.Step(output, step.state().pack(kept));
  }
}
