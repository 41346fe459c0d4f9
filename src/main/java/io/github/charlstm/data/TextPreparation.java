package io.github.charlstm.data;

import io.github.charlstm.data.CharacterBatches.LastTarget;

/** How a text is cleaned, numbered and cut into batches before a model trains on it. */
public enum TextPreparation {
  /** Every character of the text, unchanged, is a symbol. */
  CHARACTERS,
  /**
   * The TensorFlow Machine Learning Cookbook's cleaning and batches; the symbols are characters and
   * the unknown.
   */
  COOKBOOK_CHARACTERS,
  /**
   * The cookbook's cleaning and batches; the symbols are the words that occur more than five times
   * and the unknown.
   */
  COOKBOOK_WORDS;

  /** The cookbook's {@code min_word_freq}. */
  private static final int MIN_WORD_FREQ = 5;

  private static final String GUTENBERG = "The Project Gutenberg EBook of The Complete Works";

  /**
   * {@return the same text, or a cleaned copy} Gutenberg's header before Shakespeare's works is
   * dropped.
   */
  public CharacterText clean(CharacterText text) {
    if (this == CHARACTERS) {
      return text;
    }
    return CookbookText.clean(isGutenberg(text) ? CookbookText.withoutHeader(text) : text);
  }

  /** As {@link #clean(CharacterText)}, for a short text. */
  public String clean(String text) {
    return this == CHARACTERS ? text : clean(CharacterText.of(text)).toString();
  }

  /** {@return {@code character} or {@code word}, whichever a symbol is} */
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
   * {@return the vocabulary of a text}
   *
   * @param cleaned by {@link #clean}
   * @throws InvalidDataException if it has no symbol
   */
  public Vocabulary vocabulary(CharacterText cleaned) {
    return switch (this) {
      case CHARACTERS -> Vocabulary.of(cleaned);
      case COOKBOOK_CHARACTERS -> Vocabulary.withUnknown(cleaned);
      case COOKBOOK_WORDS -> Vocabulary.ofWords(cleaned, MIN_WORD_FREQ);
    };
  }

  /**
   * {@return the windows to train on}
   *
   * @param batchSize rows of a window, N, at least 1
   * @param numSteps symbols per row, T, at least 1
   * @param lastTarget the target of a window's last step
   * @param seed of the cookbook's shuffling
   * @throws InvalidDataException if a size is out of range or the text is too short
   */
  public TrainingBatches batches(
      EncodedText encoded, int batchSize, int numSteps, LastTarget lastTarget, long seed) {
    return this == CHARACTERS
        ? new CharacterBatches(encoded, batchSize, numSteps, lastTarget)
        : new CookbookBatches(encoded, batchSize, numSteps, lastTarget, seed);
  }
}
