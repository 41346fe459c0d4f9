package io.github.charlstm.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TNumber;

/**
 * A tensor given by some of its rows; all others are 0 (Python: {@code tf.IndexedSlices}). Rows of
 * equal index are added. {@link Optimizer#computeGradients} returns one for a variable that only
 * {@code tf.gather} along dimension 0 reads, and {@link Optimizer#applyGradients} updates those
 * rows alone.
 *
 * <p>Used as an operand it is the dense tensor of shape {@link #denseShape} (Python: {@code
 * tf.convert_to_tensor}), whose operations are added to the graph at the first such use.
 */
public final class IndexedSlices<T extends TFloating> implements Operand<T> {
  private final Operand<T> values;
  private final Operand<? extends TNumber> indices;
  private final Shape denseShape;
  private Output<T> dense;

  /**
   * Rows of a tensor {@code [d0, d1, ...]}.
   *
   * @param values {@code [n, d1, ...]}
   * @param indices {@code [n]}, int32 or int64, from 0 to d0 - 1; duplicates are allowed
   * @param denseShape {@code [d0, d1, ...]}, fully known
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public IndexedSlices(Operand<T> values, Operand<? extends TNumber> indices, Shape denseShape) {
    this.values = Objects.requireNonNull(values, "values");
    this.indices = Objects.requireNonNull(indices, "indices");
    this.denseShape = Objects.requireNonNull(denseShape, "denseShape");
    if (denseShape.isUnknown()
        || denseShape.hasUnknownDimension()
        || denseShape.numDimensions() == 0) {
      throw new IllegalArgumentException(
          "IndexedSlices need a fully known dense_shape of rank 1 or more, found " + denseShape);
    }
    Shape expected = Shape.of(Shape.UNKNOWN_SIZE).append(denseShape.tail());
    if (!values.shape().isCompatibleWith(expected)) {
      throw new IllegalArgumentException(
          "IndexedSlices of dense_shape %s need values of shape %s, found %s"
              .formatted(denseShape, expected, values.shape()));
    }
    if (!indices.shape().isCompatibleWith(values.shape().take(1))) {
      throw new IllegalArgumentException(
          "IndexedSlices need one index for each row of values %s, found indices of shape %s"
              .formatted(values.shape(), indices.shape()));
    }
  }

  /** {@return the rows, {@code [n, d1, ...]}} */
  public Operand<T> values() {
    return values;
  }

  /** {@return which row of the tensor each row of the values is, {@code [n]}} */
  public Operand<? extends TNumber> indices() {
    return indices;
  }

  /** {@return the shape of the whole tensor} */
  public Shape denseShape() {
    return denseShape;
  }

  /** {@return other values at the same indices} */
  IndexedSlices<T> withValues(Operand<T> other) {
    return new IndexedSlices<>(other, indices, denseShape);
  }

  /** {@return what a tensor's norm is computed of: the values of IndexedSlices, or the tensor} */
  static <T extends TFloating> Operand<T> valuesOf(Operand<T> tensor) {
    return tensor instanceof IndexedSlices<T> slices ? slices.values : tensor;
  }

  /** The gradient by a table, from the gradient by the rows that were looked up. */
  static <T extends TFloating> IndexedSlices<T> ofLookUp(
      Ops tf, Operand<T> rows, Operand<? extends TNumber> indices, Shape denseShape) {
    long[] shape = denseShape.asArray();
    shape[0] = -1;
    return new IndexedSlices<>(
        tf.reshape(rows, tf.array(shape)), tf.reshape(indices, tf.array(-1)), denseShape);
  }

  /** The sum of slices of one shape: all their rows. Indices of mixed types become int64. */
  static <T extends TFloating> IndexedSlices<T> concat(Ops tf, List<IndexedSlices<T>> parts) {
    IndexedSlices<T> first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    boolean sameType = parts.stream().allMatch(part -> part.indices.type() == first.indices.type());
    List<Operand<T>> values = new ArrayList<>();
    List<Operand<TNumber>> indices = new ArrayList<>();
    for (IndexedSlices<T> part : parts) {
      values.add(part.values);
      @SuppressWarnings("unchecked") // all have one type
      Operand<TNumber> index =
          (Operand<TNumber>) (sameType ? part.indices : tf.dtypes.cast(part.indices, TInt64.class));
      indices.add(index);
    }
    return new IndexedSlices<>(
        tf.concat(values, tf.constant(0)), tf.concat(indices, tf.constant(0)), first.denseShape);
  }

  /** Adds up the rows of equal index (TF1: {@code _deduplicate_indexed_slices}). */
  IndexedSlices<T> deduplicated(Ops tf) {
    var unique = tf.unique(indices, tf.array(0));
    Operand<T> sums =
        tf.math.unsortedSegmentSum(
            values, unique.idx(), tf.gather(tf.shape(unique.y()), tf.constant(0), tf.constant(0)));
    return new IndexedSlices<>(sums, unique.y(), denseShape);
  }

  @Override
  public synchronized Output<T> asOutput() {
    if (dense == null) {
      Ops tf = Ops.create(values.asOutput().op().env());
      dense =
          tf.math
              .unsortedSegmentSum(values, indices, tf.constant(Math.toIntExact(denseShape.get(0))))
              .asOutput();
    }
    return dense;
  }

  @Override
  public Operation op() {
    return asOutput().op();
  }

  @Override
  public Class<T> type() {
    return values.type();
  }

  @Override
  public Shape shape() {
    return denseShape;
  }
}
