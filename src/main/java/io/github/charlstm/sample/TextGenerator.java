package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel.GeneratedSymbols;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Generates symbol by symbol, each fed back with the state (Python: the book's {@code sample}). */
public final class TextGenerator {
  private static final int FIRST_CHUNK = 8; // so that a slow model's text begins soon
  private static final int MAX_CHUNK = 64;

  private final NextSymbolModel model;
  private final Vocabulary vocabulary;
  private final List<String> stops;
  private final int maxChunk;

  /** The model stays open. */
  public TextGenerator(NextSymbolModel model, Vocabulary vocabulary) {
    this(model, vocabulary, List.of(), MAX_CHUNK);
  }

  /** One call of {@link NextSymbolModel#generate} makes at most {@code maxChunk} symbols. */
  TextGenerator(NextSymbolModel model, Vocabulary vocabulary, List<String> stops, int maxChunk) {
    this.model = model;
    this.vocabulary = vocabulary;
    this.stops = requireStops(stops);
    this.maxChunk = maxChunk;
  }

  /**
   * {@return a generator whose texts end before the first occurrence of one of these texts} They
   * are looked for in what is generated, not in the prime, and are not written.
   */
  public TextGenerator endingBefore(List<String> texts) {
    return new TextGenerator(model, vocabulary, texts, maxChunk);
  }

  static List<String> requireStops(List<String> stops) {
    if (stops.contains("")) {
      throw new IllegalArgumentException("`stop`: expected at least one character, found none");
    }
    return List.copyOf(stops);
  }

  /** Why a text ends. */
  public enum End {
    /** It has as many symbols as asked for. */
    LENGTH,
    /** The next symbol is the vocabulary's unknown. */
    UNKNOWN,
    /** The next symbol is the vocabulary's mark of documents: the document is complete. */
    DOCUMENT,
    /** One of the texts to end before is next. */
    STOP
  }

  /**
   * A generated text.
   *
   * @param length number of symbols that were written as a whole
   */
  public record Generated(int length, End end) {}

  /**
   * Starts from a state of zeros, reads the prime and continues it. If the vocabulary has an
   * unknown and the policy chooses it, the text ends before it, as in the TensorFlow Machine
   * Learning Cookbook ({@link NextSymbolPolicy.Except} never chooses it).
   *
   * <p>A vocabulary with a {@link Vocabulary#documentMark()} is of a model of documents: it reads
   * the mark before the prime, and the text ends before the next mark.
   *
   * <p>A model that {@link NextSymbolModel#generates} with the policy is called for several symbols
   * at a time, with that many random numbers drawn before the call; others are called for each
   * symbol. The text is the same, unless the rounding of a probability decides a choice.
   *
   * @param prime at least one character, of a model of documents perhaps none; all of them in the
   *     vocabulary
   * @param random for the policy; if a text ends early, it may be further than the text needed
   * @param sink takes each symbol soon after it is chosen, words with a space before them, unless
   *     they begin the text; of bytes the text is empty until a character is whole; the prime is
   *     not repeated
   */
  public Generated generate(
      String prime,
      int length,
      NextSymbolPolicy policy,
      RandomGenerator random,
      Consumer<String> sink) {
    if (length < 0) {
      throw new IllegalArgumentException("`length`: expected 0 or more, found " + length);
    }
    int[] read = start(vocabulary, prime);
    Output output = new Output(length, speller(vocabulary, prime), sink);
    return model
        .exclusive()
        .get(
            () -> {
              model.resetState();
              if (model.generates(policy)) {
                inChunks(read, policy, random, output);
              } else {
                oneByOne(read, policy, random, output);
              }
              return output.finish();
            });
  }

  /** {@return the prime and the text that {@link #generate} continues it with} */
  public String continued(
      String prime, int length, NextSymbolPolicy policy, RandomGenerator random) {
    StringBuilder text = new StringBuilder(prime);
    generate(prime, length, policy, random, text::append);
    return text.toString();
  }

  /** The symbols that a model reads before it chooses the first one, at least one. */
  static int[] start(Vocabulary vocabulary, String prime) {
    int[] symbols = prime.isEmpty() ? new int[0] : vocabulary.encode(prime);
    if (vocabulary.documentMark().isPresent()) {
      IntStream mark = IntStream.of(vocabulary.documentMark().getAsInt());
      return IntStream.concat(mark, IntStream.of(symbols)).toArray();
    }
    if (prime.isEmpty()) {
      throw new IllegalArgumentException("`prime`: expected at least one character, found none");
    }
    return symbols;
  }

  /** The symbols of a text that {@link #start} begins, without the mark before it. */
  static SymbolHistory history(Vocabulary vocabulary, int[] read) {
    int first = vocabulary.documentMark().isPresent() ? 1 : 0;
    return SymbolHistory.of(Arrays.copyOfRange(read, first, read.length));
  }

  /** Spells what follows a prime; a word that begins the text has no space before it. */
  static IntFunction<String> speller(Vocabulary vocabulary, String prime) {
    IntFunction<String> speller = vocabulary.speller();
    if (!prime.isEmpty() || vocabulary.separator().isEmpty()) {
      return speller;
    }
    boolean[] begun = {false};
    return symbol -> {
      String piece = speller.apply(symbol);
      String text = begun[0] ? piece : piece.substring(vocabulary.separator().length());
      begun[0] = true;
      return text;
    };
  }

  /** Why a text ends before this symbol; empty if it goes on. */
  static Optional<End> endBefore(Vocabulary vocabulary, int symbol) {
    if (is(symbol, vocabulary.documentMark())) {
      return Optional.of(End.DOCUMENT);
    }
    return is(symbol, vocabulary.unknown()) ? Optional.of(End.UNKNOWN) : Optional.empty();
  }

  private static boolean is(int symbol, OptionalInt other) {
    return other.isPresent() && symbol == other.getAsInt();
  }

  private void oneByOne(
      int[] start, NextSymbolPolicy policy, RandomGenerator random, Output output) {
    SymbolHistory before = history(vocabulary, start);
    float[] probabilities = new float[0];
    for (int symbol : start) {
      probabilities = model.predictNext(symbol);
    }
    while (output.goesOn()) {
      int symbol = policy.next(probabilities, before, random);
      output.accept(symbol);
      if (output.goesOn()) {
        before.add(symbol);
        probabilities = model.predictNext(symbol);
      }
    }
  }

  private void inChunks(
      int[] start, NextSymbolPolicy policy, RandomGenerator random, Output output) {
    OptionalInt mark = vocabulary.documentMark();
    OptionalInt stop = mark.isPresent() ? mark : vocabulary.unknown();
    int last = start[start.length - 1];
    for (int k = 0; k < start.length - 1; k++) {
      model.predictNext(start[k]);
    }
    int chunk = Math.min(FIRST_CHUNK, maxChunk);
    while (output.goesOn()) {
      double[] uniforms = new double[Math.min(chunk, output.left())];
      if (policy.draws()) {
        Arrays.setAll(uniforms, k -> random.nextDouble());
      }
      GeneratedSymbols generated = model.generate(last, policy, stop, uniforms);
      for (int symbol : generated.symbols()) {
        last = symbol;
        output.accept(symbol);
      }
      if (output.goesOn() && generated.invalid().length > 0) {
        policy.next(generated.invalid(), random); // throws, naming the value that is wrong
        throw new IllegalStateException("the model predicts no valid probabilities");
      }
      chunk = Math.min(2 * chunk, maxChunk);
    }
  }

  /** The text as it is written; after its end it ignores further symbols. */
  private final class Output {
    private final int length;
    private final IntFunction<String> speller;
    private final StopTexts text;
    private int accepted;
    private End end;

    Output(int length, IntFunction<String> speller, Consumer<String> sink) {
      this.length = length;
      this.speller = speller;
      text = new StopTexts(stops, sink);
      end = length == 0 ? End.LENGTH : null;
    }

    boolean goesOn() {
      return end == null;
    }

    int left() {
      return length - accepted;
    }

    void accept(int symbol) {
      if (end != null) {
        return;
      }
      end = endBefore(vocabulary, symbol).orElse(null);
      if (end != null) {
        return;
      }
      accepted++;
      if (text.accept(speller.apply(symbol))) {
        end = End.STOP;
      } else if (accepted == length) {
        end = End.LENGTH;
      }
    }

    Generated finish() {
      if (end != End.STOP) {
        text.finish();
      }
      return new Generated(text.passed(), end);
    }
  }
}
