package io.github.charlstm.cli;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.NextSymbolPolicy.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy.Temperature;
import io.github.charlstm.sample.NextSymbolPolicy.TopN;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code charlstm sample}. */
final class SampleCommand implements Command {
  static final Flag<Integer> LENGTH =
      Flag.integer("length", 0, Integer.MAX_VALUE, "characters or words to write").orElse(2000);
  private static final Flag<String> PRIME =
      Flag.of(
          "prime",
          value -> {
            if (value.isEmpty()) {
              throw Flag.expected("at least one character", value);
            }
            return value;
          },
          "the text to write on from (default: the recipe's)");
  private static final Flag<Integer> TOP_N =
      Flag.integer("top-n", 0, Integer.MAX_VALUE, "draw from the n likeliest, 0 for all")
          .orElse(TopN.DEFAULT_N);
  private static final Flag<Double> TEMPERATURE =
      Flag.number(
          "temperature",
          value -> value > 0,
          "a number above 0",
          "below 1 bolder, above 1 wilder (default: 1)");
  private static final Flag<Boolean> GREEDY = Flag.toggle("greedy", "always the likeliest");
  private static final Flag<Long> SEED = TrainFlags.SEED.help("the same seed writes the same text");

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public String summary() {
    return "let a checkpoint, or a model that Python wrote, write text";
  }

  @Override
  public List<Flag<?>> flags() {
    return Stream.of(
            List.of(RunFolders.CHECKPOINT),
            ExternalModelOptions.flags(true),
            List.of(
                TextFlags.ENCODING,
                TextFlags.ON_MALFORMED,
                PRIME,
                LENGTH,
                TOP_N,
                TEMPERATURE,
                GREEDY,
                SEED))
        .<Flag<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<String> examples() {
    return List.of(
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
    NextSymbolPolicy policy = policy(flags);
    long seed = flags.find(SEED).orElseGet(() -> (long) new Random().nextInt(Integer.MAX_VALUE));
    boolean foreign = ExternalModelOptions.areGiven(flags, RunFolders.CHECKPOINT);
    if (!foreign) {
      TextFlags.requireNone(flags, ExternalModelOptions.VOCAB + " FILE, a text");
    }
    if (foreign) {
      Vocabulary vocabulary = ExternalModelOptions.vocabulary(flags);
      try (ForeignModel model =
          console.during("loading the model", () -> ExternalModelOptions.open(flags, vocabulary))) {
        String prime = flags.find(PRIME).orElseGet(() -> Primes.first(vocabulary));
        requireKnown(prime, vocabulary, ExternalModelOptions.path(flags));
        Story story =
            new Story(prime, length, policy, seed, "model", ExternalModelOptions.path(flags));
        write(model, vocabulary, story, console);
      }
      return;
    }
    TrainingCheckpoint checkpoint = RunFolders.openCheckpoint(flags, console);
    String prime =
        flags
            .find(PRIME)
            .map(checkpoint.settings().preparation()::clean)
            .filter(cleaned -> !cleaned.isEmpty())
            .orElseGet(() -> Primes.first(checkpoint.settings(), checkpoint.vocabulary()));
    requireKnown(prime, checkpoint.vocabulary(), checkpoint.folder());
    try (LanguageModelSession session =
        console.during("loading the model", () -> loaded(checkpoint))) {
      Story story = new Story(prime, length, policy, seed, "checkpoint", checkpoint.folder());
      write(session, checkpoint.vocabulary(), story, console);
    }
  }

  private static LanguageModelSession loaded(TrainingCheckpoint checkpoint) {
    LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1);
    try {
      session.restore(checkpoint.variables());
      return session;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  // What is to be written, and by whom.
  private record Story(
      String prime, int length, NextSymbolPolicy policy, long seed, String kind, Path writer) {}

  // Who watches the text come needs no progress; who sends it to a file, or waits for JSON, does.
  private static void write(
      NextSymbolModel model, Vocabulary vocabulary, Story story, Console console) {
    StringBuilder text = new StringBuilder(story.prime());
    boolean seen = console.watched().out() && !console.json();
    try (Progress progress = seen ? Progress.NONE : console.progress("writing")) {
      progress.of(story.length(), vocabulary.separator().isEmpty() ? "characters" : "words");
      AtomicLong written = new AtomicLong();
      Consumer<String> sink = console.json() ? text::append : console::stream;
      if (!console.json()) {
        console.out().print(story.prime());
      }
      new TextGenerator(model, vocabulary)
          .generate(
              story.prime(),
              story.length(),
              story.policy(),
              new Random(story.seed()),
              sink.andThen(symbol -> progress.to(written.incrementAndGet())));
    }
    if (!console.json()) {
      console.out().println();
      return;
    }
    console.result(
        Json.object()
            .put(story.kind(), story.writer())
            .put("prime", story.prime())
            .put("text", text.toString())
            .put("length", story.length())
            .put("seed", story.seed()));
  }

  private static void requireKnown(String prime, Vocabulary vocabulary, Path model) {
    try {
      vocabulary.encode(prime);
    } catch (InvalidDataException e) {
      throw new UsageException(PRIME + " for " + model + ": " + e.getMessage());
    }
  }

  private static NextSymbolPolicy policy(Flags flags) {
    if (flags.has(GREEDY)) {
      if (flags.has(TEMPERATURE) || flags.has(TOP_N)) {
        throw new UsageException(GREEDY + " does not go with " + TEMPERATURE + " or " + TOP_N);
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
