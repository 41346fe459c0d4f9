package io.github.charlstm.cli;

import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.sample.Greedy;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.Temperature;
import io.github.charlstm.sample.TextGenerator;
import io.github.charlstm.sample.TopN;
import io.github.charlstm.train.TrainingCheckpoint;
import java.util.List;
import java.util.Random;
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
    return "let a checkpoint write text";
  }

  @Override
  public Options options() {
    Options options = CheckpointFlag.options();
    options.addOption(null, "prime", true, "the text to write on from (default: Far)");
    options.addOption(null, "length", true, "characters to write (default: 2000)");
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
        "sample --greedy --prime \"Macbeth. \"");
  }

  @Override
  public void run(Flags flags, Console console) {
    int length = flags.integer("length", 0, Integer.MAX_VALUE).orElse(DEFAULT_LENGTH);
    NextSymbolPolicy policy = policy(flags);
    Random random =
        flags.has("seed")
            ? new Random(flags.longInteger("seed", 0, Integer.MAX_VALUE).getAsLong())
            : new Random();
    String prime = flags.text("prime").orElse("Far");
    if (prime.isEmpty()) {
      throw new UsageException("--prime: expected at least one character, found ''");
    }
    TrainingCheckpoint checkpoint = CheckpointFlag.open(flags);
    requireKnown(prime, checkpoint);
    try (LanguageModelSession session =
        LanguageModelSession.inference(checkpoint.settings().model(), 1, 1)) {
      session.restore(checkpoint.variables());
      console.out().print(prime);
      new TextGenerator(session, checkpoint.vocabulary())
          .generate(prime, length, policy, random, console::stream);
      console.out().println();
    }
  }

  private static void requireKnown(String prime, TrainingCheckpoint checkpoint) {
    try {
      checkpoint.vocabulary().encode(prime);
    } catch (InvalidDataException e) {
      throw new UsageException("--prime for " + checkpoint.folder() + ": " + e.getMessage());
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
