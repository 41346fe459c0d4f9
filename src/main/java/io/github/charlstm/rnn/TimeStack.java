package io.github.charlstm.rnn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.family.TFloating;

/**
 * Stacks the outputs of all steps, batch-major (Python: {@code tf.stack(outputs, axis=1)}).
 *
 * <p>It stacks a few at a time. TensorFlow's builder of gradients visits more than eight inputs of
 * an operation in the order of their memory addresses, and sums the gradients of shared variables
 * in that order: after one operation over all steps the last bits of a training run would differ
 * from process to process.
 */
public final class TimeStack {
  private static final int MOST_INPUTS = 4;

  private TimeStack() {}

  /**
   * Stacks outputs.
   *
   * @param outputs one for each step, {@code [batch, units]}; at least one
   * @return {@code [batch, steps, units]}
   * @throws IllegalArgumentException if there are none
   */
  public static <T extends TFloating> Operand<T> of(Ops tf, List<? extends Operand<T>> outputs) {
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("there are no outputs to stack");
    }
    List<Operand<T>> parts = new ArrayList<>();
    for (List<? extends Operand<T>> few : groups(outputs)) {
      parts.add(tf.stack(List.copyOf(few), Stack.axis(1L))); // [B, 4, U]
    }
    while (parts.size() > 1) {
      List<Operand<T>> joined = new ArrayList<>();
      for (List<Operand<T>> few : groups(parts)) {
        joined.add(few.size() == 1 ? few.get(0) : tf.concat(few, tf.constant(1)));
      }
      parts = joined;
    }
    return parts.get(0);
  }

  private static <E> List<List<E>> groups(List<E> all) {
    List<List<E>> groups = new ArrayList<>();
    for (int from = 0; from < all.size(); from += MOST_INPUTS) {
      groups.add(all.subList(from, Math.min(from + MOST_INPUTS, all.size())));
    }
    return groups;
  }
}
