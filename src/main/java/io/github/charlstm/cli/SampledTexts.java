package io.github.charlstm.cli;

import io.github.charlstm.data.Seeds;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.BeamSearch;
import io.github.charlstm.sample.CopiedText;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.sample.TextGenerator.End;
import io.github.charlstm.sample.TextGenerator.Generated;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Generates the texts that {@code sample} is asked for, and prints each as it comes. */
final class SampledTexts {
  static final Flag<Integer> COUNT =
      Flag.integer("count", 1, 1_000_000, "texts to write").orElse(1);
  static final Flag<List<String>> STOP =
      Flag.repeatable(
          "stop", SampledTexts::stops, "end before this text; may be given several times");
  static final Flag<Boolean> UNIQUE =
      Flag.toggle("unique", "no text twice: draws others for those that repeat one");
  static final Flag<Boolean> NOVEL =
      Flag.toggle(
          "novel",
          "no text that is a part, or a document, of what the model learned: draws others");
  static final Flag<Boolean> COPIED =
      Flag.toggle("copied", "say how much of each text is in what the model learned");
  // Draws for each text that is asked for, with --unique or --novel.
  private static final int MOST_ATTEMPTS = 100;
  private static final int LONGEST_QUOTE = 60;

  private final Flags flags;
  private final Console console;
  private final TextModel chosen;
  private final String prime;
  private final long seed;
  private final int length;
  private final int count;
  private final boolean filtered;
  private final boolean several;
  private final boolean lines; // each text is one, of a model of such documents
  private final Optional<LearnedText> learned;
  private final List<Sample> samples = new ArrayList<>();
  private int attempts;
  private int repeated;
  private int known;

  /**
   * One text.
   *
   * @param number from 1, of its temperature
   * @param seed of a text that is drawn
   * @param text with the prime
   */
  private record Sample(
      int number,
      Optional<Double> temperature,
      OptionalLong seed,
      String text,
      int length,
      End end,
      Optional<Double> logProbability,
      Optional<CopiedText> copied) {}

  SampledTexts(
      Flags flags, Console console, TextModel chosen, String prime, long seed, int length) {
    this.flags = flags;
    this.console = console;
    this.chosen = chosen;
    this.prime = prime;
    this.seed = seed;
    this.length = length;
    count = flags.get(COUNT);
    filtered = flags.has(UNIQUE) || flags.has(NOVEL);
    Vocabulary vocabulary = chosen.vocabulary();
    lines = vocabulary.documentMark().isPresent() && !vocabulary.contains('\n');
    several = count > 1 || SampleFlags.temperatures(flags).size() > 1;
    learned =
        flags.has(NOVEL) || flags.has(COPIED)
            ? Optional.of(LearnedText.find(flags, chosen, console))
            : Optional.empty();
  }

  static List<Flag<?>> flags() {
    return List.of(COUNT, STOP, UNIQUE, NOVEL, COPIED, LearnedText.COMPARE_WITH);
  }

  private static List<String> stops(List<String> values) {
    if (values.contains("")) {
      throw Flag.expected("at least one character", "");
    }
    return List.copyOf(values);
  }

  /** Rejects flags that do not go together. */
  static void check(Flags flags) {
    SampleFlags.refuse(flags, COUNT, SampleFlags.GREEDY);
    for (Flag<?> filter : List.of(UNIQUE, NOVEL)) {
      SampleFlags.refuse(flags, filter, SampleFlags.GREEDY);
      SampleFlags.refuse(flags, filter, SampleFlags.BEAM_WIDTH);
    }
    if (flags.has(LearnedText.COMPARE_WITH) && !flags.has(COPIED) && !flags.has(NOVEL)) {
      throw new UsageException("%s needs %s or %s", LearnedText.COMPARE_WITH, COPIED, NOVEL);
    }
    Optional<Integer> width = flags.find(SampleFlags.BEAM_WIDTH);
    if (width.isPresent() && flags.get(COUNT) > width.get()) {
      throw new UsageException(
          "%s %s finds at most %2$s texts; %s is %s",
          SampleFlags.BEAM_WIDTH, width.get(), COUNT, flags.get(COUNT));
    }
  }

  /**
   * The seed of an attempt, from 1. The first has the seed that is given; those after it are mixed
   * from it.
   */
  static long seed(long first, int attempt) {
    if (attempt == 1) {
      return first;
    }
    // the outputs of SplitMix64, whose state grows by this
    return Seeds.mix(first + (attempt - 1) * 0x9e3779b97f4a7c15L) & Integer.MAX_VALUE;
  }

  void write(NextSymbolModel model) {
    for (Optional<Double> temperature : SampleFlags.temperatures(flags)) {
      NextSymbolPolicy policy = SampleFlags.policy(flags, chosen.vocabulary(), temperature);
      if (flags.has(SampleFlags.BEAM_WIDTH)) {
        search(model, policy);
      } else {
        draw(model, policy, temperature);
      }
    }
    summary();
    console.result(this::json);
  }

  private void search(NextSymbolModel model, NextSymbolPolicy policy) {
    int width = flags.get(SampleFlags.BEAM_WIDTH);
    List<BeamSearch.Found> found;
    try (Progress progress = console.progress("searching")) {
      progress.total(length, chosen.vocabulary().unit() + "s");
      found =
          new BeamSearch(model, chosen.vocabulary(), width, policy, flags.get(STOP))
              .search(prime, length, progress::update);
    }
    for (BeamSearch.Found best : found.subList(0, Math.min(count, found.size()))) {
      Sample sample =
          new Sample(
              samples.size() + 1,
              Optional.empty(),
              OptionalLong.empty(),
              prime + best.text(),
              best.length(),
              best.end(),
              Optional.of(best.logProbability()),
              copied(best.text()));
      print(sample);
      add(sample);
    }
  }

  private void draw(NextSymbolModel model, NextSymbolPolicy policy, Optional<Double> temperature) {
    Set<String> seen = new HashSet<>();
    int number = 1;
    for (int k = 1; number <= count && k <= (filtered ? MOST_ATTEMPTS : 1) * count; k++) {
      long own = seed(seed, k);
      attempts++;
      StringBuilder generated = new StringBuilder();
      boolean streams = !filtered && !console.json();
      if (streams) {
        header(number, temperature, Optional.of("seed " + own));
        console.stream(prime);
      }
      Generated ended = generate(model, policy, own, generated, streams);
      if (streams) {
        console.out().println();
      }
      if (isWanted(generated.toString(), seen)) {
        Sample sample =
            new Sample(
                number,
                temperature,
                OptionalLong.of(own),
                prime + generated,
                ended.length(),
                ended.end(),
                Optional.empty(),
                copied(generated.toString()));
        if (!streams) {
          print(sample);
        }
        add(sample);
        number++;
      }
    }
    if (number <= count) {
      console.note(
          "wrote %s of %s texts: %s draws gave no more that are wanted",
          number - 1, count, MOST_ATTEMPTS * count);
    }
  }

  // Progress is shown only if the text is not printed to a terminal.
  private Generated generate(
      NextSymbolModel model,
      NextSymbolPolicy policy,
      long own,
      StringBuilder generated,
      boolean streams) {
    Vocabulary vocabulary = chosen.vocabulary();
    boolean seen = console.watched().out() && streams;
    try (Progress progress = seen ? Progress.NONE : console.progress("writing")) {
      progress.total(length, vocabulary.unit() + "s");
      AtomicLong written = new AtomicLong();
      Consumer<String> sink = generated::append;
      if (streams) {
        sink = sink.andThen(console::stream);
      }
      return new TextGenerator(model, vocabulary)
          .endingBefore(flags.get(STOP))
          .generate(
              prime,
              length,
              policy,
              new Random(own),
              sink.andThen(piece -> progress.update(written.incrementAndGet())));
    }
  }

  private boolean isWanted(String generated, Set<String> seen) {
    if (filtered && !seen.add(generated)) {
      repeated++;
      if (flags.has(UNIQUE)) {
        return false;
      }
    }
    if (flags.has(NOVEL) && !learned.orElseThrow().isNew(prime, generated)) {
      known++;
      return false;
    }
    return true;
  }

  private Optional<CopiedText> copied(String generated) {
    return flags.has(COPIED)
        ? learned.map(text -> console.during("comparing", () -> text.copied(generated)))
        : Optional.empty();
  }

  private void header(int number, Optional<Double> temperature, Optional<String> detail) {
    if (!several) {
      return;
    }
    if (lines) {
      if (number == 1) {
        temperature.ifPresent(t -> console.out().println("--- temperature " + t + " ---"));
      }
      return;
    }
    StringBuilder line = new StringBuilder("--- text " + number + " of " + count);
    temperature.ifPresent(t -> line.append(", temperature ").append(t));
    detail.ifPresent(text -> line.append(", ").append(text));
    console.out().println(line.append(" ---"));
  }

  private void print(Sample sample) {
    if (!console.json()) {
      Optional<String> detail =
          sample.seed().isPresent()
              ? Optional.of("seed " + sample.seed().getAsLong())
              : sample.logProbability().map(log -> String.format(Locale.ROOT, "ln p %.2f", log));
      header(sample.number(), sample.temperature(), detail);
      console.stream(sample.text());
      console.out().println();
    }
  }

  private void add(Sample sample) {
    samples.add(sample);
    String which = several ? "text " + sample.number() + ": " : "";
    if (sample.end() == End.UNKNOWN) {
      console.note(which + "ended after %s of %s: the next is unknown", sample.length(), length);
    }
    sample.copied().ifPresent(copied -> console.note("%s%s", which, describe(copied)));
  }

  private String describe(CopiedText copied) {
    String part = copied.longest();
    int characters = part.codePointCount(0, part.length());
    int shown = part.offsetByCodePoints(0, Math.min(LONGEST_QUOTE, characters));
    String quote = part.substring(0, shown).replace("\n", "\\n");
    String share =
        copied.share().stream()
            .mapToObj(
                value ->
                    String.format(
                        Locale.ROOT,
                        "%.1f%% of its parts of %s characters",
                        100 * value,
                        CopiedText.WINDOW))
            .findFirst()
            .orElse("it is shorter than " + CopiedText.WINDOW + " characters");
    return String.format(
        Locale.ROOT,
        "copied from %s: at most %,d characters in a row ('%s%s'), %s",
        learned.orElseThrow().source(),
        characters,
        quote,
        characters > LONGEST_QUOTE ? "..." : "",
        share);
  }

  private void summary() {
    if (filtered) {
      console.note(
          "%,d texts of %,d drawn: %,d repeated%s",
          samples.size(),
          attempts,
          repeated,
          flags.has(NOVEL) ? String.format(Locale.ROOT, ", %,d not novel", known) : "");
    }
  }

  // The fields of a single text stand for the first of several.
  private Json json() {
    Optional<Sample> first = samples.stream().findFirst();
    Json fields =
        Json.object()
            .put(chosen.kind(), chosen.path())
            .put("prime", prime)
            .put("text", first.map(Sample::text))
            .put("length", first.map(Sample::length).orElse(0))
            .put("seed", seed);
    if (learned.isPresent()) {
      fields.put("compared_with", learned.get().source());
    }
    if (filtered) {
      fields.put("drawn", attempts).put("repeated", repeated).put("not_novel", known);
    }
    return fields.put("texts", samples.stream().map(SampledTexts::json).toList());
  }

  private static Json json(Sample sample) {
    Json fields = Json.object().put("text", sample.text()).put("length", sample.length());
    fields.put("end", sample.end().name().toLowerCase(Locale.ROOT));
    sample.seed().ifPresent(own -> fields.put("seed", own));
    sample.temperature().ifPresent(temperature -> fields.put("temperature", temperature));
    sample.logProbability().ifPresent(log -> fields.put("log_probability", log));
    sample
        .copied()
        .ifPresent(
            copied ->
                fields.put("longest_copied", copied.longest()).put("copied_share", copied.share()));
    return fields;
  }
}
