package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.cli.Tool.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --json} and {@code --quiet} of every command. */
@Tag("machine")
class JsonOutputTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  @TempDir static Path root;
  private static Output trained;

  @BeforeAll
  static void train() {
    trained =
        Tool.run(
            "train",
            "--json",
            "--run",
            run(),
            "--lstm-size",
            "8",
            "--num-layers",
            "1",
            "--batch-size",
            "4",
            "--num-steps",
            "8",
            "--steps",
            "3",
            "--log-every",
            "1",
            "--save-every",
            "2",
            "--validation",
            "0.01");
    assertThat(trained.code()).as(trained.err()).isZero();
  }

  private static String run() {
    return root.resolve("run").toString();
  }

  private static List<JsonNode> lines(String text) {
    return text.lines().map(JsonOutputTest::parsed).toList();
  }

  private static JsonNode parsed(String line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      assertThat(node.isObject()).as(line).isTrue();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException("no JSON: " + line, e);
    }
  }

  private static JsonNode only(String... line) {
    Output output = Tool.run(line);
    assertThat(output.code()).as(output.err()).isZero();
    lines(output.err());
    assertThat(lines(output.out())).hasSize(1);
    return lines(output.out()).get(0);
  }

  @Test
  void trainingPrintsEachEventInALine() {
    List<JsonNode> events = lines(trained.out());

    assertThat(events.stream().map(event -> event.path("event").asText()))
        .containsExactly(
            "start",
            "step",
            "step",
            "validation",
            "checkpoint",
            "step",
            "validation",
            "checkpoint",
            "end");
    assertThat(events.get(0).path("recipe").asText()).isEqualTo("demo");
    assertThat(events.get(0).path("batch_size").asInt()).isEqualTo(4);
    assertThat(events.get(1).path("loss").asDouble()).isBetween(4.0, 4.4);
    assertThat(events.get(3).path("bits_per_character").asDouble())
        .isEqualTo(events.get(3).path("loss").asDouble() / Math.log(2));
    JsonNode end = events.get(events.size() - 1);
    assertThat(end.path("step").asInt()).isEqualTo(3);
    assertThat(end.path("stopped").asBoolean()).isFalse();
    assertThat(end.path("sample").asText()).startsWith("Far").hasSize(503);
    assertThat(Path.of(end.path("checkpoint").asText())).isDirectory();
    assertThat(lines(trained.err())).allMatch(line -> line.has("note") || line.has("progress"));
  }

  @Test
  void lossesAreThoseOfTheMetricsFileToTheLastDigit() throws IOException {
    List<JsonNode> steps =
        lines(trained.out()).stream().filter(e -> e.path("event").asText().equals("step")).toList();
    List<JsonNode> metrics = lines(Files.readString(root.resolve("run/metrics.jsonl")));

    assertThat(steps).hasSameSizeAs(metrics);
    for (int k = 0; k < steps.size(); k++) {
      assertThat(steps.get(k).path("loss")).isEqualTo(metrics.get(k).path("loss"));
    }
  }

  @Test
  void aSampleIsOneObjectWithASeedThatRepeatsIt() {
    JsonNode first = only("sample", "--json", "--checkpoint", run(), "--length", "30");
    String seed = first.path("seed").asText();
    JsonNode again =
        only("sample", "--json", "--checkpoint", run(), "--length", "30", "--seed", seed);

    assertThat(first.path("text").asText()).startsWith(first.path("prime").asText()).hasSize(33);
    assertThat(again).isEqualTo(first);
    Output text =
        Tool.run("sample", "--checkpoint", run(), "--length", "30", "--seed", seed, "--quiet");
    assertThat(text.out().strip()).isEqualTo(first.path("text").asText().strip());
    assertThat(text.err()).isEmpty();
  }

  @Test
  void evaluationsAreNumbersThatAgree() {
    JsonNode fields = only("evaluate", "--json", "--checkpoint", run());
    double loss = fields.path("loss").asDouble();

    assertThat(fields.path("predictions").asInt()).isEqualTo(100_319);
    assertThat(fields.path("bits_per_character").asDouble()).isEqualTo(loss / Math.log(2));
    assertThat(fields.path("perplexity").asDouble()).isEqualTo(Math.exp(loss));
  }

  @Test
  void inspectExportPlotAndListsAreObjects() {
    JsonNode inspected = only("inspect", "--json", "--checkpoint", run());
    assertThat(inspected.path("settings").path("model").path("lstm_size").asInt()).isEqualTo(8);
    assertThat(inspected.path("tensors").path("global_step").asText()).isEqualTo("int64[]");
    String target = root.resolve("save").toString();
    JsonNode exported =
        only(
            "export",
            "--json",
            "--checkpoint",
            run(),
            "--format",
            "tf1-checkpoint",
            "--to",
            target);
    assertThat(exported.path("written").asText()).startsWith(target);
    String picture = root.resolve("a.svg").toString();
    assertThat(only("plot", "--json", run(), "--out", picture).path("drawn").asText())
        .isEqualTo(picture);
    assertThat(only("recipes", "--json").path("recipes")).hasSize(11);
    assertThat(only("data", "list", "--json").path("data_sets").path(0).path("name").asText())
        .isEqualTo("macbeth");
    assertThat(only("data", "--json", "show", "macbeth").path("characters").asInt())
        .isEqualTo(100_320);
  }

  @Test
  void helpAndVersionAreObjectsToo() {
    assertThat(only("--json", "--help").path("text").asText()).contains("usage: charlstm COMMAND");
    assertThat(only("train", "--help", "--json").path("text").asText()).contains("--lstm-size");
    assertThat(only("--version", "--json").path("text").asText()).startsWith("charlstm ");
  }

  @Test
  void errorsOfEveryCommandAreObjectsWithTheSameExitCode() {
    Console console = new Console(System.out, System.err, false);
    List<Command> commands = new CommandLineTool(console).commands();
    for (String command :
        Stream.concat(commands.stream().map(Command::name), Stream.of("nonsense")).toList()) {
      List<String> line = new ArrayList<>(List.of(command, "--no-such-flag"));
      int code = Tool.run(line.toArray(String[]::new)).code();
      line.add("--json");
      Output output = Tool.run(line.toArray(String[]::new));

      assertThat(output.code()).isEqualTo(code).isEqualTo(2);
      assertThat(output.out()).isEmpty();
      assertThat(lines(output.err())).hasSize(1);
      assertThat(lines(output.err()).get(0).path("error").asText()).isNotBlank();
      assertThat(lines(output.err()).get(0).path("exit_code").asInt()).isEqualTo(2);
    }
  }

  @Test
  void quietTrainingPrintsItsLinesOnly() {
    Output output =
        Tool.run(
            "train",
            "--quiet",
            "--run",
            root.resolve("quiet").toString(),
            "--lstm-size",
            "8",
            "--num-layers",
            "1",
            "--batch-size",
            "4",
            "--num-steps",
            "8",
            "--steps",
            "2");

    assertThat(output.code()).isZero();
    assertThat(output.err()).isEmpty();
    assertThat(output.out()).startsWith("Epoch number: 1/60").contains("\nFar");
  }

  @Test
  void theTextOfACommandBecomesAnObject() {
    var out = new ByteArrayOutputStream();
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, false).with(false, true);
    console.out().println("two\nlines");
    console.finish("new");

    assertThat(lines(out.toString(StandardCharsets.UTF_8)))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.path("command").asText()).isEqualTo("new");
              assertThat(line.path("text").asText()).startsWith("two\nlines");
            });
  }

  @Test
  void infinitiesAndNanAreNull() {
    Json fields = Json.object().put("nan", Float.NaN).put("all", List.of(1.5, 1 / 0.0));

    assertThat(fields).hasToString("{\"nan\":null,\"all\":[1.5,null]}");
  }
}
