package io.github.charlstm.rnn;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.LoopEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TIntegral;

/** Checks of the loops' arguments, and other operations that all loops share. */
final class RnnArguments {
  private static final long MOST_LENGTHS_SHOWN = 1000;

  private RnnArguments() {}

  /**
   * @throws IllegalArgumentException if the builder is eager: variables live in graphs
   */
  static void requireGraph(String loop, Ops tf) {
    if (tf.scope().env() instanceof EagerSession) {
      throw new IllegalArgumentException(
          loop + " needs an Ops builder of a Graph, found one of an eager session");
    }
  }

  /**
   * @throws IllegalArgumentException as {@link #requireGraph}, and inside another loop
   */
  static void requireNoLoop(String loop, Ops tf) {
    requireGraph(loop, tf);
    if (tf.scope().env() instanceof LoopEnvironment) {
      throw new IllegalArgumentException(
          loop + " cannot stand in the body of another loop; unroll it there with StaticRnn");
    }
  }

  /**
   * @throws IllegalArgumentException if the number is below 1
   */
  static void requireParallelIterations(String loop, int number) {
    if (number < 1) {
      throw new IllegalArgumentException(
          loop + " expects parallel_iterations of at least 1, found " + number);
    }
  }

  /** The name scope of a loop; as in TF1 its name may hold slashes. */
  static Ops subScope(Ops tf, String name) {
    Ops scope = tf;
    for (String part : name.split("/", -1)) {
      scope = scope.withSubScope(part);
    }
    return scope;
  }

  /** The inputs of an unrolled loop; none may be null. */
  static <T extends TFloating> List<Operand<T>> steps(
      String loop, List<? extends Operand<T>> inputs) {
    Objects.requireNonNull(inputs, "inputs");
    List<Operand<T>> steps = new ArrayList<>();
    for (Operand<T> input : inputs) {
      steps.add(Objects.requireNonNull(input, () -> loop + ": the input of a step is null"));
    }
    return steps;
  }

  /**
   * @return width of the input
   * @throws IllegalArgumentException unless the inputs are floats {@code [batch, steps, depth]} of
   *     known depth
   */
  static <T extends TFloating> long depthOfTensor(
      String loop, Operand<T> inputs, boolean timeMajor) {
    String wanted = timeMajor ? "[steps, batch, depth]" : "[batch, steps, depth]";
    return depth(loop, inputs, 3, wanted);
  }

  /** As {@link #depthOfTensor}, for one step's input {@code [batch, depth]}. */
  static <T extends TFloating> long depthOfSteps(String loop, List<? extends Operand<T>> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(loop + " needs inputs for at least one step");
    }
    long depth = depth(loop, inputs.get(0), 2, "[batch, depth]");
    for (int t = 1; t < inputs.size(); t++) {
      Shape shape = inputs.get(t).shape();
      if (!shape.isCompatibleWith(inputs.get(0).shape())) {
        throw new IllegalArgumentException(
            "%s expects all inputs of one shape, found %s at step 0 and %s at step %s"
                .formatted(loop, inputs.get(0).shape(), text(shape), t));
      }
    }
    return depth;
  }

  private static <T extends TFloating> long depth(
      String loop, Operand<T> inputs, int rank, String wanted) {
    if (!Dtypes.isFloat(inputs.asOutput().dataType())) {
      throw new IllegalArgumentException(
          "%s expects inputs of float16, float32 or float64, found %s (tensor %s); cast them first"
              .formatted(loop, Dtypes.name(inputs.asOutput().dataType()), inputs.op().name()));
    }
    Shape shape = inputs.shape();
    if (shape.isUnknown()
        || shape.numDimensions() != rank
        || shape.get(rank - 1) == Shape.UNKNOWN_SIZE) {
      throw new IllegalArgumentException(
          "%s expects inputs of shape %s with a known depth, found %s (tensor %s)"
              .formatted(loop, wanted, text(shape), inputs.op().name()));
    }
    return shape.get(rank - 1);
  }

  /**
   * @throws IllegalArgumentException if the state's batch is known and is not that of the inputs
   */
  static <T extends TFloating> void requireBatch(String loop, RNNState<T> state, long batch) {
    for (Operand<T> leaf : state.flatten()) {
      Shape shape = leaf.shape();
      boolean known = !shape.isUnknown() && shape.numDimensions() > 0;
      if (known && !Shape.of(shape.get(0)).isCompatibleWith(Shape.of(batch))) {
        throw new IllegalArgumentException(
            "%s: the inputs have a batch of %s, the initial state %s has %s"
                .formatted(loop, batch, leaf.op().name(), shape.get(0)));
      }
    }
  }

  /**
   * @throws IllegalArgumentException unless they are a vector of int32 or int64, one a sequence
   */
  static void requireLengths(String loop, Operand<? extends TIntegral> lengths, long knownBatch) {
    Class<?> type = lengths.asOutput().type();
    if (type != TInt32.class && type != TInt64.class) {
      throw new IllegalArgumentException(
          "%s expects sequence_length of int32 or int64, found %s (tensor %s)"
              .formatted(loop, lengths.asOutput().dataType(), lengths.op().name()));
    }
    if (!lengths.shape().isCompatibleWith(Shape.of(knownBatch))) {
      throw new IllegalArgumentException(
          "%s expects sequence_length of shape %s, one for each sequence, found %s (tensor %s)"
              .formatted(loop, Shape.of(knownBatch), lengths.shape(), lengths.op().name()));
    }
  }

  /**
   * Lengths as int32. At run time it is checked that there is one for each sequence. As in TF1 a
   * length may be beyond the number of steps, which ends the sequence, or below 0, which counts as
   * 0.
   *
   * @param batch scalar, of the inputs
   * @param knownBatch of the inputs, or unknown
   * @return {@code [batch]}, also where the rank of the lengths is unknown
   * @throws IllegalArgumentException unless they are a vector of int32 or int64, one a sequence
   */
  static Operand<TInt32> lengths(
      String loop,
      Ops tf,
      Operand<? extends TIntegral> lengths,
      Operand<TInt32> batch,
      long knownBatch) {
    requireLengths(loop, lengths, knownBatch);
    List<Operand<?>> message =
        List.of(
            tf.constant(loop + " expects one sequence_length for each sequence of the batch of"),
            batch,
            tf.constant("; found"),
            lengths);
    // a select would broadcast another number
    Operand<TBool> fit = tf.math.equal(tf.size(lengths), batch);
    return checked(tf, fit, message, lengths, knownBatch);
  }

  /**
   * As {@link #lengths}, with each length from 0 to the number of steps: {@code reverse_sequence}
   * needs that, in TF1 too.
   *
   * @param steps scalar, number of steps of the inputs
   */
  static Operand<TInt32> lengthsWithinSteps(
      String loop,
      Ops tf,
      Operand<? extends TIntegral> lengths,
      Operand<TInt32> steps,
      Operand<TInt32> batch,
      long knownBatch) {
    requireLengths(loop, lengths, knownBatch);
    Operand<TInt64> all = tf.reshape(tf.dtypes.cast(lengths, TInt64.class), tf.array(-1));
    Operand<TInt64> most = tf.dtypes.cast(steps, TInt64.class);
    Operand<TBool> fit =
        tf.math.logicalAnd(
            tf.math.equal(tf.size(all), batch),
            tf.math.logicalAnd(
                tf.reduceAll(tf.math.lessEqual(all, most), tf.array(0)),
                tf.reduceAll(tf.math.greaterEqual(all, tf.constant(0L)), tf.array(0))));
    List<Operand<?>> message =
        List.of(
            tf.constant(loop + " expects one sequence_length for each sequence of the batch of"),
            batch,
            tf.constant("and each from 0 to the number of steps,"),
            steps,
            tf.constant("; found"),
            lengths);
    return checked(tf, fit, message, lengths, knownBatch);
  }

  private static Operand<TInt32> checked(
      Ops tf,
      Operand<TBool> fit,
      List<Operand<?>> message,
      Operand<? extends TIntegral> lengths,
      long knownBatch) {
    Operand<TBool> all =
        lengths.shape().isUnknown()
            ? tf.math.logicalAnd(fit, tf.math.equal(tf.rank(lengths), tf.constant(1)))
            : fit;
    AssertThat check = tf.assertThat(all, message, AssertThat.summarize(MOST_LENGTHS_SHOWN));
    // An identity: TensorFlow's optimizer drops a cast to the same type, and the check with it.
    Operand<TInt32> checked =
        tf.withControlDependencies(check).identity(tf.dtypes.cast(lengths, TInt32.class));
    Shape shape = Shape.of(knownBatch);
    boolean known =
        !checked.shape().isUnknown() && (knownBatch < 0 || checked.shape().equals(shape));
    // Lengths of unknown shape would hide the shapes of outputs and states. A reshape, since from
    // EnsureShape TensorFlow's optimizer would conclude that the check holds, and drop it.
    return known ? checked : tf.reshape(checked, tf.array(knownBatch));
  }

  // Shape.toString() of an unknown shape is null.
  private static String text(Shape shape) {
    return shape.isUnknown() ? "an unknown shape" : shape.toString();
  }

  /** One size of a tensor, as a scalar. */
  static Operand<TInt32> size(Ops tf, Operand<TInt32> shape, int dimension) {
    return tf.gather(shape, tf.constant(dimension), tf.constant(0));
  }

  /** From batch-major {@code [B, T, ...]} to time-major {@code [T, B, ...]}, or back. */
  static <T extends TFloating> Operand<T> swapped(Ops tf, Operand<T> tensor) {
    return tf.linalg.transpose(tensor, tf.array(1, 0, 2));
  }

  /**
   * Ends sequences: after a sequence's length its outputs are zeros and its state stays (Python:
   * {@code _rnn_step}).
   */
  static <T extends TFloating> RNNCell.Step<T> within(
      Ops tf,
      Operand<TInt32> time,
      Operand<TInt32> lengths,
      RNNState<T> before,
      RNNCell.Step<T> step) {
    Operand<TBool> over = // [B, 1]
        tf.expandDims(tf.math.greaterEqual(time, lengths), tf.constant(1));
    Operand<T> output = tf.select(over, tf.zerosLike(step.output()), step.output());
    List<Operand<T>> old = before.flatten();
    List<Operand<T>> after = step.state().flatten();
    List<Operand<T>> kept = new ArrayList<>();
    for (int k = 0; k < after.size(); k++) {
      kept.add(tf.select(over, old.get(k), after.get(k)));
    }
    return new RNNCell.Step<>(output, step.state().pack(kept));
  }
}
