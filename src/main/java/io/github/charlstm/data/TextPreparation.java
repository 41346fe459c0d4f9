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
   * Makes the text as the model learns it. What Gutenberg puts before Shakespeare's works is
   * dropped.
   *
   * @param text as it was read
   * @return the text itself, or a cleaned copy
   */
  public CharacterText clean(CharacterText text) {
    if (this == CHARACTERS) {
      return text;
    }
    return CookbookText.clean(isGutenberg(text) ? CookbookText.withoutHeader(text) : text);
  }

  /**
   * As {@link #clean(CharacterText)}, of a short text.
   *
   * @param text as it was read
   * @return the cleaned text
   */
  public String clean(String text) {
    return this == CHARACTERS ? text : clean(CharacterText.of(text)).toString();
  }

  /** {@return what one symbol of the model is, in words: {@code character} or {@code word}} */
  public String unit() {
    return this == COOKBOOK_WORDS ? "word" : "character";
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
   * Numbers the symbols.
   *
   * @param cleaned what {@link #clean} gave
   * @return characters or words, as the preparation has it
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
   * Cuts out the windows that a model trains on.
   *
   * @param encoded the cleaned text in numbers
   * @param batchSize rows of a window, N, at least 1
   * @param numSteps symbols a row, T, at least 1
   * @param lastTarget of the windows of {@link #CHARACTERS}; the cookbook has a rule of its own
   * @param seed of the cookbook's shuffling
   * @return the windows of each epoch
   * @throws InvalidDataException if a size is out of range or the text is too short
   */
  public TrainingBatches batches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
    return this == CHARACTERS
        ? new CharacterBatches(encoded, batchSize, numSteps, lastTarget)
        : new CookbookBatches(encoded, batchSize, numSteps, seed);
  }
}
