package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.LanguageModelSession;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Writes text, one character after the other, each fed back together with the state (Python: the
 * book's {@code sample}).
 */
public final class TextGenerator {
  private final LanguageModelSession session;
  private final Vocabulary vocabulary;

  /**
   * @param session on a graph with N = T = 1, its variables restored; it stays the caller's
   * @param vocabulary of the checkpoint
   */
  public TextGenerator(LanguageModelSession session, Vocabulary vocabulary) {
    if (session.model().batchSize() != 1 || session.model().numSteps() != 1) {
      throw new IllegalArgumentException(
          "sampling needs a graph of one sequence and one step, found "
              + session.model().batchSize()
              + " and "
              + session.model().numSteps());
    }
    this.session = session;
    this.vocabulary = Objects.requireNonNull(vocabulary, "vocabulary");
  }

  /**
   * Starts from a state of zeros, reads the prime and writes on from it.
   *
   * @param prime at least one character, all of them in the vocabulary
   * @param length number of characters to write, 0 or more
   * @param policy picks each character
   * @param random the policy's
   * @param sink takes each character as soon as it is made; the prime is not repeated
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
    session.resetState();
    float[] probabilities = new float[0];
    for (int symbol : vocabulary.encode(prime)) {
      probabilities = session.predict(new int[] {symbol});
    }
    for (int k = 0; k < length; k++) {
      int symbol = policy.next(probabilities, random);
      sink.accept(vocabulary.symbol(symbol));
      if (k + 1 < length) {
        probabilities = session.predict(new int[] {symbol});
      }
    }
  }
}
