package io.github.charlstm.sample;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.TextGenerator.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * Looks for the most probable continuation of a text: after each symbol it keeps the {@code width}
 * most probable ones and continues each by every symbol. The probability of a continuation is the
 * product of those of its symbols, that of an end included; it is not normalized by length, so of
 * those that end, short ones are usually the most probable. With a width of 1 it is the greedy
 * text; if the width is at least the number of all continuations, none is missed. The result is the
 * same each time.
 */
public final class BeamSearch {
  private final NextSymbolModel model;
  private final Vocabulary vocabulary;
  private final int width;
  private final NextSymbolPolicy policy;
  private final List<String> stops;

  /**
   * @param model stays open
   * @param width continuations to keep, at least 1
   * @param policy its {@linkplain NextSymbolPolicy.Reshaping reshaping} is done first, so that it
   *     may except symbols or penalize repetition; its choice of one symbol is not used
   * @param stops texts before which a continuation ends, as in {@link TextGenerator#endingBefore}
   */
  public BeamSearch(
      NextSymbolModel model,
      Vocabulary vocabulary,
      int width,
      NextSymbolPolicy policy,
      List<String> stops) {
    if (width < 1) {
      throw new IllegalArgumentException("`beam_width`: expected at least 1, found " + width);
    }
    this.model = model;
    this.vocabulary = vocabulary;
    this.width = width;
    this.policy = policy;
    this.stops = TextGenerator.requireStops(stops);
  }

  /**
   * A continuation.
   *
   * @param text without the prime; words with a space before each
   * @param length number of its symbols
   * @param logProbability natural logarithm of its probability
   */
  public record Found(String text, int length, double logProbability, End end) {}

  /**
   * {@return the continuations found, at most {@code width}, the most probable first} Those that
   * have ended compete with those of {@code length} symbols.
   *
   * @param prime as in {@link TextGenerator#generate}
   * @param length symbols of a continuation that does not end before
   * @param progress receives the number of symbols so far
   * @throws IllegalStateException if the model predicts no valid probabilities
   */
  public List<Found> search(String prime, int length, IntConsumer progress) {
    if (length < 0) {
      throw new IllegalArgumentException("`length`: expected 0 or more, found " + length);
    }
    int[] start = TextGenerator.start(vocabulary, prime);
    return model.exclusive().get(() -> search(start, prime, length, progress));
  }

  private List<Found> search(int[] start, String prime, int length, IntConsumer progress) {
    List<Beam> live = List.of(new Beam(ReadText.of(model, start), 0));
    List<Found> ended = new ArrayList<>();
    try {
      for (int k = 0; k < length && !live.isEmpty() && !isDecided(ended, live.get(0)); k++) {
        List<Beam> before = live;
        live = continued(before, new Context(prime, start.length, k + 1 == length), ended);
        before.forEach(Beam::close);
        progress.accept(k + 1);
      }
      if (length == 0) {
        ended.add(new Found("", 0, 0, End.LENGTH));
      }
    } finally {
      live.forEach(Beam::close);
    }
    ended.sort(Comparator.comparingDouble(Found::logProbability).reversed());
    return List.copyOf(ended.subList(0, Math.min(width, ended.size())));
  }

  // A continuation only loses probability, so later ones cannot come before these.
  private boolean isDecided(List<Found> ended, Beam best) {
    return ended.stream().filter(found -> found.logProbability() >= best.score()).count() >= width;
  }

  /** What is the same for all steps of one length: {@code from} is where the prime ends. */
  private record Context(String prime, int from, boolean last) {}

  /** A symbol after one of the continuations; {@code rank} makes the order of equals definite. */
  private record Step(Beam beam, int rank, int symbol, double score) {
    static final Comparator<Step> BEST_FIRST =
        Comparator.comparingDouble(Step::score)
            .reversed()
            .thenComparingInt(Step::rank)
            .thenComparingInt(Step::symbol);
  }

  // The best continuations by one symbol more; those that end go to another list.
  private List<Beam> continued(List<Beam> beams, Context context, List<Found> ended) {
    List<Beam> live = new ArrayList<>();
    try {
      for (Step step : best(beams)) {
        Optional<Found> found = end(step, context);
        if (found.isPresent()) {
          ended.add(found.get());
        } else {
          live.add(new Beam(step.beam().text().next(step.symbol()), step.score()));
        }
      }
      return live;
    } catch (RuntimeException e) {
      live.forEach(Beam::close);
      throw e;
    }
  }

  // The best steps, the best first, those that end included.
  private List<Step> best(List<Beam> beams) {
    PriorityQueue<Step> queue = new PriorityQueue<>(Step.BEST_FIRST.reversed());
    for (int rank = 0; rank < beams.size(); rank++) {
      Beam beam = beams.get(rank);
      ReadText text = beam.text();
      float[] probabilities =
          NextSymbolPolicy.reshaped(
              policy, text.probabilities(), TextGenerator.history(vocabulary, text.toArray()));
      for (int symbol = 0; symbol < probabilities.length; symbol++) {
        if (probabilities[symbol] > 0) {
          queue.add(new Step(beam, rank, symbol, beam.score() + Math.log(probabilities[symbol])));
          if (queue.size() > width) {
            queue.remove();
          }
        }
      }
    }
    Step[] steps = queue.toArray(Step[]::new);
    Arrays.sort(steps, Step.BEST_FIRST);
    return List.of(steps);
  }

  private Optional<Found> end(Step step, Context context) {
    int[] all = step.beam().text().toArray();
    int[] before = Arrays.copyOfRange(all, context.from(), all.length);
    Optional<End> end = TextGenerator.endBefore(vocabulary, step.symbol());
    if (end.isPresent()) {
      return Optional.of(found(context, before, step.score(), end.get()));
    }
    int[] symbols = Arrays.copyOf(before, before.length + 1);
    symbols[before.length] = step.symbol();
    if (!stops.isEmpty() && StopTexts.indexOf(spelled(context, symbols), stops) >= 0) {
      return Optional.of(found(context, symbols, step.score(), End.STOP));
    }
    return context.last()
        ? Optional.of(found(context, symbols, step.score(), End.LENGTH))
        : Optional.empty();
  }

  private Found found(Context context, int[] symbols, double score, End end) {
    StringBuilder text = new StringBuilder();
    StopTexts output = new StopTexts(stops, text::append);
    IntFunction<String> speller = TextGenerator.speller(vocabulary, context.prime());
    for (int symbol : symbols) {
      output.accept(speller.apply(symbol));
    }
    if (end != End.STOP) {
      output.finish();
    }
    return new Found(text.toString(), output.passed(), score, end);
  }

  private String spelled(Context context, int[] symbols) {
    StringBuilder text = new StringBuilder();
    IntFunction<String> speller = TextGenerator.speller(vocabulary, context.prime());
    for (int symbol : symbols) {
      text.append(speller.apply(symbol));
    }
    return text.toString();
  }

  /** A continuation that has not ended. */
  private record Beam(ReadText text, double score) {
    void close() {
      text.close();
    }
  }
}
