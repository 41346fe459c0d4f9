package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs command lines in this process and returns their output. */
final class Tool {
  /**
   * The result of a command line.
   *
   * @param code its exit code
   * @param out its standard output
   * @param err its standard error
   */
  record Output(int code, String out, String err) {}

  private Tool() {}

  static Output run(String... arguments) {
    return reading("", arguments);
  }

  /** The same with a text as standard input. */
  static Output reading(String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false)
            .reading(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    int code = new CommandLineTool(console).run(arguments);
    return new Output(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /**
   * Runs a command line after replacing names by paths, which may contain spaces.
   *
   * @param line words with a space between
   */
  static Output run(Map<String, Path> places, String line) {
    Pattern names = Pattern.compile(String.join("|", places.keySet()));
    return run(
        Stream.of(line.split(" "))
            .map(word -> names.matcher(word).replaceAll(name -> quoted(places.get(name.group()))))
            .toArray(String[]::new));
  }

  private static String quoted(Path path) {
    return Matcher.quoteReplacement(path.toString());
  }

  /**
   * Runs a command line that must succeed.
   *
   * @param line words with a space between; ROOT in one stands for the folder
   */
  static Output succeed(Path root, String line) {
    Output output = run(Map.of("ROOT", root), line);
    assertThat(output.code()).as(output.err()).isZero();
    return output;
  }
}
