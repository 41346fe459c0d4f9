package io.github.charlstm.cli;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.model.NextSymbolModel;
import io.github.charlstm.sample.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.Temperature;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.sample.TopN;
import io.github.charlstm.train.TrainingCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.commons.cli.Options;

/** {@code charlstm sample}. */
final class SampleCommand implements Command {
  private static final int DEFAULT_LENGTH = 2000;

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public String summary() {
    return "let a checkpoint, or a model that Python wrote, write text";
  }

  @Override
  public Options options() {
    Options options = CheckpointFlag.options();
    ExternalModelOptions.add(options, true);
    TextFlags.add(options);
    options.addOption(null, "prime", true, "the text to write on from (default: the recipe's)");
    options.addOption(null, "length", true, "characters or words to write (default: 2000)");
    options.addOption(null, "top-n", true, "draw from the n likeliest (default: 4; 0 for all)");
    options.addOption(null, "temperature", true, "below 1 bolder, above 1 wilder (default: 1)");
    options.addOption(null, "greedy", false, "always the likeliest");
    options.addOption(null, "seed", true, "the same seed writes the same text");
    return options;
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
    int length = flags.integer("length", 0, Integer.MAX_VALUE).orElse(DEFAULT_LENGTH);
    NextSymbolPolicy policy = policy(flags);
    long seed =
        flags
            .longInteger("seed", 0, Integer.MAX_VALUE)
            .orElseGet(() -> new Random().nextInt(Integer.MAX_VALUE));
    if (flags.text("prime").filter(String::isEmpty).isPresent()) {
      throw new UsageException("--prime: expected at least one character, found ''");
    }
    boolean foreign = ExternalModelOptions.areGiven(flags, "checkpoint");
    if (!foreign && TextFlags.areGiven(flags)) {
      throw new UsageException("--encoding and --on-malformed go with --vocab FILE, a text");
    }
    if (foreign) {
      Vocabulary vocabulary = ExternalModelOptions.vocabulary(flags);
      try (ForeignModel model =
          console.during("loading the model", () -> ExternalModelOptions.open(flags, vocabulary))) {
        String prime = flags.text("prime").orElseGet(() -> Primes.first(vocabulary));
        requireKnown(prime, vocabulary, ExternalModelOptions.path(flags));
        Story story =
            new Story(prime, length, policy, seed, "model", ExternalModelOptions.path(flags));
        write(model, vocabulary, story, console);
      }
      return;
    }
    TrainingCheckpoint checkpoint = CheckpointFlag.open(flags, console);
    String prime =
        flags
            .text("prime")
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
      throw new UsageException("--prime for " + model + ": " + e.getMessage());
    }
  }

  private static NextSymbolPolicy policy(Flags flags) {
    if (flags.has("greedy")) {
      if (flags.has("temperature") || flags.has("top-n")) {
        throw new UsageException("--greedy does not go with --temperature or --top-n");
      }
      return new Greedy();
    }
    int n = flags.integer("top-n", 0, Integer.MAX_VALUE).orElse(TopN.DEFAULT_N);
    NextSymbolPolicy draw = n == 0 ? TopN.all() : new TopN(n);
    return flags
        .number("temperature", t -> t > 0, "a number above 0")
        .<NextSymbolPolicy>map(t -> new Temperature(t, draw))
        .orElse(draw);
  }
}
