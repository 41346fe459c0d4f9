package io.github.charlstm.data;

import java.util.Objects;

/**
 * The windows a character model trains on, exactly as the book's {@code
 * generate_character_batches(data, batch_size, num_steps)} yields them, or char-rnn-tensorflow's
 * {@code TextLoader}; they differ in the {@link LastTarget}.
 *
 * <p>With N rows and T steps, the text is cut to a whole number of {@code N * T} characters and
 * laid out as N rows, each of which continues from batch to batch. Batch b holds columns {@code
 * [b*T, (b+1)*T)} of each row. Targets are the inputs one step later.
 */
public final class CharacterBatches implements TrainingBatches {
  private final LastTarget lastTarget;
  private final int batchSize;
  private final int numSteps;
  private final int size;
  private final int columns;
  private final EncodedText text;

  /** The target of the last step of a window. */
  public enum LastTarget {
    /**
     * The window's own first input: {@code y[:, :-1], y[:, -1] = x[:, 1:], x[:, 0]}, as in Deep
     * Learning by Example and the cookbook ({@code numpy.roll} of each window). It is rarely the
     * text's next character: trained on it, a model predicts every T-th character worse.
     */
    FIRST_INPUT,
    /**
     * The next symbol of the text, at its end the first: {@code y = roll(x, -1)} of the whole text,
     * as in char-rnn-tensorflow.
     */
    NEXT_CHARACTER
  }

  /** Throws an InvalidDataException if a size is below 1 or the text is shorter than one batch. */
  public CharacterBatches(EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget) {
    InvalidDataException.requirePositive("`batch_size`", batchSize);
    InvalidDataException.requirePositive("`num_steps`", numSteps);
    long charactersPerBatch = (long) batchSize * numSteps;
    if (encoded.length() < charactersPerBatch) {
      throw InvalidDataException.of(
          "the text is too short: one batch of %s x %s needs %s characters, found %s; use a"
              + " longer text or lower `batch_size` or `num_steps`",
          batchSize, numSteps, charactersPerBatch, encoded.length());
    }
    this.lastTarget = lastTarget;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    this.size = (int) (encoded.length() / charactersPerBatch);
    this.columns = size * numSteps;
    this.text = encoded;
  }

  @Override
  public int size() {
    return size;
  }

  /** As {@link #get(int)}: every epoch has the same batches in the same order. */
  @Override
  public Batch get(int epoch, int index) {
    Objects.checkIndex(epoch, Integer.MAX_VALUE);
    return get(index);
  }

  /** {@return one batch of the epoch, by its index} */
  public Batch get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "batch " + index + " does not exist: an epoch has " + size + " batches, numbered from 0");
    }
    int[] inputs = new int[batchSize * numSteps];
    int[] targets = new int[batchSize * numSteps];
    // The text as [N, size * T]; what remains is not used.
    for (int row = 0; row < batchSize; row++) {
      int from = row * columns + index * numSteps;
      int to = row * numSteps;
      text.copyTo(from, inputs, to, numSteps);
      System.arraycopy(inputs, to + 1, targets, to, numSteps - 1);
      targets[to + numSteps - 1] =
          switch (lastTarget) {
            case FIRST_INPUT -> inputs[to];
            // After the last window of the last row the text starts again.
            case NEXT_CHARACTER ->
                from + numSteps == batchSize * columns ? text.get(0) : text.get(from + numSteps);
          };
    }
    return new Batch(inputs, targets);
  }
}
