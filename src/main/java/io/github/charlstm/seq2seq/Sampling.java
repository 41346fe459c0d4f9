package io.github.charlstm.seq2seq;

import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.Multinomial;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** Choices of symbols, with the numbers of Python's. */
final class Sampling {
  private Sampling() {}

  /** The first largest of each row, {@code [batch]}. */
  static <T extends TFloating> Operand<TInt32> argMax(Ops tf, Operand<T> logits) {
    return tf.math.argMax(logits, tf.constant(-1), TInt32.class);
  }

  /** One symbol of each row, drawn with its probability (Python: {@code categorical_sample}). */
  static <T extends TFloating> Operand<TInt32> categorical(
      Ops tf, VariableScope variables, Operand<T> logits, OptionalLong seed) {
    RandomSeeds.Pair seeds = variables.randomSeeds().pair(tf, seed);
    Operand<TInt32> drawn = // [batch, 1]
        tf.random.multinomial(
            tf.stopGradient(logits),
            tf.constant(1),
            TInt32.class,
            Multinomial.seed(seeds.seed()),
            Multinomial.seed2(seeds.seed2()));
    return tf.reshape(drawn, tf.array(-1));
  }

  /** True with a probability, {@code [batch]} (Python: {@code bernoulli_sample}). */
  static <T extends TFloating> Operand<TBool> bernoulli(
      Ops tf,
      VariableScope variables,
      Operand<T> probability,
      Operand<TInt32> batch,
      OptionalLong seed) {
    Operand<TInt32> shape = tf.reshape(batch, tf.array(1));
    Operand<T> uniform =
        Dtypes.as(
            RandomSource.stream(variables.randomSeeds()).draw(tf, shape, probability.type(), seed),
            probability.type());
    return tf.math.less(uniform, probability);
  }

  /** Rows of one tensor where a mask is true, of another where it is false. */
  static <T extends TFloating> Operand<T> rows(
      Ops tf, Operand<TBool> mask, Operand<T> where, Operand<T> elsewhere) {
    return tf.select(tf.expandDims(mask, tf.constant(1)), where, elsewhere);
  }
}
