package io.github.charlstm.data;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import java.util.Objects;

/**
 * The windows of the TensorFlow Machine Learning Cookbook's chapter 9, for characters and words.
 *
 * <p>With N rows, T steps and a text of n symbols there are {@code n / (N * T) + 1} batches
 * (rounded down; Python: {@code num_batches}). The text is cut into that many parts of equal
 * length, except that the first ones have one symbol more (Python: {@code np.array_split}). Each
 * part fills its batch row by row, repeated if it is too short (Python: {@code np.resize}). The
 * targets of a row are its inputs one step later, the last its first input (Python: {@code
 * np.roll(batch, -1, axis=1)}). Rows do not continue from batch to batch.
 *
 * <p>Each epoch has the batches in another order, determined by seed and epoch. Python's {@code
 * random.shuffle} gives other orders.
 */
public final class CookbookBatches implements TrainingBatches {

  private static final int MAX_BATCH = Integer.MAX_VALUE - 8;

  private final EncodedText text;
  private final int batchSize;
  private final int numSteps;
  private final int size;
  private final LastTarget lastTarget;
  private final EpochShuffle order;

  /**
   * Cuts up an encoded text.
   *
   * @param encoded at least 1 symbol, not copied
   * @param batchSize rows, N, at least 1 (Python: {@code batch_size})
   * @param numSteps symbols per row, T, at least 1; N * T at least 2 (Python: {@code
   *     training_seq_len})
   * @param lastTarget {@link LastTarget#FIRST_INPUT} is the cookbook's
   * @param seed of the parts' order
   * @throws InvalidDataException if the text is empty or a size is out of range
   */
  public CookbookBatches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
    this(encoded, batchSize, numSteps, lastTarget, EpochShuffle.shuffled(seed));
  }

  CookbookBatches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, EpochShuffle order) {
    InvalidDataException.requirePositive("`batch_size`", batchSize);
    InvalidDataException.requirePositive("`num_steps`", numSteps);
    if (encoded.length() == 0) {
      throw new InvalidDataException("the text is empty: nothing to train on");
    }
    long symbolsPerBatch = (long) batchSize * numSteps;
    // With one symbol a batch the last part would be empty.
    if (symbolsPerBatch < 2 || symbolsPerBatch > MAX_BATCH) {
      throw InvalidDataException.of(
          "a batch must have 2 to %s symbols, found %s x %s; change `batch_size` or"
              + " `num_steps`",
          MAX_BATCH, batchSize, numSteps);
    }
    this.text = encoded;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    this.size = (int) (encoded.length() / symbolsPerBatch) + 1;
    this.lastTarget = lastTarget;
    this.order = order;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Batch get(int epoch, int index) {
    Objects.checkIndex(index, size);
    return part(order.of(epoch, size)[index]);
  }

  /** The batch of one part of the text, before any shuffling. */
  Batch part(int part) {
    int longer = text.length() % size;
    int from = part * (text.length() / size) + Math.min(part, longer);
    int length = text.length() / size + (part < longer ? 1 : 0);
    int[] inputs = new int[batchSize * numSteps];
    int[] targets = new int[batchSize * numSteps];
    for (int position = 0; position < inputs.length; position++) {
      inputs[position] = text.get(from + position % length);
    }
    if (lastTarget == LastTarget.NEXT_CHARACTER) {
      for (int position = 0; position < targets.length; position++) {
        targets[position] = text.get((from + position % length + 1) % text.length());
      }
      return new Batch(inputs, targets);
    }
    for (int row = 0; row < inputs.length; row += numSteps) {
      System.arraycopy(inputs, row + 1, targets, row, numSteps - 1);
      targets[row + numSteps - 1] = inputs[row];
    }
    return new Batch(inputs, targets);
  }
}
