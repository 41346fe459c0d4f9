package io.github.charlstm.model;

import io.github.charlstm.cell.DropoutWrapper;

/**
 * The shares of values that dropout keeps in a step, each in (0, 1].
 *
 * @param output of each layer's outputs (Python: {@code output_keep_prob})
 * @param input of inputs: of the embedding's rows, or of each layer's, as the model says
 * @param recurrent of the state h between two steps
 * @param weight of the recurrent weights
 */
public record KeepProbs(float output, float input, float recurrent, float weight) {
  /** Nothing is dropped. */
  public static final KeepProbs ALL = new KeepProbs(1, 1);

  public KeepProbs {
    DropoutWrapper.requireKeepProb("keep_prob", output);
    DropoutWrapper.requireKeepProb("input_keep_prob", input);
    DropoutWrapper.requireKeepProb("recurrent_keep_prob", recurrent);
    DropoutWrapper.requireKeepProb("weight_keep_prob", weight);
  }

  /** Keeps all of the state and of the weights. */
  public KeepProbs(float output, float input) {
    this(output, input, 1, 1);
  }

  /** {@return whether a number is in (0, 1]} */
  public static boolean isShare(double value) {
    return DropoutWrapper.isKeepProb(value);
  }
}
