package io.github.charlstm.data;

import java.util.Arrays;

/**
 * The windows that evaluate a model on a text: a text of n symbols has n - 1 predictions (each
 * symbol but the last predicts the next), and each is counted once.
 *
 * <p>The predictions are divided among S streams, stream i having {@code [i*(n-1)/S,
 * (i+1)*(n-1)/S)}. A stream starts from a state of zeros and continues from window to window. Past
 * the end of a stream the inputs are symbol 0 and nothing is scored.
 */
public final class EvaluationBatches implements EvaluationWindows {
  private final EncodedText encoded;
  private final int streams;
  private final int numSteps;
  private final int size;

  /**
   * Divides the predictions of an encoded text among streams, with T symbols a window.
   *
   * @throws InvalidDataException if the text is too short or a size is out of range
   */
  public EvaluationBatches(EncodedText encoded, int streams, int numSteps) {
    InvalidDataException.requirePositive("number of streams", streams);
    InvalidDataException.requirePositive("`num_steps`", numSteps);
    if (encoded.length() < 2) {
      throw new InvalidDataException(
          "the text is too short to score: at least 2 characters are needed, found "
              + encoded.length());
    }
    if (streams > encoded.length() - 1) {
      throw InvalidDataException.of(
          "the text is too short for %s streams (`batch_size`): its %s characters give %s"
              + " predictions; use at most %s streams or a longer text",
          streams, encoded.length(), encoded.length() - 1, encoded.length() - 1);
    }
    if ((long) streams * numSteps > Integer.MAX_VALUE - 8) {
      throw InvalidDataException.of(
          "a window of %s x %s is too large; lower `num_steps`", streams, numSteps);
    }
    this.encoded = encoded;
    this.streams = streams;
    this.numSteps = numSteps;
    // The longest stream has the mean length, rounded up.
    long longest = (predictions() + streams - 1) / streams;
    this.size = (int) ((longest + numSteps - 1) / numSteps);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int rows() {
    return streams;
  }

  /** {@return the number of symbols less one} */
  @Override
  public long predictions() {
    return encoded.length() - 1L;
  }

  @Override
  public TrainingBatches.Batch get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "window " + index + " does not exist: there are " + size + ", numbered from 0");
    }
    int[] inputs = new int[streams * numSteps];
    int[] targets = new int[streams * numSteps];
    Arrays.fill(targets, TrainingBatches.NO_TARGET);
    for (int stream = 0; stream < streams; stream++) {
      long from = startOf(stream) + (long) index * numSteps;
      int real = (int) Math.max(0, Math.min(numSteps, startOf(stream + 1) - from));
      for (int step = 0; step < real; step++) {
        int position = stream * numSteps + step;
        inputs[position] = encoded.get((int) from + step);
        targets[position] = encoded.get((int) from + step + 1);
      }
    }
    return new TrainingBatches.Batch(inputs, targets);
  }

  private long startOf(int stream) {
    return stream * predictions() / streams;
  }
}
