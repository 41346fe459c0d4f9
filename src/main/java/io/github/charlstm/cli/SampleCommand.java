package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Except;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

final class SampleCommand implements Command {
  static final Flag<Integer> LENGTH =
      Flag.integer("length", 0, Integer.MAX_VALUE, "characters, words or bytes to generate")
          .orElse(2000);
  private static final Flag<String> PRIME =
      Flag.of(
          "prime",
          value -> {
            if (value.isEmpty()) {
              throw Flag.expected("at least one character", value);
            }
            return value;
          },
          "the text to continue (default: the recipe's)");
  private static final Flag<Integer> TOP_N =
      Flag.integer("top-n", 0, Integer.MAX_VALUE, "sample from the n likeliest, 0 for all")
          .orElse(TopN.DEFAULT_N);
  private static final Flag<Double> TEMPERATURE =
      Flag.number(
          "temperature",
          value -> value > 0,
          "a number above 0",
          "below 1 less random, above 1 more random (default: 1)");
  private static final Flag<Boolean> GREEDY = Flag.toggle("greedy", "always take the likeliest");
  private static final Flag<Boolean> STOP_AT_UNKNOWN =
      Flag.toggle(
          "stop-at-unknown", "end before the first unknown word, as the cookbook (default: none)");
  private static final Flag<Long> SEED = TrainFlags.SEED.help("the same seed gives the same text");

  @Override
  public Usage usage() {
    return Usage.of("sample", "generate text with a checkpoint, or with a model from Python")
        .flags(RunFolders.CHECKPOINT)
        .flags(ExternalModelOptions.flags(true))
        .flags(
            TextFlags.ENCODING,
            TextFlags.ON_MALFORMED,
            TextFlags.ON_UNKNOWN,
            PRIME,
            LENGTH,
            TOP_N,
            TEMPERATURE,
            GREEDY,
            STOP_AT_UNKNOWN,
            SEED)
        .examples(
            "sample",
            "sample --checkpoint checkpoints/anna --prime \"Far\" --length 500 --seed 1",
            "sample --checkpoint checkpoints/anna/i600_l512 --top-n 0 --temperature 0.7",
            "sample --greedy --prime \"Macbeth. \"",
            "sample --config prose.json --seed 7 --json",
            "sample --saved-model exported/anna --vocab anna.txt",
            "sample --meta save/model.ckpt-100.meta --vocab vocab.json --map keep_prob=dropout:0");
  }

  @Override
  public void run(Flags flags, Console console) {
    int length = flags.get(LENGTH);
    NextSymbolPolicy drawing = policy(flags);
    long seed = flags.find(SEED).orElseGet(() -> (long) new Random().nextInt(Integer.MAX_VALUE));
    if (!ExternalModelOptions.areGiven(flags)) {
      TextFlags.requireNone(flags, ExternalModelOptions.VOCAB + " FILE, a text");
    }
    TextModel chosen = TextModel.find(flags, console);
    String prime =
        flags
            .find(PRIME)
            .map(chosen.preparation()::clean)
            .map(
                cleaned ->
                    TextFlags.known(flags, chosen.vocabulary(), CharacterText.of(cleaned), console)
                        .toString())
            .filter(cleaned -> !cleaned.isEmpty())
            .orElseGet(() -> TrainingSamples.prime(chosen.settings(), chosen.vocabulary()));
    checkPrime(prime, chosen, console);
    NextSymbolPolicy policy = policy(chosen.vocabulary(), flags.has(STOP_AT_UNKNOWN), drawing);
    try (NextSymbolModel model = console.during("loading the model", chosen::open)) {
      write(model, chosen, new Request(prime, length, policy, seed), console);
    }
  }

  private record Request(String prime, int length, NextSymbolPolicy policy, long seed) {}

  // Special symbols are never written; a text may end before the unknown.
  private static NextSymbolPolicy policy(
      Vocabulary vocabulary, boolean stopAtUnknown, NextSymbolPolicy drawing) {
    Set<Integer> never = new HashSet<>(vocabulary.special());
    if (stopAtUnknown) {
      vocabulary.unknown().ifPresent(never::remove);
    }
    return never.isEmpty() ? drawing : new Except(never, drawing);
  }

  // Reading a prime rejects characters that the model does not know; unknown words are only noted.
  private static void checkPrime(String prime, TextModel chosen, Console console) {
    Vocabulary vocabulary = chosen.vocabulary();
    int[] symbols;
    try {
      symbols = vocabulary.encode(prime);
    } catch (InvalidDataException e) {
      throw TextFlags.unknown(PRIME + " for " + chosen.path(), e);
    }
    if (vocabulary.unknown().isEmpty() || vocabulary.knows(prime)) {
      return;
    }
    boolean words = !vocabulary.separator().isEmpty();
    String unknown =
        (words ? Stream.of(prime.split("\\s+")) : prime.codePoints().mapToObj(Character::toString))
            .filter(symbol -> !vocabulary.contains(symbol))
            .distinct()
            .map(symbol -> "'" + symbol + "'")
            .collect(Collectors.joining(", "));
    console.note(
        String.format(
            "the model does not know the %s %s of %s; it reads each as unknown",
            words ? "words" : "characters", unknown, PRIME));
  }

  // Progress is shown only if the text is not printed to a terminal.
  private static void write(
      NextSymbolModel model, TextModel chosen, Request request, Console console) {
    Vocabulary vocabulary = chosen.vocabulary();
    StringBuilder text = new StringBuilder(request.prime());
    boolean seen = console.watched().out() && !console.json();
    int length;
    try (Progress progress = seen ? Progress.NONE : console.progress("writing")) {
      progress.total(request.length(), vocabulary.unit() + "s");
      AtomicLong written = new AtomicLong();
      Consumer<String> sink = console.json() ? text::append : console::stream;
      if (!console.json()) {
        console.out().print(request.prime());
      }
      length =
          new TextGenerator(model, vocabulary)
              .generate(
                  request.prime(),
                  request.length(),
                  request.policy(),
                  new Random(request.seed()),
                  sink.andThen(symbol -> progress.update(written.incrementAndGet())));
    }
    if (!console.json()) {
      console.out().println();
    }
    if (length < request.length()) {
      console.note("ended after " + length + " of " + request.length() + ": the next is unknown");
    }
    if (!console.json()) {
      return;
    }
    console.result(
        Json.object()
            .put(chosen.kind(), chosen.path())
            .put("prime", request.prime())
            .put("text", text.toString())
            .put("length", length)
            .put("seed", request.seed()));
  }

  private static NextSymbolPolicy policy(Flags flags) {
    if (flags.has(GREEDY)) {
      for (Flag<?> other : List.of(TEMPERATURE, TOP_N)) {
        if (flags.has(other)) {
          throw new UsageException("%s does not go with %s", other, GREEDY);
        }
      }
      return new Greedy();
    }
    int n = flags.get(TOP_N);
    NextSymbolPolicy draw = n == 0 ? TopN.all() : new TopN(n);
    return flags
        .find(TEMPERATURE)
        .<NextSymbolPolicy>map(t -> new Temperature(t, draw))
        .orElse(draw);
  }
}
