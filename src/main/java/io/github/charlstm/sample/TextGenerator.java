package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel.GeneratedSymbols;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Generates symbol by symbol, each fed back with the state (Python: the book's {@code sample}). */
public final class TextGenerator {
  private static final int FIRST_CHUNK = 8; // so that a slow model's text begins soon
  private static final int MAX_CHUNK = 64;

  private final NextSymbolModel model;
  private final Vocabulary vocabulary;
  private final int maxChunk;

  /** The model stays open. */
  public TextGenerator(NextSymbolModel model, Vocabulary vocabulary) {
    this(model, vocabulary, MAX_CHUNK);
  }

  /** One call of {@link NextSymbolModel#generate} makes at most {@code maxChunk} symbols. */
  TextGenerator(NextSymbolModel model, Vocabulary vocabulary, int maxChunk) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.maxChunk = maxChunk;
  }

  /**
   * Starts from a state of zeros, reads the prime and continues it. If the vocabulary has an
   * unknown and the policy chooses it, the text ends before it, as in the TensorFlow Machine
   * Learning Cookbook ({@link NextSymbolPolicy.Except} never chooses it).
   *
   * <p>A model that {@link NextSymbolModel#generates} with the policy is called for several symbols
   * at a time, with that many random numbers drawn before the call; others are called for each
   * symbol. The text is the same, unless the rounding of a probability decides a choice.
   *
   * @param prime at least one character, all of them in the vocabulary
   * @param random for the policy; if a text ends early, it may be further than the text needed
   * @param sink takes each symbol soon after it is chosen, words with a space before them; of bytes
   *     the text is empty until a character is whole; the prime is not repeated
   * @return the number of symbols generated; less than {@code length} if the next is the unknown
   */
  public int generate(
      String prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    if (prime.isEmpty()) {
      throw new IllegalArgumentException("`prime`: expected at least one character, found none");
    }
    if (length < 0) {
      throw new IllegalArgumentException("`length`: expected 0 or more, found " + length);
    }
    int[] read = vocabulary.encode(prime);
    return model
        .exclusive()
        .get(
            () -> {
              model.resetState();
              return model.generates(policy)
                  ? inChunks(read, length, policy, random, sink)
                  : oneByOne(read, length, policy, random, sink);
            });
  }

  /** {@return the prime and the text that {@link #generate} continues it with} */
  public String continued(
      String prime, int length, NextSymbolPolicy policy, RandomGenerator random) {
    StringBuilder text = new StringBuilder(prime);
    generate(prime, length, policy, random, text::append);
    return text.toString();
  }

  private int oneByOne(
      int[] prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    float[] probabilities = new float[0];
    IntFunction<String> speller = vocabulary.speller();
    for (int symbol : prime) {
      probabilities = model.predictNext(symbol);
    }
    for (int k = 0; k < length; k++) {
      int symbol = policy.next(probabilities, random);
      if (isUnknown(symbol)) {
        return k;
      }
      sink.accept(speller.apply(symbol));
      if (k + 1 < length) {
        probabilities = model.predictNext(symbol);
      }
    }
    return length;
  }

  private int inChunks(
      int[] prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    int last = prime[prime.length - 1];
    IntFunction<String> speller = vocabulary.speller();
    for (int k = 0; k < prime.length - 1; k++) {
      model.predictNext(prime[k]);
    }
    int done = 0;
    int chunk = Math.min(FIRST_CHUNK, maxChunk);
    while (done < length) {
      double[] uniforms = new double[Math.min(chunk, length - done)];
      if (policy.draws()) {
        Arrays.setAll(uniforms, k -> random.nextDouble());
      }
      GeneratedSymbols generated = model.generate(last, policy, vocabulary.unknown(), uniforms);
      for (int symbol : generated.symbols()) {
        if (isUnknown(symbol)) {
          return done;
        }
        sink.accept(speller.apply(symbol));
        last = symbol;
        done++;
      }
      if (generated.invalid().length > 0) {
        policy.next(generated.invalid(), random); // throws, naming the value that is wrong
        throw new IllegalStateException("the model predicts no valid probabilities");
      }
      chunk = Math.min(2 * chunk, maxChunk);
    }
    return done;
  }

  private boolean isUnknown(int symbol) {
    return vocabulary.unknown().isPresent() && symbol == vocabulary.unknown().getAsInt();
  }
}
