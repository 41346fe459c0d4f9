package io.github.charlstm.model;

import io.github.charlstm.cell.DropoutWrapper;

/**
 * Shares of values that dropout keeps in a training step.
 *
 * @param output of a layer (Python: {@code output_keep_prob}), in (0, 1]
 * @param input of a layer (Python: {@code input_keep_prob}), in (0, 1]; for models that drop there
 */
public record KeepProbs(float output, float input) {
  /** Nothing is dropped. */
  public static final KeepProbs ALL = new KeepProbs(1, 1);

  /**
   * Checks both shares.
   *
   * @param output in (0, 1]
   * @param input in (0, 1]
   * @throws IllegalArgumentException if one is out of this range
   */
  public KeepProbs {
    DropoutWrapper.requireKeepProb("keep_prob", output);
    DropoutWrapper.requireKeepProb("input_keep_prob", input);
  }
}
