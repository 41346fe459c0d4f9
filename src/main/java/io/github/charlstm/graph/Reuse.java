package io.github.charlstm.graph;

/**
 * What {@code get_variable} does if the variable exists (Python: the argument {@code reuse} of
 * {@code tf.variable_scope}).
 */
public enum Reuse {
  /** It must be new; it is an error if it exists. TF1's default. */
  FALSE,
  /** It must exist; it is an error if it does not. */
  TRUE,
  /** It is made if it does not exist (Python: {@code tf.AUTO_REUSE}). */
  AUTO_REUSE
}
