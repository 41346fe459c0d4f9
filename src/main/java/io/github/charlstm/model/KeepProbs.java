package io.github.charlstm.model;

import io.github.charlstm.cell.DropoutWrapper;

/** The shares of a layer's outputs and inputs that dropout keeps in a step, both in (0, 1]. */
public record KeepProbs(float output, float input) {
  /** Nothing is dropped. */
  public static final KeepProbs ALL = new KeepProbs(1, 1);

  public KeepProbs {
    DropoutWrapper.requireKeepProb("keep_prob", output);
    DropoutWrapper.requireKeepProb("input_keep_prob", input);
  }

  /** {@return whether a number is in (0, 1]} */
  public static boolean isShare(double value) {
    return DropoutWrapper.isKeepProb(value);
  }
}
