package io.github.charlstm.cli;

import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.sample.InteractiveText;
import io.github.charlstm.sample.InteractiveText.Candidate;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import io.github.charlstm.sample.TextGenerator.End;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code sample --interactive}: the likeliest next symbols are shown, and each line of standard
 * input says what is next. The dialogue goes to standard error, the text at the end to standard
 * output; with {@code --json} all goes to standard output.
 */
final class InteractiveSampling {
  private static final int CANDIDATES = 9;
  private static final int SYMBOLS = 20; // of a step of the model
  private static final int SHOWN = 300; // characters of the text
  private static final String HELP =
      "A number takes that symbol, Enter goes on by %s, b takes a step back, q ends; any other line"
          + " is added to the text (\\n is a line break; after = also b, q and numbers).";

  private final Flags flags;
  private final Console console;
  private final TextModel chosen;
  private final String prime;
  private final long seed;
  private final int step;

  InteractiveSampling(Flags flags, Console console, TextModel chosen, String prime, long seed) {
    this.flags = flags;
    this.console = console;
    this.chosen = chosen;
    this.prime = prime;
    this.seed = seed;
    step = flags.get(SampleCommand.LENGTH, SYMBOLS);
  }

  /** Rejects flags that do not go with an interactive text. */
  static void check(Flags flags, Flag<Boolean> interactive) {
    for (Flag<?> other : Flags.join(List.of(SampleFlags.BEAM_WIDTH), SampledTexts.flags())) {
      SampleFlags.refuse(flags, other, interactive);
    }
    if (SampleFlags.temperatures(flags).size() > 1) {
      throw new UsageException(
          "%s: expected one temperature with %s, found %s",
          SampleFlags.TEMPERATURE, interactive, SampleFlags.temperatures(flags).size());
    }
  }

  void write(NextSymbolModel model) {
    NextSymbolPolicy policy =
        SampleFlags.policy(
            flags, chosen.vocabulary(), SampleFlags.temperatures(flags).iterator().next());
    try (InteractiveText text =
        new InteractiveText(model, chosen.vocabulary(), policy, new Random(seed), prime)) {
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
      say(String.format(Locale.ROOT, HELP, step + " " + chosen.vocabulary().unit() + "s"));
      boolean ended = false;
      while (!ended) {
        List<Candidate> likeliest = text.likeliest(CANDIDATES);
        show(text, likeliest);
        Optional<String> line = Optional.ofNullable(lines.readLine());
        ended = line.isEmpty() || line.get().equals("q");
        if (!ended) {
          ended = follow(line.get(), text, likeliest);
        }
      }
      finish(text);
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }

  // Whether the text is complete.
  private boolean follow(String line, InteractiveText text, List<Candidate> likeliest) {
    if (line.isEmpty()) {
      text.go(step)
          .ifPresent(
              end ->
                  say(
                      end == End.DOCUMENT
                          ? "the model ends the text here"
                          : "the next symbol is unknown"));
    } else if (line.equals("b")) {
      if (!text.back()) {
        say("this is the beginning");
      }
    } else if (line.matches("[0-9]+")) {
      return pick(line, text, likeliest);
    } else {
      append(line.startsWith("=") ? line.substring(1) : line, text);
    }
    return false;
  }

  private boolean pick(String number, InteractiveText text, List<Candidate> likeliest) {
    if (number.length() == 1
        && number.charAt(0) >= '1'
        && number.charAt(0) - '0' <= likeliest.size()) {
      return text.pick(likeliest.get(number.charAt(0) - '1').symbol()).isPresent();
    }
    say("expected 1 to " + likeliest.size() + "; =" + number + " adds the number to the text");
    return false;
  }

  private void append(String line, InteractiveText text) {
    try {
      String own = cleaned(line.replace("\\n", "\n"));
      text.append(
          TextFlags.known(flags, chosen.vocabulary(), CharacterText.of(own), console).toString());
    } catch (InvalidDataException e) {
      say(e.getMessage());
    }
  }

  // As the model's texts are cleaned, which drops white space at both ends; between characters it
  // matters.
  private String cleaned(String own) {
    if (chosen.preparation() == TextPreparation.CHARACTERS) {
      return own;
    }
    String cleaned = chosen.preparation().clean(own);
    boolean words = !chosen.vocabulary().separator().isEmpty();
    if (words || cleaned.isEmpty()) {
      return cleaned;
    }
    String before = Character.isWhitespace(own.charAt(0)) ? " " : "";
    String after = Character.isWhitespace(own.charAt(own.length() - 1)) ? " " : "";
    return before + cleaned + after;
  }

  private void say(String line) {
    if (console.json()) {
      console.note(line);
    } else {
      console.err().println(line);
    }
  }

  private void show(InteractiveText text, List<Candidate> likeliest) {
    if (console.json()) {
      console.result(
          Json.object()
              .put("text", text.text())
              .put("next", likeliest.stream().map(InteractiveSampling::json).toList()));
      return;
    }
    String all = text.text();
    int characters = all.codePointCount(0, all.length());
    String end =
        characters <= SHOWN
            ? all
            : "..." + all.substring(all.offsetByCodePoints(0, characters - SHOWN));
    console.err().println();
    console.err().println(end);
    console
        .err()
        .println(
            IntStream.range(0, likeliest.size())
                .mapToObj(
                    k ->
                        String.format(
                            Locale.ROOT,
                            "%s %s %.3f",
                            k + 1,
                            quoted(likeliest.get(k).text()),
                            likeliest.get(k).probability()))
                .collect(Collectors.joining("   ")));
    console.err().print("> ");
    console.err().flush();
  }

  private static Json json(Candidate candidate) {
    return Json.object()
        .put("symbol", candidate.text())
        .put("probability", candidate.probability());
  }

  private static String quoted(String symbol) {
    if (symbol.isEmpty()) {
      return "(end)"; // the mark of documents
    }
    String shown =
        symbol
            .codePoints()
            .mapToObj(
                character ->
                    character == '\n'
                        ? "\\n"
                        : Character.isISOControl(character)
                            ? String.format("\\u%04x", character)
                            : Character.toString(character))
            .collect(Collectors.joining());
    return "'" + shown + "'";
  }

  private void finish(InteractiveText text) {
    console.result(
        () ->
            Json.object()
                .put(chosen.kind(), chosen.path())
                .put("prime", prime)
                .put("text", text.text())
                .put("length", text.length())
                .put("seed", seed),
        () -> {
          console.err().println();
          console.stream(text.text());
          console.out().println();
        });
  }
}
