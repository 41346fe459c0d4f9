package io.github.charlstm.data;

import io.github.charlstm.data.CharacterBatches.LastTarget;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntConsumer;

/** How a text is cleaned, numbered and cut into batches before a model trains on it. */
public enum TextPreparation {
  /** Every character of the text, unchanged, is a symbol. */
  CHARACTERS,
  /** The TensorFlow Machine Learning Cookbook's characters, cleaned, and the unknown. */
  COOKBOOK_CHARACTERS,
  /** The cookbook's words, cleaned, that occur more than five times, and the unknown. */
  COOKBOOK_WORDS,
  /**
   * Words between white space, and {@code <eos>} for each end of a line, as TF1's {@code
   * ptb_word_lm.py} has them.
   */
  PTB_WORDS;

  /** The cookbook's {@code min_word_freq}. */
  private static final int MIN_WORD_FREQ = 5;

  /** {@return the same text, or a cleaned copy; of a {@link ShakespeareEdition} its works} */
  public CharacterText clean(CharacterText text) {
    return switch (this) {
      case CHARACTERS -> text;
      case COOKBOOK_CHARACTERS, COOKBOOK_WORDS ->
          CookbookText.clean(ShakespeareEdition.works(text));
      case PTB_WORDS -> PtbText.clean(text);
    };
  }

  /** As {@link #clean(CharacterText)}, for a short text. */
  public String clean(String text) {
    return this == CHARACTERS ? text : clean(CharacterText.of(text)).toString();
  }

  /** {@return {@code character} or {@code word}, whichever a symbol is} */
  public String unit() {
    return this == COOKBOOK_WORDS || this == PTB_WORDS ? "word" : "character";
  }

  /** {@return the vocabulary of a cleaned text; an InvalidDataException if it has no symbol} */
  public Vocabulary vocabulary(CharacterText cleaned) {
    return switch (this) {
      case CHARACTERS -> Vocabulary.of(cleaned);
      case COOKBOOK_CHARACTERS -> Vocabulary.withUnknown(cleaned);
      case COOKBOOK_WORDS -> Vocabulary.ofWords(cleaned, MIN_WORD_FREQ);
      case PTB_WORDS -> Vocabulary.ofWordsByCount(cleaned);
    };
  }

  /**
   * {@return the windows to train on, of N rows and T symbols; the seed shuffles the cookbook's,
   * and {@code lastTarget} is not for {@link #PTB_WORDS}} An InvalidDataException if a size is out
   * of range or the text is too short.
   */
  public TrainingBatches batches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
    return switch (this) {
      case CHARACTERS -> new CharacterBatches(encoded, batchSize, numSteps, lastTarget);
      case COOKBOOK_CHARACTERS, COOKBOOK_WORDS ->
          new CookbookBatches(encoded, batchSize, numSteps, lastTarget, seed);
      case PTB_WORDS -> new PtbText.Batches(encoded, batchSize, numSteps);
    };
  }

  /** The TensorFlow Machine Learning Cookbook's preparation of Shakespeare's works, chapter 9. */
  static final class CookbookText {

    /**
     * How many characters the cookbook drops from the start of Gutenberg's file, in which a byte
     * order mark is one character and a line end ({@code \r\n}) two.
     */
    static final int HEADER_CHARACTERS = 7_675;

    // Without the backslash, which only escapes the ']' in the cookbook's regular expression.
    private static final String PUNCTUATION = "!\"#$%&()*+,./:;<=>?@[]^_`{|}~";

    private CookbookText() {}

    /**
     * Drops Gutenberg's header (Python: {@code s_text[7675:]}) of a text as {@link TextFile} reads
     * it; the byte order mark and {@code \r\n} are counted as in Gutenberg's file. An
     * InvalidDataException if nothing is left.
     */
    static CharacterText withoutHeader(CharacterText text) {
      int published = 1;
      int position = 0;
      while (published < HEADER_CHARACTERS && position < text.length()) {
        published += text.codePointAt(position) == '\n' ? 2 : 1;
        position++;
      }
      if (position == text.length()) {
        throw InvalidDataException.of(
            "the text is too short: the cookbook drops the first %s characters, found %s; use"
                + " Gutenberg's complete works of Shakespeare",
            HEADER_CHARACTERS, published);
      }
      return text.slice(position, text.length());
    }

    /**
     * Removes line ends (which joins the last word of a line to the first of the next unless there
     * is a space), replaces each run of white space and punctuation by one space, removes it at
     * both ends, and makes letters lower case. Hyphens, apostrophes and backslashes stay.
     */
    static CharacterText clean(CharacterText text) {
      CharacterText.Builder cleaned = new CharacterText.Builder();
      LowerCase lower = new LowerCase(cleaned);
      boolean gap = false;
      boolean started = false;
      for (int position = 0; position < text.length(); position++) {
        int character = text.codePointAt(position);
        if (character == '\n' || character == '\r' && isNewline(text, position + 1)) {
          continue;
        }
        if (Characters.isWhiteSpace(character) || PUNCTUATION.indexOf(character) >= 0) {
          gap = true;
          continue;
        }
        if (gap && started) {
          lower.accept(' ');
        }
        gap = false;
        started = true;
        lower.accept(character);
      }
      lower.finish();
      return cleaned.build();
    }

    private static boolean isNewline(CharacterText text, int position) {
      return position < text.length() && text.codePointAt(position) == '\n';
    }

    /**
     * Converts a long text to lower case piece by piece, with the result of {@link
     * String#toLowerCase} for the whole. Only a Greek capital sigma depends on its neighbours, so a
     * piece ends between two letters at which the search for them stops.
     */
    static final class LowerCase implements IntConsumer {
      private static final int PIECE = 1 << 12;
      private static final int SIGMA = 0x3A3;

      private final IntConsumer consumer;
      private final int minLength;
      private final StringBuilder piece = new StringBuilder();
      private int last = SIGMA;

      LowerCase(IntConsumer consumer) {
        this(consumer, PIECE);
      }

      /** A piece has at least {@code minLength} UTF-16 units. */
      LowerCase(IntConsumer consumer, int minLength) {
        this.consumer = consumer;
        this.minLength = minLength;
      }

      @Override
      public void accept(int character) {
        if (piece.length() >= minLength && isBoundary(last) && isBoundary(character)) {
          finish();
        }
        piece.appendCodePoint(character);
        last = character;
      }

      void finish() {
        piece.toString().toLowerCase(Locale.ROOT).codePoints().forEach(consumer);
        piece.setLength(0);
      }

      // Letters stop a sigma's search for its neighbours; modifier letters, marks and some
      // punctuation do not.
      private static boolean isBoundary(int character) {
        return character != SIGMA
            && Character.isLetter(character)
            && Character.getType(character) != Character.MODIFIER_LETTER;
      }
    }
  }

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
  public static final class CookbookBatches implements TrainingBatches {

    private static final int MAX_BATCH = Integer.MAX_VALUE - 8;

    private final EncodedText text;
    private final int batchSize;
    private final int numSteps;
    private final int size;
    private final LastTarget lastTarget;
    private final EpochShuffle order;

    /**
     * Cuts up a text of at least 1 symbol into N rows (Python: {@code batch_size}) of T symbols
     * (Python: {@code training_seq_len}); N * T is at least 2, {@link LastTarget#FIRST_INPUT} is
     * the cookbook's.
     *
     * @throws InvalidDataException if the text is empty or a size is out of range
     */
    public CookbookBatches(
        EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
      this(encoded, batchSize, numSteps, lastTarget, EpochShuffle.shuffled(seed));
    }

    CookbookBatches(
        EncodedText encoded,
        int batchSize,
        int numSteps,
        LastTarget lastTarget,
        EpochShuffle order) {
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
}
