package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.SequenceMask;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * What a decoder attends to, and how (Python: {@code tf.contrib.seq2seq.AttentionMechanism}).
 *
 * <p>{@code keys = memory memory_layer}; from a query {@code [batch, units]} and the keys {@code
 * [batch, length, units]} a mechanism computes a score for each place of the memory, and from the
 * scores the alignments {@code [batch, length]}. Variables: {@code memory_layer/kernel}, made when
 * the mechanism is built.
 */
public abstract class AttentionMechanism {
  /** 1 at the largest score, else 0; without gradient (Python: {@code hardmax}). */
  public static final Activation HARDMAX =
      (tf, scores) ->
          tf.oneHot(
              tf.math.argMax(tf.stopGradient(scores), tf.constant(-1), TInt32.class),
              tf.gather(
                  tf.shape(scores),
                  tf.constant(scores.shape().numDimensions() - 1),
                  tf.constant(0)),
              Dtypes.constant(tf, scores.type(), 1),
              Dtypes.constant(tf, scores.type(), 0));

  private final int numUnits;
  private final Operand<? extends TFloating> values; // [batch, length, depth]
  private final Operand<? extends TFloating> keys; // [batch, length, units]
  private final Optional<Operand<TInt32>> memorySequenceLength;
  private final double scoreMaskValue;
  private final String scopeName;
  private boolean built;

  AttentionMechanism(Builder<?, ?> options, String scopeName) {
    this.numUnits = options.numUnits;
    this.memorySequenceLength = options.memorySequenceLength;
    this.scoreMaskValue = options.scoreMaskValue.orElse(Double.NEGATIVE_INFINITY);
    this.scopeName = scopeName;
    Ops tf = options.tf.withSubScope(getClass().getSimpleName());
    Operand<? extends TFloating> masked = masked(tf, options.memory);
    this.values = masked;
    this.keys = keys(options.scope, tf, masked);
  }

  private <T extends TFloating> Operand<T> masked(Ops tf, Operand<T> memory) {
    if (memorySequenceLength.isEmpty()) {
      return memory;
    }
    Operand<TInt32> length = tf.gather(tf.shape(memory), tf.constant(1), tf.constant(0));
    Operand<TBool> mask = SequenceMask.of(tf, memorySequenceLength.get(), length);
    return tf.math.mul(memory, tf.expandDims(tf.dtypes.cast(mask, memory.type()), tf.constant(2)));
  }

  private <T extends TFloating> Operand<T> keys(VariableScope scope, Ops tf, Operand<T> memory) {
    return Dense.builder(numUnits)
        .useBias(false)
        .name("memory_layer")
        .build()
        .apply(scope, tf, memory);
  }

  /** Width of the keys and of the query that scores are computed of. */
  final int numUnits() {
    return numUnits;
  }

  /** The memory, {@code [batch, length, depth]}; zeros behind the end of a sequence. */
  public final Operand<? extends TFloating> values() {
    return values;
  }

  /** Width of the memory. */
  public final int depth() {
    return Math.toIntExact(values.shape().get(2));
  }

  /** Length of the memory, or -1 if it is known only at run time. */
  public final int alignmentsSize() {
    return Math.toIntExact(values.shape().get(1));
  }

  /** Batch of the memory, or -1 if it is known only at run time. */
  final long knownBatch() {
    return values.shape().get(0);
  }

  final <T extends TFloating> Operand<T> values(Class<T> dtype) {
    return Dtypes.as(values, dtype);
  }

  final <T extends TFloating> Operand<T> keys(Class<T> dtype) {
    return Dtypes.as(keys, dtype);
  }

  /** Alignments before the first step, {@code [batch, length]}; zeros but for monotonic ones. */
  <T extends TFloating> Operand<T> initialAlignments(
      Ops tf, Operand<TInt32> batch, Class<T> dtype) {
    Operand<TInt32> length = length(tf);
    return tf.fill(tf.stack(List.of(batch, length)), Dtypes.constant(tf, dtype, 0));
  }

  final Operand<TInt32> length(Ops tf) {
    int known = alignmentsSize();
    return known >= 0
        ? tf.constant(known)
        : tf.gather(tf.shape(values), tf.constant(1), tf.constant(0));
  }

  /** Makes the variables at the first call, in a child of the wrapper's scope. */
  final <T extends TFloating> void build(VariableScope wrapper, Class<T> dtype, int queryDepth) {
    if (!built) {
      makeVariables(wrapper.defaultChild(scopeName), dtype, queryDepth);
      built = true;
    }
  }

  abstract <T extends TFloating> void makeVariables(
      VariableScope own, Class<T> dtype, int queryDepth);

  /** Scores {@code [batch, length]} of a query {@code [batch, queryDepth]}. */
  abstract <T extends TFloating> Operand<T> score(Ops tf, Operand<T> query);

  /**
   * Alignments from scores.
   *
   * @param previous alignments of the step before
   */
  abstract <T extends TFloating> Operand<T> probabilities(
      VariableScope variables, Ops tf, Operand<T> scores, Operand<T> previous);

  final <T extends TFloating> Operand<T> align(
      VariableScope variables, Ops tf, Operand<T> query, Operand<T> previous) {
    return probabilities(variables, tf, maskedScores(tf, score(tf, query)), previous);
  }

  private <T extends TFloating> Operand<T> maskedScores(Ops tf, Operand<T> scores) {
    if (memorySequenceLength.isEmpty()) {
      return scores;
    }
    Operand<TInt32> lengths = memorySequenceLength.get();
    AssertThat positive =
        tf.assertThat(
            tf.reduceAll(tf.math.greater(lengths, tf.constant(0)), tf.array(0)),
            List.of(
                tf.constant("all values in memory_sequence_length must be above 0, found"),
                lengths));
    Ops checked = tf.withControlDependencies(positive);
    Operand<TInt32> length = tf.gather(tf.shape(scores), tf.constant(1), tf.constant(0));
    Operand<TBool> mask = SequenceMask.of(checked, checked.identity(lengths), length);
    return tf.select(mask, scores, Dtypes.constant(tf, scores.type(), scoreMaskValue));
  }

  /**
   * {@code [batch, 1, a] times [batch, a, b]}, or with the second one transposed, to [batch, b].
   */
  static <T extends TFloating> Operand<T> rowTimes(
      Ops tf, Operand<T> rows, Operand<T> matrices, boolean transposed) {
    Operand<T> product =
        tf.train.batchMatMul(
            tf.expandDims(rows, tf.constant(1)),
            matrices,
            rows.type(),
            BatchMatMul.adjY(transposed));
    return tf.squeeze(product, Squeeze.axis(List.of(1L)));
  }

  /** Options of all mechanisms. */
  abstract static class Builder<M extends AttentionMechanism, B extends Builder<M, B>> {
    private final Ops tf;
    private final VariableScope scope;
    private final int numUnits;
    private final Operand<? extends TFloating> memory;
    private Optional<Operand<TInt32>> memorySequenceLength = Optional.empty();
    private OptionalDouble scoreMaskValue = OptionalDouble.empty();

    Builder(Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
      this.tf = Objects.requireNonNull(tf, "tf");
      this.scope = Objects.requireNonNull(scope, "scope");
      this.memory = Objects.requireNonNull(memory, "memory");
      this.numUnits = numUnits;
      if (numUnits < 1) {
        throw new IllegalArgumentException("attention needs at least 1 unit, found " + numUnits);
      }
      Shape shape = memory.shape();
      if (shape.isUnknown() || shape.numDimensions() != 3 || shape.get(2) < 0) {
        throw new IllegalArgumentException(
            "attention expects a memory of shape [batch, length, depth] with a known depth, found %s (tensor %s)"
                .formatted(shape.isUnknown() ? "an unknown shape" : shape, memory.op().name()));
      }
    }

    @SuppressWarnings("unchecked") // B is the class of this object
    final B self() {
      return (B) this;
    }

    /**
     * Length of each sequence of the memory, {@code [batch]}, above 0; by default all of it counts.
     * Places behind it are zeros, and their scores are masked.
     */
    public B memorySequenceLength(Operand<TInt32> lengths) {
      if (lengths.shape().isUnknown() || lengths.shape().numDimensions() != 1) {
        throw new IllegalArgumentException(
            "attention expects memory_sequence_length of shape [batch], found "
                + (lengths.shape().isUnknown() ? "an unknown shape" : lengths.shape()));
      }
      this.memorySequenceLength = Optional.of(lengths);
      return self();
    }

    /** Score of the places behind the end of a sequence; minus infinity by default. */
    public B scoreMaskValue(double value) {
      this.scoreMaskValue = OptionalDouble.of(value);
      return self();
    }

    /**
     * Builds the mechanism and its keys.
     *
     * @return a new mechanism, with a memory layer of its own, at each call
     */
    public abstract M build();
  }

  /** Options of the mechanisms that are not monotonic. */
  abstract static class SoftBuilder<M extends AttentionMechanism, B extends SoftBuilder<M, B>>
      extends Builder<M, B> {
    Activation probability = (tf, scores) -> tf.nn.softmax(scores);

    SoftBuilder(Ops tf, VariableScope scope, int numUnits, Operand<? extends TFloating> memory) {
      super(tf, scope, numUnits, memory);
    }

    /** From scores {@code [batch, length]} to alignments; softmax by default. */
    public B probabilityFn(Activation function) {
      this.probability = Objects.requireNonNull(function, "function");
      return self();
    }
  }
}
