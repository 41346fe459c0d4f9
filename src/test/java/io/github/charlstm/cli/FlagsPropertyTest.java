package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cli.Tool.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;

/**
 * Every flag of every command with random values, twice and in any order. Each line has at least
 * one mistake, so that none trains or fetches anything.
 */
class FlagsPropertyTest {

  private static final List<String> GARBAGE =
      List.of(
          "",
          " ",
          "-1",
          "0",
          "1",
          "1.5",
          "1e999",
          "-1e999",
          "NaN",
          "Infinity",
          "0x10",
          "1_000",
          "99999999999999999999",
          "2147483648",
          "-9223372036854775808",
          "5 ",
          "\uFF15",
          "true",
          "null",
          "\uD83D\uDE00",
          "\uD800",
          "a\nb",
          "a\u0000b",
          "-",
          "=",
          "%s%n",
          "..",
          "'",
          "\"",
          "\\",
          "*",
          "role=x:0",
          "softmax",
          "UTF-16",
          "replace",
          "anna",
          "x".repeat(5000));

  // The mistake of each line: flags or words that are added somewhere.
  private static final Map<String, List<String>> MISTAKES =
      Map.ofEntries(
          Map.entry("train", List.of("--data", "ROOT/missing.txt", "--run", "ROOT/new")),
          Map.entry("sample", List.of("--checkpoint", "ROOT/missing")),
          Map.entry("evaluate", List.of("--checkpoint", "ROOT/missing")),
          Map.entry("predict", List.of("--checkpoint", "ROOT/missing", "ROOT/missing.png")),
          Map.entry("classify", List.of("--data", "ROOT/missing", "--run", "ROOT/new")),
          Map.entry("reproduce", List.of("--only", "nothing")),
          Map.entry("recipes", List.of("--nothing")),
          Map.entry("inspect", List.of("--checkpoint", "ROOT/missing")),
          Map.entry("export", List.of("--checkpoint", "ROOT/missing")),
          Map.entry("import", List.of("ROOT/missing", "--to", "ROOT/new")),
          Map.entry("plot", List.of("ROOT/missing")),
          Map.entry("report", List.of("ROOT/missing")),
          Map.entry("visualize", List.of("--checkpoint", "ROOT/missing", "--text", "ROOT/no.txt")),
          Map.entry("data", List.of("nothing")),
          Map.entry("doctor", List.of("--nothing")),
          Map.entry("completion", List.of("nothing")));

  private static Path root;

  @BeforeContainer
  static void makeFolder() throws IOException {
    root = Files.createTempDirectory("charlstm-flags");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.delete(root);
  }

  private static List<Command> commands() {
    return new CommandLineTool(new Console(System.out, System.err, false)).commands();
  }

  @Provide
  Arbitrary<List<String>> lines() {
    return Arbitraries.of(commands())
        .flatMap(command -> Arbitraries.randomValue(random -> line(command, random)));
  }

  // Its own flags, and --config, which takes a path.
  private static List<Flag<?>> flags(Command command) {
    List<Flag<?>> flags = new ArrayList<>(Flags.of(command));
    flags.removeAll(Flags.COMMON);
    return flags;
  }

  // Some flags, with or without a value, perhaps twice, around the mistake.
  private static List<String> line(Command command, Random random) {
    List<Flag<?>> flags = flags(command);
    List<List<String>> parts = new ArrayList<>();
    for (int k = random.nextInt(5); k > 0 && !flags.isEmpty(); k--) {
      Flag<?> chosen = flags.get(random.nextInt(flags.size()));
      String flag = chosen.toString();
      String value = GARBAGE.get(random.nextInt(GARBAGE.size()));
      parts.add(
          switch (random.nextInt(8)) {
            case 0 -> List.of(flag);
            case 1 -> List.of(flag + "=" + value);
            case 2 -> List.of(flag, value, flag, value);
            case 3 -> List.of(value);
            default -> chosen.isSwitch() ? List.of(flag) : List.of(flag, value);
          });
    }
    parts.add(
        MISTAKES.get(command.name()).stream()
            .map(word -> word.replace("ROOT", root.toString()))
            .toList());
    Collections.shuffle(parts, random);
    List<String> line = new ArrayList<>(List.of(command.name()));
    parts.forEach(line::addAll);
    return line;
  }

  @Property(seed = "31")
  void aWrongLineIsRefusedInOneLine(@ForAll("lines") List<String> line) throws IOException {
    refuses(line);
  }

  @Test
  void everyFlagIsRefusedWithEveryGarbageBesideAMistake() throws IOException {
    makeFolder();
    for (Command command : commands()) {
      for (Flag<?> flag : flags(command)) {
        for (String value : flag.isSwitch() ? List.of("") : GARBAGE) {
          List<String> line = new ArrayList<>(List.of(command.name()));
          line.add(flag + (flag.isSwitch() ? "" : "=" + value));
          MISTAKES
              .get(command.name())
              .forEach(word -> line.add(word.replace("ROOT", root.toString())));
          refuses(line);
        }
      }
    }
    removeFolder();
  }

  @Test
  void everyFlagTwiceIsNamed() {
    for (Command command : commands()) {
      for (Flag<?> flag : flags(command)) {
        if (flag.isRepeatable()) {
          continue;
        }
        List<String> once =
            flag.isSwitch() ? List.of(flag.toString()) : List.of(flag.toString(), "1");
        List<String> line = new ArrayList<>(List.of(command.name()));
        line.addAll(once);
        line.addAll(once);
        Output output = Tool.run(line.toArray(String[]::new));
        assertThat(output.code()).as("%s", line).isEqualTo(2);
        assertThat(output.err()).contains(flag + " is given twice");
      }
    }
  }

  private static void refuses(List<String> line) throws IOException {
    Output output = Tool.run(line.toArray(String[]::new));
    assertThat(output.code()).as("%s: %s", line, output.err()).isEqualTo(2);
    assertThat(output.err().lines()).as("%s", line).hasSize(1);
    assertThat(output.err())
        .as("%s", line)
        .startsWith("charlstm: ")
        .doesNotContain("Exception")
        .doesNotContain("\tat ")
        .hasSizeGreaterThan("charlstm: ".length() + 10);
    assertThat(output.out()).as("%s", line).isEmpty();
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left).as("%s", line).isEmpty();
    }
  }
}
