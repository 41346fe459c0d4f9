package io.github.charlstm.cli;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.DrawAfter;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.RepetitionPenalty;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.NextSymbolPolicy.TopP;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.stream.Stream;

/** The flags of {@code sample} that say how a symbol is chosen. */
final class SampleFlags {
  static final Flag<List<Double>> TEMPERATURE =
      Flag.of(
          "temperature",
          value -> Stream.of(value.split(",", -1)).map(SampleFlags::temperature).toList(),
          "below 1 less random, above 1 more random (default: 1); several by commas write a text"
              + " with each");
  static final Flag<Integer> TOP_N =
      Flag.integer(
          "top-n",
          0,
          Integer.MAX_VALUE,
          "draw from the n likeliest, 0 for all (default: %s; with --top-p 0)"
              .formatted(TopN.DEFAULT_N));
  static final Flag<Double> TOP_P =
      above0(
          "top-p",
          value -> value <= 1,
          "a number above 0, at most 1",
          "draw from the fewest likeliest whose probabilities sum up to this");
  static final Flag<Boolean> GREEDY = Flag.toggle("greedy", "always take the likeliest");
  static final Flag<Integer> BEAM_WIDTH =
      Flag.integer(
          "beam-width",
          1,
          10_000,
          "search for the most probable text, keeping this many each time");
  static final Flag<DrawAt> DRAW_AT =
      Flag.oneOf(
              "draw-at",
              List.of(DrawAt.values()),
              DrawAt::word,
              "where to draw; elsewhere the likeliest is taken")
          .orElse(DrawAt.EVERYWHERE);
  static final Flag<Double> REPETITION_PENALTY =
      above0(
          "repetition-penalty",
          value -> true,
          "a number above 0",
          "above 1 what was written before becomes less likely, such as 1.2");
  static final Flag<Integer> REPETITION_WINDOW =
      Flag.integer(
              "repetition-window", 1, Integer.MAX_VALUE, "how many symbols before are penalized")
          .orElse(64);
  static final Flag<Boolean> STOP_AT_UNKNOWN =
      Flag.toggle(
          "stop-at-unknown", "end before the first unknown word, as the cookbook (default: none)");

  /** Where a symbol is drawn. */
  enum DrawAt {
    EVERYWHERE("everywhere"),
    WORD_STARTS("word-starts");

    private final String word;

    DrawAt(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private SampleFlags() {}

  static List<Flag<?>> all() {
    return List.of(
        TEMPERATURE,
        TOP_N,
        TOP_P,
        GREEDY,
        BEAM_WIDTH,
        DRAW_AT,
        REPETITION_PENALTY,
        REPETITION_WINDOW,
        STOP_AT_UNKNOWN);
  }

  private static Flag<Double> above0(
      String name, DoublePredicate allowed, String range, String help) {
    return Flag.number(name, value -> value > 0 && allowed.test(value), range, help);
  }

  private static double temperature(String text) {
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && Double.isFinite((float) value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // the error below is for both
    }
    throw Flag.expected("a number above 0", text);
  }

  /** Rejects flags that do not go together. */
  static void check(Flags flags) {
    List<Flag<?>> draws = List.of(TEMPERATURE, TOP_N, TOP_P, DRAW_AT);
    for (Flag<?> sure : List.of(GREEDY, BEAM_WIDTH)) {
      if (flags.has(sure)) {
        draws.forEach(draw -> refuse(flags, draw, sure));
      }
    }
    refuse(flags, GREEDY, BEAM_WIDTH);
    if (flags.has(REPETITION_WINDOW) && !flags.has(REPETITION_PENALTY)) {
      throw new UsageException("%s needs %s", REPETITION_WINDOW, REPETITION_PENALTY);
    }
  }

  /** The error for two flags that do not go together, if both are given. */
  static void refuse(Flags flags, Flag<?> one, Flag<?> other) {
    if (flags.has(one) && flags.has(other)) {
      throw new UsageException("%s does not go with %s", one, other);
    }
  }

  /** One of each kind of text: the temperatures that are given, or none. */
  static List<Optional<Double>> temperatures(Flags flags) {
    return flags
        .find(TEMPERATURE)
        .map(given -> given.stream().map(Optional::of).toList())
        .orElse(List.of(Optional.empty()));
  }

  /**
   * The policy: special symbols out, the penalty of repetition, the temperature, the nucleus, the n
   * likeliest, then the draw. Special symbols are never written; a text may end before the mark of
   * documents and before the unknown.
   */
  static NextSymbolPolicy policy(Flags flags, Vocabulary vocabulary, Optional<Double> temperature) {
    NextSymbolPolicy drawn = draw(flags, vocabulary, temperature);
    NextSymbolPolicy policy =
        flags
            .find(REPETITION_PENALTY)
            .<NextSymbolPolicy>map(
                penalty -> new RepetitionPenalty(penalty, flags.get(REPETITION_WINDOW), drawn))
            .orElse(drawn);
    Set<Integer> never = new HashSet<>(vocabulary.neverWritten());
    if (flags.has(STOP_AT_UNKNOWN)) {
      vocabulary.unknown().ifPresent(never::remove);
    }
    return never.isEmpty() ? policy : new Except(never, policy);
  }

  private static NextSymbolPolicy draw(
      Flags flags, Vocabulary vocabulary, Optional<Double> temperature) {
    if (flags.has(GREEDY) || flags.has(BEAM_WIDTH)) {
      return new Greedy();
    }
    int n = flags.get(TOP_N, flags.has(TOP_P) ? 0 : TopN.DEFAULT_N);
    NextSymbolPolicy top = n == 0 ? TopN.all() : new TopN(n);
    NextSymbolPolicy nucleus =
        flags.find(TOP_P).<NextSymbolPolicy>map(p -> new TopP(p, top)).orElse(top);
    NextSymbolPolicy shaped =
        temperature.<NextSymbolPolicy>map(t -> new Temperature(t, nucleus)).orElse(nucleus);
    return flags.get(DRAW_AT) == DrawAt.WORD_STARTS
        ? DrawAfter.wordStarts(vocabulary, shaped)
        : shaped;
  }
}
