package io.github.charlstm.seq2seq;

import io.github.charlstm.graph.VariableScope;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TFloating;

/**
 * A layer with variables of its own, for instance {@link Dense} (Python: {@code tf.layers.Layer}).
 */
public interface OutputLayer {
  /** Size of the last dimension of the outputs, at least 1. */
  int units();

  /**
   * Makes the variables; a second call does nothing.
   *
   * @param scope the variables go into a child with the layer's name
   * @param dtype of variables and inputs
   * @param depth size of the inputs' last dimension
   */
  <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth);

  /**
   * Makes the variables at the first call, and applies the layer.
   *
   * @param scope the variables go into a child with the layer's name
   * @param tf builder of the operations, which may be that of a loop's body
   * @param inputs {@code [..., depth]} with a known depth
   * @return {@code [..., units]}
   */
  <T extends TFloating> Operand<T> apply(VariableScope scope, Ops tf, Operand<T> inputs);
}
