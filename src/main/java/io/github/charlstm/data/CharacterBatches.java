package io.github.charlstm.data;

import java.util.Objects;

/**
 * The windows a character model trains on, exactly as the book's {@code
 * generate_character_batches(data, batch_size, num_steps)} yields them, or char-rnn-tensorflow's
 * {@code TextLoader}: see {@link LastTarget}.
 *
 * <p>With N rows and T steps, the text is cut to a whole number of {@code N * T} characters and
 * laid out as N rows that run on from batch to batch. Batch b holds columns {@code [b*T, (b+1)*T)}
 * of each row. Targets are the inputs one step later, but the last target of a window is that
 * window's first input: {@code y[:, :-1], y[:, -1] = x[:, 1:], x[:, 0]}.
 */
public final class CharacterBatches implements TrainingBatches {

  private final LastTarget lastTarget;
  private final int batchSize;
  private final int numSteps;
  private final int size;
  private final int columns;
  private final EncodedText text;

  /**
   * One batch, arrays of shape {@code [batchSize, numSteps]} in row-major order.
   *
   * @param batchSize rows, N
   * @param numSteps columns, T
   * @param inputs symbol numbers, N * T of them
   * @param targets the symbol to predict at each input
   */
  public record Batch(int batchSize, int numSteps, int[] inputs, int[] targets) {
    /**
     * Checks that both arrays have the shape.
     *
     * @param batchSize at least 1
     * @param numSteps at least 1
     * @param inputs as many as rows times columns
     * @param targets as many
     * @throws IllegalArgumentException if a size is below 1 or an array has another length
     */
    public Batch {
      Sizes.requirePositive("batchSize", batchSize);
      Sizes.requirePositive("numSteps", numSteps);
      Sizes.requireShape("inputs", inputs.length, batchSize, numSteps);
      Sizes.requireShape("targets", targets.length, batchSize, numSteps);
    }
  }

  /**
   * Lays out an encoded text.
   *
   * @param encoded symbol numbers, copied
   * @param batchSize rows, N, at least 1
   * @param numSteps characters a row in one batch, T, at least 1
   * @throws InvalidDataException if a size is below 1 or the text is shorter than one batch
   */
  public CharacterBatches(int[] encoded, int batchSize, int numSteps) {
    this(EncodedText.of(encoded), batchSize, numSteps, LastTarget.FIRST_INPUT);
  }

  /**
   * As {@link #CharacterBatches(int[], int, int)}, of a text that may be long, with a choice of the
   * last target.
   *
   * @param encoded kept as it is
   * @param batchSize rows, N, at least 1
   * @param numSteps characters a row in one batch, T, at least 1
   * @param lastTarget what the last step of a window is to predict
   * @throws InvalidDataException if a size is below 1 or the text is shorter than one batch
   */
  public CharacterBatches(EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget) {
    Sizes.requirePositive("batch size (--batch-size)", batchSize);
    Sizes.requirePositive("number of steps (--num-steps)", numSteps);
    long charactersPerBatch = (long) batchSize * numSteps;
    if (encoded.length() < charactersPerBatch) {
      throw new InvalidDataException(
          String.format(
              "the text is too short: one batch of %s x %s needs %s characters, found %s; use a"
                  + " longer text or lower --batch-size or --num-steps",
              batchSize, numSteps, charactersPerBatch, encoded.length()));
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

  /**
   * One batch of the epoch.
   *
   * @param index from 0, less than {@link #size()}
   * @return a new batch
   * @throws IndexOutOfBoundsException if there is no such batch
   */
  public Batch get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "batch " + index + " does not exist: an epoch has " + size + " batches, from 0");
    }
    int[] inputs = new int[batchSize * numSteps];
    int[] targets = new int[batchSize * numSteps];
    // The text is [N, size * T] and a rest.
    for (int row = 0; row < batchSize; row++) {
      int from = row * columns + index * numSteps;
      int to = row * numSteps;
      text.copyTo(from, inputs, to, numSteps);
      System.arraycopy(inputs, to + 1, targets, to, numSteps - 1);
      targets[to + numSteps - 1] =
          switch (lastTarget) {
            case FIRST_INPUT -> inputs[to];
            // Behind the last row's last window comes the text's beginning.
            case NEXT_CHARACTER ->
                from + numSteps == batchSize * columns ? text.get(0) : text.get(from + numSteps);
          };
    }
    return new Batch(batchSize, numSteps, inputs, targets);
  }
}
