package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A config file is equal to the command line with the same flags, for all flags of all commands.
 */
class ConfigPropertyTest {
  private static final List<Object> VALUES =
      List.of(
          "a.txt",
          "",
          " ",
          "-",
          "--",
          "-1",
          "--steps",
          "a=b",
          "=",
          "\"quoted\"",
          "'",
          "\\",
          "a\nb",
          "\uD83D\uDE00",
          "true",
          "null",
          0,
          1,
          -7,
          2_147_483_648L,
          0.5,
          1e-9,
          -1.5e300);
  private static Path folder;

  /** Some flags of a command with their values; a switch has none. */
  record Case(Command command, Map<String, List<Object>> flags) {}

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("charlstm-config");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("run.json"));
    Files.delete(folder);
  }

  @Provide
  Arbitrary<Case> cases() {
    Console console = new Console(System.out, System.err, false);
    List<Command> commands =
        new CommandLineTool(console).commands().stream().filter(c -> !c.flags().isEmpty()).toList();
    return Arbitraries.of(commands)
        .flatMap(
            command -> Arbitraries.randomValue(random -> new Case(command, some(command, random))));
  }

  private static Map<String, List<Object>> some(Command command, Random random) {
    Map<String, List<Object>> flags = new LinkedHashMap<>();
    for (Flag<?> flag : command.flags()) {
      if (random.nextInt(3) == 0) {
        List<Object> values = new ArrayList<>();
        int most = flag.isRepeatable() ? 1 + random.nextInt(3) : 1;
        for (int k = 0; k < most && !flag.isSwitch(); k++) {
          values.add(VALUES.get(random.nextInt(VALUES.size())));
        }
        flags.put(flag.name(), values);
      }
    }
    return flags;
  }

  @Property(tries = 400, seed = "7")
  void aConfigSaysWhatTheEqualCommandLineSays(@ForAll("cases") Case given) throws IOException {
    Flags line = Flags.parse(given.command(), words(given.flags()));
    Flags config = Flags.parse(given.command(), "--config=" + written(given.flags()));

    assertThat(config.values()).containsKey("config");
    assertThat(withoutConfig(config)).isEqualTo(withoutConfig(line));
    assertThat(withoutConfig(line)).hasSameSizeAs(given.flags());
  }

  @Property(tries = 200, seed = "8")
  void theCommandLineWinsOverAnyConfig(@ForAll("cases") Case first, @ForAll Random random)
      throws IOException {
    Map<String, List<Object>> other = some(first.command(), random);
    List<String> words = new ArrayList<>(List.of(words(first.flags())));
    words.add("--config=" + written(other));
    Flags both = Flags.parse(first.command(), words.toArray(String[]::new));
    Map<String, List<String>> expected = withoutConfig(Flags.parse(first.command(), words(other)));
    expected.putAll(withoutConfig(Flags.parse(first.command(), words(first.flags()))));

    assertThat(withoutConfig(both)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "\"steps\"",
            "\"resume\"",
            "\"map\"",
            "\"x\"",
            "true",
            "null",
            "1",
            "-",
            "1e5",
            ".5",
            "\n",
            "\t",
            "\u0000",
            "\uFEFF",
            "\uD83D\uDE00",
            "\\",
            "//")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts))
        .map(text -> text.length() % 2 == 0 ? text : "{" + text);
  }

  @Property(tries = 500, seed = "9")
  void whateverStandsInAFileIsTakenOrRefusedInOneLine(@ForAll("files") String text)
      throws IOException {
    Path file = folder.resolve("run.json");
    Files.writeString(file, text);
    String missing = folder.resolve("missing").toString();
    Tool.Output output =
        Tool.run("train", "--quiet", "--config=" + file, "--data=" + missing, "--run=" + missing);

    assertThat(output.code()).as("%s: %s", text, output.err()).isEqualTo(2);
    assertThat(output.err().lines()).as(text).hasSize(1);
    assertThat(output.err()).startsWith("charlstm: ").doesNotContain("Exception", "jackson");
  }

  private static String[] words(Map<String, List<Object>> flags) {
    List<String> words = new ArrayList<>();
    flags.forEach(
        (flag, values) -> {
          if (values.isEmpty()) {
            words.add("--" + flag);
          }
          values.forEach(value -> words.add("--" + flag + "=" + value));
        });
    return words.toArray(String[]::new);
  }

  private static Path written(Map<String, List<Object>> flags) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    flags.forEach(
        (flag, values) ->
            fields.put(flag, values.isEmpty() ? true : values.size() > 1 ? values : values.get(0)));
    Path file = folder.resolve("run.json");
    new ObjectMapper().writeValue(file.toFile(), fields);
    return file;
  }

  private static Map<String, List<String>> withoutConfig(Flags flags) {
    Map<String, List<String>> values = new HashMap<>(flags.values());
    values.remove("config");
    return values;
  }
}
