package io.github.charlstm.seq2seq;

import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/** From symbols to inputs (Python: a callable {@code embedding}). */
@FunctionalInterface
public interface Embedding<T extends TFloating> {
  /**
   * Adds the operations.
   *
   * @param ids {@code [batch]}, or {@code [batch, beams]}
   * @return {@code [batch, depth]}, or {@code [batch, beams, depth]}, with a known depth
   */
  Operand<T> lookUp(Ops tf, Operand<TInt32> ids);

  /** Rows of a table {@code [symbols, depth]} (Python: {@code tf.nn.embedding_lookup}). */
  static <T extends TFloating> Embedding<T> of(Operand<T> table) {
    Objects.requireNonNull(table, "table");
    return (tf, ids) -> tf.gather(table, ids, tf.constant(0));
  }
}
