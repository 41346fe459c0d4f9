package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.GeneratedSymbols;
import io.github.charlstm.model.NextSymbolModel;
import io.github.charlstm.model.SamplingParams;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Writes text, one symbol after the other, each fed back together with the state (Python: the
 * book's {@code sample}).
 */
public final class TextGenerator {
  private static final int FIRST_CHUNK = 8; // so that a slow model's text begins soon
  private static final int LARGEST_CHUNK = 64;

  private final NextSymbolModel model;
  private final Vocabulary vocabulary;
  private final int largestChunk;

  /**
   * Writes with a model.
   *
   * @param model stays the caller's
   * @param vocabulary of the model
   */
  public TextGenerator(NextSymbolModel model, Vocabulary vocabulary) {
    this(model, vocabulary, LARGEST_CHUNK);
  }

  /**
   * @param largestChunk at least 1; a model that writes is called for so many symbols at most
   */
  TextGenerator(NextSymbolModel model, Vocabulary vocabulary, int largestChunk) {
    this.model = Objects.requireNonNull(model, "model");
    this.vocabulary = Objects.requireNonNull(vocabulary, "vocabulary");
    this.largestChunk = largestChunk;
  }

  /**
   * Starts from a state of zeros, reads the prime and writes on from it. Where the vocabulary has
   * an unknown, the text ends before the first of them, as the TensorFlow Machine Learning Cookbook
   * has it.
   *
   * <p>A model that writes by itself is called for several symbols at a time, which takes as many
   * random numbers before; the text is the same, but where the rounding of a probability decides. A
   * model that does not (an imported one), or a policy without a rule, takes a call a symbol.
   *
   * @param prime at least one character, all of them in the vocabulary
   * @param length number of characters to write, 0 or more
   * @param policy picks each character
   * @param random the policy's; where a text ends early, some of its numbers may be drawn and
   *     unused
   * @param sink takes each symbol soon after it is made, words with a space before them; the prime
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
    int[] read = vocabulary.encode(prime);
    Optional<SamplingParams> rule = model.writes() ? policy.rule() : Optional.empty();
    if (rule.isPresent()) {
      inChunks(read, length, policy, rule.get(), random, sink);
    } else {
      oneByOne(read, length, policy, random, sink);
    }
  }

  private void oneByOne(
      int[] prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    float[] probabilities = new float[0];
    for (int symbol : prime) {
      probabilities = model.predictNext(symbol);
    }
    for (int k = 0; k < length; k++) {
      int symbol = policy.next(probabilities, random);
      if (isUnknown(symbol)) {
        return;
      }
      sink.accept(text(symbol));
      if (k + 1 < length) {
        probabilities = model.predictNext(symbol);
      }
    }
  }

  private void inChunks(
      int[] prime,
      int length,
      NextSymbolPolicy policy,
      SamplingParams rule,
      RandomGenerator random,
      Consumer<String> sink) {
    int last = prime[prime.length - 1];
    for (int k = 0; k < prime.length - 1; k++) {
      model.predictNext(prime[k]);
    }
    int chunk = Math.min(FIRST_CHUNK, largestChunk);
    for (int done = 0; done < length; ) {
      double[] points = new double[Math.min(chunk, length - done)];
      if (rule.draws()) {
        Arrays.setAll(points, k -> random.nextDouble());
      }
      GeneratedSymbols written = model.write(last, rule, vocabulary.unknown(), points);
      for (int symbol : written.symbols()) {
        if (isUnknown(symbol)) {
          return;
        }
        sink.accept(text(symbol));
        last = symbol;
      }
      if (written.refused().length > 0) {
        policy.next(written.refused(), random); // says what is wrong with them
        throw new IllegalStateException("no symbol could be chosen from what the model predicts");
      }
      done += points.length;
      chunk = Math.min(2 * chunk, largestChunk);
    }
  }

  private boolean isUnknown(int symbol) {
    return vocabulary.unknown().isPresent() && symbol == vocabulary.unknown().getAsInt();
  }

  private String text(int symbol) {
    return vocabulary.separator() + vocabulary.symbol(symbol);
  }
}
