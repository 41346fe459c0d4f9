package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextFile;
import io.github.charlstm.data.TextFile.Newlines;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.sample.NextSymbolModel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code charlstm sample}. */
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
  private static final Flag<Path> PRIME_FILE =
      Flag.path("prime-file", "the text to continue, of a file; - for standard input");
  private static final Path STANDARD_INPUT = Path.of("-");
  private static final Flag<Boolean> INTERACTIVE =
      Flag.toggle(
          "interactive",
          "write a text together, line by line of standard input; an empty line goes on for"
              + " --length symbols (default: 20)");
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
            PRIME_FILE,
            LENGTH)
        .flags(SampleFlags.all())
        .flags(SampledTexts.flags())
        .flags(INTERACTIVE, SEED)
        .examples(
            "sample",
            "sample --checkpoint checkpoints/anna --prime \"Far\" --length 500 --seed 1",
            "sample --checkpoint checkpoints/anna/i600_l512 --top-n 0 --temperature 0.5,0.7,1",
            "sample --top-p 0.9 --count 5 --copied",
            "sample --greedy --prime \"Macbeth. \" --stop \"Macb.\"",
            "sample --beam-width 8 --length 100 --prime-file chapter.txt",
            "sample --interactive",
            "sample --config prose.json --seed 7 --json",
            "sample --saved-model exported/anna --vocab anna.txt",
            "sample --meta save/model.ckpt-100.meta --vocab vocab.json --map keep_prob=dropout:0");
  }

  @Override
  public void run(Flags flags, Console console) {
    check(flags);
    long seed = flags.find(SEED).orElseGet(() -> (long) new Random().nextInt(Integer.MAX_VALUE));
    TextModel chosen = TextModel.find(flags, console);
    String prime = prime(flags, chosen, console);
    if (flags.has(INTERACTIVE)) {
      try (NextSymbolModel model = console.during("loading the model", chosen::open)) {
        new InteractiveSampling(flags, console, chosen, prime, seed).write(model);
      }
      return;
    }
    SampledTexts texts = new SampledTexts(flags, console, chosen, prime, seed, flags.get(LENGTH));
    try (NextSymbolModel model = console.during("loading the model", chosen::open)) {
      texts.write(model);
    }
  }

  private static void check(Flags flags) {
    SampleFlags.check(flags);
    SampledTexts.check(flags);
    SampleFlags.refuse(flags, PRIME, PRIME_FILE);
    if (flags.has(INTERACTIVE)) {
      InteractiveSampling.check(flags, INTERACTIVE);
      if (flags.find(PRIME_FILE).equals(Optional.of(STANDARD_INPUT))) {
        throw new UsageException(
            "%s %s does not go with %s, which reads standard input",
            PRIME_FILE, STANDARD_INPUT, INTERACTIVE);
      }
    }
    if (!ExternalModelOptions.areGiven(flags)
        && !flags.has(PRIME_FILE)
        && !flags.has(LearnedText.COMPARE_WITH)) {
      TextFlags.requireNone(
          flags,
          "%s FILE, a text, %s or %s"
              .formatted(ExternalModelOptions.VOCAB, PRIME_FILE, LearnedText.COMPARE_WITH));
    }
  }

  /** The text to continue: the flags', or else the recipe's. */
  static String prime(Flags flags, TextModel chosen, Console console) {
    Flag<?> source = flags.has(PRIME_FILE) ? PRIME_FILE : PRIME;
    Optional<String> given =
        flags.has(PRIME_FILE) ? Optional.of(file(flags, chosen, console)) : flags.find(PRIME);
    String prime =
        given
            .map(text -> left(flags, source, text, chosen, console))
            .orElseGet(() -> TrainingSamples.prime(chosen.settings(), chosen.vocabulary()));
    checkPrime(source, prime, chosen, console);
    return prime;
  }

  // What is left of a text once it is cleaned and, if the flags say so, without unknown characters.
  private static String left(
      Flags flags, Flag<?> source, String text, TextModel chosen, Console console) {
    Vocabulary vocabulary = chosen.vocabulary();
    String cleaned = chosen.preparation().clean(text);
    String left = TextFlags.known(flags, vocabulary, CharacterText.of(cleaned), console).toString();
    if (left.isEmpty() && vocabulary.documentMark().isEmpty()) {
      throw new UsageException(
          "%s: nothing is left of '%s' %s; give another text, or leave %1$s out",
          source,
          flags.has(PRIME_FILE) ? flags.get(PRIME_FILE) : text.replace("\n", "\\n"),
          cleaned.isEmpty()
              ? "once it is cleaned as the model's texts are"
              : "without the characters that the model does not know");
    }
    return left;
  }

  // Without the line break at its end, which editors and echo write.
  private static String file(Flags flags, TextModel chosen, Console console) {
    Path path = flags.get(PRIME_FILE);
    TextFormat format = TextFlags.format(flags, TextFormat.UTF_8);
    Newlines newlines = Newlines.of(chosen.vocabulary());
    CharacterText text =
        path.equals(STANDARD_INPUT)
            ? TextFile.load(console.in(), "standard input", format, newlines)
            : TextFile.load(path, format, newlines, read -> {});
    String prime = text.toString().replaceFirst("\r?\n\\z", "");
    if (prime.isEmpty()) {
      throw new UsageException("%s %s holds no more than a line break", PRIME_FILE, path);
    }
    return prime;
  }

  // Reading a prime rejects characters that the model does not know; unknown words are only noted.
  private static void checkPrime(Flag<?> source, String prime, TextModel chosen, Console console) {
    Vocabulary vocabulary = chosen.vocabulary();
    int[] symbols;
    try {
      symbols = vocabulary.encode(prime);
    } catch (InvalidDataException e) {
      throw TextFlags.unknown(source + " for " + chosen.path(), e);
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
            words ? "words" : "characters", unknown, source));
  }
}
