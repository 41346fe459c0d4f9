package io.github.charlstm.graph;

import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * The graph of a loop's body: its operations are built once and run at each step.
 *
 * <p>{@code tf.scope().env()} is one of these inside a body. Operations that differ from step to
 * step, such as stateless random ones, use {@link #time}.
 */
public interface LoopEnvironment extends ExecutionEnvironment {
  /** {@return number of the step, from 0; a scalar of the body} */
  Operand<TInt32> time();

  /** {@return a builder at the root of the graph around the loop} */
  Ops outside();

  /**
   * {@return the number of operations of one step so far; those of its gradient are not counted}
   */
  int operations();
}
