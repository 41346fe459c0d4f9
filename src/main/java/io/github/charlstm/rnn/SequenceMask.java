package io.github.charlstm.rnn;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TIntegral;
import org.tensorflow.types.family.TNumber;

/** Masks of the steps that sequences have (Python: {@code tf.sequence_mask}). */
public final class SequenceMask {
  private SequenceMask() {}

  /**
   * {@code mask[..., t] = t < lengths[...]}, as wide as the longest sequence.
   *
   * @param lengths int32 or int64, of any shape
   * @return of the shape of the lengths and one more dimension
   */
  public static <T extends TIntegral & TNumber> Operand<TBool> of(Ops tf, Operand<T> lengths) {
    Ops scope = tf.withSubScope("SequenceMask");
    Operand<TInt64> wide = scope.dtypes.cast(lengths, TInt64.class);
    Operand<TInt64> longest = scope.max(scope.reshape(wide, scope.array(-1)), scope.array(0));
    return mask(scope, wide, scope.math.maximum(scope.constant(0L), longest));
  }

  /**
   * {@code mask[..., t] = t < lengths[...]} for t = 0 .. maxlen - 1.
   *
   * @param lengths int32 or int64, of any shape; a length may be above {@code maxlen} or below 0
   * @param maxlen scalar, 0 or more
   * @return of the shape of the lengths and one more dimension
   */
  public static <T extends TIntegral & TNumber> Operand<TBool> of(
      Ops tf, Operand<T> lengths, Operand<TInt32> maxlen) {
    if (!maxlen.shape().isUnknown() && maxlen.shape().numDimensions() != 0) {
      throw new IllegalArgumentException(
          "sequence_mask needs a scalar maxlen, found shape " + maxlen.shape());
    }
    Ops scope = tf.withSubScope("SequenceMask");
    return mask(
        scope, scope.dtypes.cast(lengths, TInt64.class), scope.dtypes.cast(maxlen, TInt64.class));
  }

  private static Operand<TBool> mask(Ops tf, Operand<TInt64> lengths, Operand<TInt64> maxlen) {
    Operand<TInt64> steps = tf.range(tf.constant(0L), maxlen, tf.constant(1L)); // [maxlen]
    return tf.math.less(steps, tf.expandDims(lengths, tf.constant(-1)));
  }
}
