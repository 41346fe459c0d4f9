package io.github.charlstm.graph;

import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * Where the operations of a loop's body go: they are built once and run at each step.
 *
 * <p>{@code tf.scope().env()} is one of these inside a body. Code that must differ from step to
 * step, for instance a random mask that is keyed by its place, asks it for {@link #time}.
 */
public interface LoopEnvironment extends ExecutionEnvironment {
  /** {@return number of the step, from 0; a scalar of the body} */
  Operand<TInt32> time();

  /** {@return a builder at the root of the graph that the loop itself lies in} */
  Ops outside();

  /**
   * {@return the number of operations of one step so far; those of its gradient are not counted}
   */
  int operations();
}
