package io.github.charlstm.model;

/**
 * How much memory a training step takes at least. What grows with the vocabulary is counted: one
 * row of V numbers for each of the N * T positions in the targets, the logits and their gradient,
 * and in the inputs of models that read one-hot rows; and the kernels that are as wide, with their
 * gradients and Adam's two slots. A Chinese vocabulary in the book's batches of 100 x 100 can want
 * more than a machine has, and then the system would end the process without a word.
 */
public final class StepMemory {
  private static final int COPIES_OF_A_VARIABLE = 4;
  private static final int BYTES = 4;
  private static final int LSTM_GATES = 4;

  private StepMemory() {}

  /**
   * {@return a lower bound in bytes}
   *
   * @param settings of the model
   * @param batchSize N
   * @param numSteps T
   */
  public static double leastBytes(ModelSettings settings, int batchSize, int numSteps) {
    boolean oneHot = settings instanceof CharLstmSettings;
    double vocabulary = settings.vocabularySize();
    double rows = (oneHot ? 4.0 : 3.0) * batchSize * numSteps * vocabulary;
    double kernels = vocabulary * settings.units() * (oneHot ? LSTM_GATES + 1 : 2);
    return BYTES * (rows + COPIES_OF_A_VARIABLE * kernels);
  }
}
