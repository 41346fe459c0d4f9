package io.github.charlstm.data;

import java.util.Objects;

/**
 * A text as words with a word for the end of each line, as TF1's tutorial of language models reads
 * Penn Treebank (Python: {@code reader.py} of {@code tutorials/rnn/ptb}).
 */
final class PtbText {
  /** The word that stands for the end of a line. */
  static final String END_OF_LINE = "<eos>";

  private PtbText() {}

  /**
   * The text with {@code <eos>}, between spaces, for each newline, and a space for all other white
   * space. (Python: {@code f.read().replace("\n", "<eos>").split()}, which joins the last word of a
   * line with {@code <eos>} unless white space is between them, as there always is in Penn
   * Treebank.)
   */
  static CharacterText clean(CharacterText text) {
    CharacterText.Builder cleaned = new CharacterText.Builder();
    text.forEach(
        character -> {
          if (character == '\n') {
            (" " + END_OF_LINE + " ").chars().forEach(cleaned);
          } else {
            cleaned.accept(Characters.isWhiteSpace(character) ? ' ' : character);
          }
        });
    return cleaned.build();
  }

  /**
   * The windows of {@code ptb_producer}: with N rows, T steps and n words the text is N rows of
   * {@code n / N} words, each of which continues from batch to batch, and an epoch has {@code (n /
   * N - 1) / T} batches, rounded down. Targets are the next words of the row.
   */
  static final class Batches implements TrainingBatches {
    private final EncodedText text;
    private final int batchSize;
    private final int numSteps;
    private final int columns;

    /** An InvalidDataException if a size is below 1 or the text too short for one batch. */
    Batches(EncodedText encoded, int batchSize, int numSteps) {
      InvalidDataException.requirePositive("`batch_size`", batchSize);
      InvalidDataException.requirePositive("`num_steps`", numSteps);
      columns = encoded.length() / batchSize;
      if (columns - 1 < numSteps) {
        throw InvalidDataException.of(
            "the text is too short: one batch of %s rows of %s words and their last target needs %s"
                + " words, found %s; use a longer text or lower `batch_size` or `num_steps`",
            batchSize, numSteps, (long) batchSize * (numSteps + 1L), encoded.length());
      }
      this.text = encoded;
      this.batchSize = batchSize;
      this.numSteps = numSteps;
    }

    @Override
    public int size() {
      return (columns - 1) / numSteps;
    }

    /** Every epoch has the same batches in the same order. */
    @Override
    public Batch get(int epoch, int index) {
      Objects.checkIndex(epoch, Integer.MAX_VALUE);
      Objects.checkIndex(index, size());
      int[] inputs = new int[batchSize * numSteps];
      int[] targets = new int[batchSize * numSteps];
      for (int row = 0; row < batchSize; row++) {
        int from = row * columns + index * numSteps;
        text.copyTo(from, inputs, row * numSteps, numSteps);
        text.copyTo(from + 1, targets, row * numSteps, numSteps);
      }
      return new Batch(inputs, targets);
    }
  }
}
