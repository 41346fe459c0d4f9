package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.NextSymbolModel;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Writes text, one symbol after the other, each fed back together with the state (Python: the
 * book's {@code sample}).
 */
public final class TextGenerator {
  private final NextSymbolModel model;
  private final Vocabulary vocabulary;

  /**
   * @param model stays the caller's
   * @param vocabulary of the model
   */
  public TextGenerator(NextSymbolModel model, Vocabulary vocabulary) {
    this.model = Objects.requireNonNull(model, "model");
    this.vocabulary = Objects.requireNonNull(vocabulary, "vocabulary");
  }

  /**
   * Starts from a state of zeros, reads the prime and writes on from it. Where the vocabulary has
   * an unknown, the text ends before the first of them, as the TensorFlow Machine Learning Cookbook
   * has it.
   *
   * @param prime at least one character, all of them in the vocabulary
   * @param length number of characters to write, 0 or more
   * @param policy picks each character
   * @param random the policy's
   * @param sink takes each symbol as soon as it is made, words with a space before them; the prime
   *     is not repeated
   */
  public void generate(
      String prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    if (prime.isEmpty()) {
      throw new IllegalArgumentException("the prime must have at least one character");
    }
    if (length < 0) {
      throw new IllegalArgumentException("the length must be 0 or more, found " + length);
    }
    model.resetState();
    float[] probabilities = new float[0];
    for (int symbol : vocabulary.encode(prime)) {
      probabilities = model.predictNext(symbol);
    }
    for (int k = 0; k < length; k++) {
      int symbol = policy.next(probabilities, random);
      if (vocabulary.unknown().isPresent() && symbol == vocabulary.unknown().getAsInt()) {
        return;
      }
      sink.accept(vocabulary.separator() + vocabulary.symbol(symbol));
      if (k + 1 < length) {
        probabilities = model.predictNext(symbol);
      }
    }
  }
}
