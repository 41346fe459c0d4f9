package io.github.charlstm.data;

/** What is done with a text before a model learns it. */
public enum TextPreparation {
  /** Nothing: every character of the text is a symbol. */
  CHARACTERS,
  /**
   * The TensorFlow Machine Learning Cookbook's cleaning, then characters, with an unknown; batches
   * as the cookbook cuts and shuffles them.
   */
  COOKBOOK_CHARACTERS,
  /** The same with words that occur more than five times. */
  COOKBOOK_WORDS;

  /** The cookbook's {@code min_word_freq}. */
  private static final int MIN_WORD_FREQ = 5;

  private static final String GUTENBERG = "The Project Gutenberg EBook of The Complete Works";

  /**
   * The text as the model learns it. What Gutenberg puts before Shakespeare's works is dropped.
   *
   * @param text as it was read
   */
  public CharacterText clean(CharacterText text) {
    if (this == CHARACTERS) {
      return text;
    }
    return CookbookText.clean(isGutenberg(text) ? CookbookText.withoutHeader(text) : text);
  }

  /** As {@link #clean(CharacterText)}, of a short text. */
  public String clean(String text) {
    return this == CHARACTERS ? text : clean(CharacterText.of(text)).toString();
  }

  private static boolean isGutenberg(CharacterText text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.codePointAt(start))) {
      start++;
    }
    int end = Math.min(text.length(), start + GUTENBERG.length());
    return text.slice(start, end).toString().equalsIgnoreCase(GUTENBERG);
  }

  /**
   * Symbols and their numbers.
   *
   * @param cleaned what {@link #clean} gave
   * @throws InvalidDataException if it holds no symbol
   */
  public Vocabulary vocabulary(CharacterText cleaned) {
    return switch (this) {
      case CHARACTERS -> Vocabulary.of(cleaned);
      case COOKBOOK_CHARACTERS -> Vocabulary.withUnknown(cleaned);
      case COOKBOOK_WORDS -> Vocabulary.ofWords(cleaned, MIN_WORD_FREQ);
    };
  }

  /**
   * The windows that a model trains on.
   *
   * @param encoded the cleaned text in numbers
   * @param lastTarget of the windows of {@link #CHARACTERS}; the cookbook has a rule of its own
   * @param seed of the cookbook's shuffling
   */
  public TrainingBatches batches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
    return this == CHARACTERS
        ? new CharacterBatches(encoded, batchSize, numSteps, lastTarget)
        : new CookbookBatches(encoded, batchSize, numSteps, seed);
  }
}
