package io.github.charlstm.sample;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A text that a person writes together with a model: each step adds a symbol that is picked, text
 * of one's own, or symbols that a policy chooses, and can be taken back. Other threads cannot use
 * the model until it is closed, by the thread that began it.
 */
public final class InteractiveText implements AutoCloseable {
  private final Vocabulary vocabulary;
  private final NextSymbolPolicy policy;
  private final RandomGenerator random;
  private final ExclusiveUse.Call use;
  private final StringBuilder text;
  private final String initial;
  private final int prime; // symbols
  private final Deque<Step> steps = new ArrayDeque<>();

  /** What the model has read after a step, and the length of the text then. */
  private record Step(ReadText read, int length) {}

  /**
   * A symbol that may be next.
   *
   * @param text of the mark of documents, before which the text ends, empty
   */
  public record Candidate(int symbol, String text, double probability) {}

  /**
   * Begins with a prime.
   *
   * @param model stays open
   * @param policy for {@link #go}
   * @param prime as in {@link TextGenerator#generate}
   */
  public InteractiveText(
      NextSymbolModel model,
      Vocabulary vocabulary,
      NextSymbolPolicy policy,
      RandomGenerator random,
      String prime) {
    this.vocabulary = vocabulary;
    this.policy = policy;
    this.random = random;
    int[] start = TextGenerator.start(vocabulary, prime);
    text = new StringBuilder(prime);
    initial = prime;
    this.prime = start.length;
    use = model.exclusive().begin();
    try {
      steps.push(new Step(ReadText.of(model, start), text.length()));
    } catch (RuntimeException e) {
      use.close();
      throw e;
    }
  }

  /** {@return the prime and all that follows} */
  public String text() {
    return text.toString();
  }

  /** {@return the number of symbols after the prime} */
  public int length() {
    return steps.element().read().size() - prime;
  }

  /**
   * {@return the likeliest next symbols with the model's probabilities, the likeliest first} Those
   * that are {@linkplain Vocabulary#neverWritten() never written} are left out.
   */
  public List<Candidate> likeliest(int count) {
    float[] probabilities = steps.element().read().probabilities();
    Set<Integer> never = vocabulary.neverWritten();
    return IntStream.range(0, probabilities.length)
        .filter(symbol -> !never.contains(symbol))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer symbol) -> -probabilities[symbol]))
        .limit(count)
        .map(symbol -> new Candidate(symbol, vocabulary.symbol(symbol), probabilities[symbol]))
        .toList();
  }

  /**
   * Adds one symbol.
   *
   * @return why the text ends before it instead; empty if it was added
   */
  public Optional<End> pick(int symbol) {
    Optional<End> end = TextGenerator.endBefore(vocabulary, symbol);
    if (end.isEmpty()) {
      String piece = speller().apply(symbol);
      push(steps.element().read().next(symbol), piece);
    }
    return end;
  }

  /**
   * Adds a text, words after a space; nothing if it has no symbol.
   *
   * @throws InvalidDataException if the vocabulary lacks one of its characters; the text stays
   */
  public void append(String own) {
    int[] symbols = own.isEmpty() ? new int[0] : vocabulary.encode(own);
    if (symbols.length > 0) {
      String separator = text.isEmpty() ? "" : vocabulary.separator();
      push(steps.element().read().next(symbols), separator + own);
    }
  }

  /**
   * Adds symbols that the policy chooses, as one step; none if the policy or the model fails.
   *
   * @return why it ended before {@code count} symbols; empty if it did not
   */
  public Optional<End> go(int count) {
    IntFunction<String> speller = speller();
    StringBuilder piece = new StringBuilder();
    ReadText from = steps.element().read();
    ReadText read = from;
    Optional<End> end = Optional.empty();
    try {
      for (int k = 0; k < count && end.isEmpty(); k++) {
        SymbolHistory before = TextGenerator.history(vocabulary, read.toArray());
        int symbol = policy.next(read.probabilities(), before, random);
        end = TextGenerator.endBefore(vocabulary, symbol);
        if (end.isEmpty()) {
          ReadText next = read.next(symbol);
          if (read != from) {
            read.close();
          }
          read = next;
          piece.append(speller.apply(symbol));
        }
      }
    } catch (RuntimeException e) {
      if (read != from) {
        read.close();
      }
      throw e;
    }
    if (read != from) {
      push(read, piece.toString());
    }
    return end;
  }

  /** Takes the last step back; false if there is none. */
  public boolean back() {
    if (steps.size() == 1) {
      return false;
    }
    steps.remove().read().close();
    text.setLength(steps.element().length());
    return true;
  }

  private void push(ReadText read, String piece) {
    text.append(piece);
    steps.push(new Step(read, text.length()));
  }

  // Of bytes, a character may have begun.
  private IntFunction<String> speller() {
    IntFunction<String> speller = TextGenerator.speller(vocabulary, initial);
    int[] all = steps.element().read().toArray();
    for (int k = prime; k < all.length; k++) {
      speller.apply(all[k]);
    }
    return speller;
  }

  /** Gives the model back, which stays open. */
  @Override
  public void close() {
    steps.forEach(step -> step.read().close());
    steps.clear();
    use.close();
  }
}
