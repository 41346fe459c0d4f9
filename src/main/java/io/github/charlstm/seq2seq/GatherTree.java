package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.loop.DynamicLoop;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/** Whole beams from the steps of a beam search (Python: {@code tf.contrib.seq2seq.gather_tree}). */
public final class GatherTree {
  private GatherTree() {}

  /**
   * Follows each beam from its last step to its first. Behind its first end token, and behind the
   * longest beam of a sequence, a beam holds end tokens.
   *
   * @param stepIds symbols, {@code [steps, batch, beams]} with a known number of beams
   * @param parentIds beam of the step before that each beam continues, of the same shape
   * @param maxSequenceLengths steps of the longest beam, {@code [batch]}
   * @param endToken scalar
   * @return symbols, {@code [steps, batch, beams]}
   */
  public static Operand<TInt32> of(
      Ops tf,
      Operand<TInt32> stepIds,
      Operand<TInt32> parentIds,
      Operand<TInt32> maxSequenceLengths,
      Operand<TInt32> endToken) {
    Ops scope = tf.withSubScope("GatherTree");
    Operand<TInt32> sizes = scope.shape(stepIds);
    Operand<TInt32> steps = size(scope, sizes, 0);
    Operand<TInt32> batch = size(scope, sizes, 1);
    int beams = Math.toIntExact(stepIds.shape().get(2));
    Operand<TInt32> own = ownBeams(scope, batch, beams);
    Operand<TInt32> last = scope.math.minimum(steps, maxSequenceLengths); // [batch]
    DynamicLoop loop =
        DynamicLoop.of(
            scope,
            batch,
            scope.math.lessEqual(steps, scope.constant(0)),
            List.of(),
            List.of(own),
            (body, rows, carried) -> {
              Operand<TInt32> time = ((LoopEnvironment) body.scope().env()).time();
              Operand<TInt32> level = // from the last step to the first
                  body.math.sub(body.math.sub(steps, body.constant(1)), time);
              @SuppressWarnings("unchecked") // as it began
              Operand<TInt32> beam = (Operand<TInt32>) carried.get(0);
              Operand<TInt32> ids = followed(body, stepIds, level, beam);
              Operand<TInt32> parents = followed(body, parentIds, level, beam);
              Operand<TBool> within =
                  body.expandDims(body.math.less(level, last), body.constant(1));
              return new DynamicLoop.Result(
                  body.math.lessEqual(level, body.constant(0)),
                  List.of(body.select(within, parents, beam)),
                  List.of(body.select(within, ids, body.fill(body.shape(ids), endToken))));
            },
            false);
    @SuppressWarnings("unchecked") // as the step gave it
    Operand<TInt32> backwards = (Operand<TInt32>) loop.outputs().get(0);
    Operand<TInt32> tree = scope.reverse(backwards, scope.array(0));
    Operand<TInt32> ends = scope.dtypes.cast(scope.math.equal(tree, endToken), TInt32.class);
    Operand<TBool> over = // an end token stands before
        scope.math.greater(
            scope.math.cumsum(ends, scope.constant(0), Cumsum.exclusive(true)), scope.constant(0));
    return scope.select(over, scope.fill(scope.shape(tree), endToken), tree);
  }

  private static Operand<TInt32> size(Ops tf, Operand<TInt32> sizes, int dimension) {
    return tf.gather(sizes, tf.constant(dimension), tf.constant(0));
  }

  // [batch, beams]: each beam's own number
  private static Operand<TInt32> ownBeams(Ops tf, Operand<TInt32> batch, int beams) {
    Operand<TInt32> numbers = tf.range(tf.constant(0), tf.constant(beams), tf.constant(1));
    return tf.tile(
        tf.expandDims(numbers, tf.constant(0)), tf.stack(List.of(batch, tf.constant(1))));
  }

  private static Operand<TInt32> followed(
      Ops tf, Operand<TInt32> all, Operand<TInt32> level, Operand<TInt32> beam) {
    return beams(tf, tf.gather(all, level, tf.constant(0)), beam);
  }

  /**
   * Entries of some beams.
   *
   * @param tensor {@code [batch, beams, ...]}
   * @param beam {@code [batch, n]}
   * @return {@code [batch, n, ...]}
   */
  static <T extends TType> Operand<T> beams(Ops tf, Operand<T> tensor, Operand<TInt32> beam) {
    return tf.gather(tensor, beam, tf.constant(1), Gather.batchDims(1L));
  }

  /**
   * Puts tensors of the steps of a beam search into the order of the whole beams (Python: {@code
   * gather_tree_from_array}).
   *
   * @param history {@code [steps, batch, beams, ...]}
   * @param parentIds {@code [steps, batch, beams]} with a known number of beams
   * @param lengths steps of each beam, {@code [batch, beams]}
   */
  static <T extends TFloating> Operand<T> reordered(
      Ops tf, Operand<T> history, Operand<TInt32> parentIds, Operand<TInt32> lengths) {
    Operand<TInt32> sizes = tf.shape(parentIds);
    Operand<TInt32> steps = size(tf, sizes, 0);
    Operand<TInt32> batch = size(tf, sizes, 1);
    int beams = Math.toIntExact(parentIds.shape().get(2));
    Operand<TInt32> own = // [steps, batch, beams]
        tf.tile(
            tf.expandDims(ownBeams(tf, batch, beams), tf.constant(0)),
            tf.stack(List.of(steps, tf.constant(1), tf.constant(1))));
    Operand<TInt32> sorted =
        of(tf, own, parentIds, tf.max(lengths, tf.array(1)), tf.constant(beams + 1));
    Operand<TInt32> times =
        tf.reshape(tf.range(tf.constant(0), steps, tf.constant(1)), tf.array(-1, 1, 1));
    Operand<TBool> within = tf.math.less(times, lengths);
    Operand<TInt32> beam = tf.select(within, sorted, own);
    return tf.gather(history, beam, tf.constant(2), Gather.batchDims(2L));
  }
}
