package io.github.charlstm.loop;

import org.tensorflow.Operand;
import org.tensorflow.Output;

/**
 * One variable of a while loop, seen from the body.
 *
 * @param before placeholder for the value at the start of a step
 * @param after its value at the end; the placeholder itself where a step changes nothing
 */
record LoopVariable(Output<?> before, Output<?> after) {

  static LoopVariable of(Operand<?> before, Operand<?> after) {
    return new LoopVariable(before.asOutput(), after.asOutput());
  }

  static LoopVariable unchanged(Operand<?> value) {
    return of(value, value);
  }
}
