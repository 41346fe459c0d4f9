package io.github.charlstm.parity;

/**
 * Largest differences between Java and Python.
 *
 * @param values of outputs and loss, as a share of the largest number of each tensor or of 1
 * @param state of final states, likewise
 * @param gradients as a share of the largest number of each tensor, or of 0.01
 */
record Difference(double values, double state, double gradients) {
  static final Difference NONE = new Difference(0, 0, 0);

  Difference largest(Difference other) {
    return new Difference(
        Math.max(values, other.values),
        Math.max(state, other.state),
        Math.max(gradients, other.gradients));
  }
}
