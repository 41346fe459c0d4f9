package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
@Tag("machine")
class CommandLineToolTest {
  @TempDir Path root;

  private Tool.Output train(String... more) {
    String[] common = {
      "train",
      "--recipe",
      "demo",
      "--run",
      root.resolve("run").toString(),
      "--batch-size",
      "4",
      "--num-steps",
      "8",
      "--lstm-size",
      "12",
      "--num-layers",
      "2",
      "--save-every",
      "3",
      "--log-every",
      "1"
    };
    String[] all = Arrays.copyOf(common, common.length + more.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return Tool.run(all);
  }

  @Test
  void trainPrintsTheBooksLinesAndASample() {
    Tool.Output output = train("--steps", "4");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out().lines().limit(4))
        .allMatch(
            line ->
                line.matches(
                    "Epoch number: 1/60\\.\\.\\.  Step: [1-4]\\.\\.\\.  loss: \\d\\.\\d{4}\\.\\.\\."
                        + "  \\d+\\.\\d{3} sec/batch"));
    assertThat(output.out().lines().skip(4).reduce("", (a, b) -> a + "\n" + b))
        .startsWith("\n\nFar")
        .hasSizeGreaterThan(500);
    assertThat(root.resolve("run/loss.svg")).isNotEmptyFile();
    assertThat(root.resolve("run/i4_l12/saved_model.pb")).isNotEmptyFile();
  }

  @Test
  void theFirstLossIsThatOfAUniformDistribution() {
    String line = train("--steps", "1").out().lines().findFirst().orElseThrow();
    double loss = Double.parseDouble(line.replaceAll(".*loss: ([0-9.]+)\\.\\.\\..*", "$1"));
    assertThat(loss).isBetween(Math.log(65) - 0.1, Math.log(65) + 0.1);
  }

  @Test
  void aResumedRunPrintsTheSameLossesAsOneThatNeverStopped() throws IOException {
    String whole = losses(train("--steps", "6"));
    Files.move(root.resolve("run"), root.resolve("whole"));
    String first = losses(train("--steps", "2"));
    Tool.Output second =
        Tool.run(
            "train",
            "--resume",
            "--run",
            root.resolve("run").toString(),
            "--steps",
            "6",
            "--log-every",
            "1");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).contains("resuming at step 2");
    assertThat(first + losses(second)).isEqualTo(whole);
  }

  private static String losses(Tool.Output output) {
    StringBuilder losses = new StringBuilder();
    output
        .out()
        .lines()
        .filter(line -> line.startsWith("Epoch number"))
        .forEach(line -> losses.append(line.replaceAll("  [0-9.]+ sec/batch", "")).append('\n'));
    return losses.toString();
  }

  @Test
  void aRunThatIsDoneSaysSo() {
    train("--steps", "2");
    Tool.Output output =
        Tool.run("train", "--resume", "--run", root.resolve("run").toString(), "--steps", "2");
    assertThat(output.code()).isZero();
    assertThat(output.err())
        .contains("nothing left to do: the run is at step 2; raise --steps to go on");
    assertThat(output.out()).isEmpty();
  }

  @Test
  void outputThatCannotBeWrittenIsAFailure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(new PrintStream(full, true), new PrintStream(err, true), false);
    assertThat(new CommandLineTool(console).run("recipes")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("standard output");
  }

  @Test
  void changedSettingsOfAResumedRunArePrinted() {
    train("--steps", "2");
    Tool.Output output =
        Tool.run(
            "train",
            "--resume",
            "--run",
            root.resolve("run").toString(),
            "--steps",
            "3",
            "--learning-rate",
            "0.5");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("--learning-rate 0.004 -> 0.5");
  }

  @Test
  void sampleRepeatsWithASeedAndStaysInTheVocabulary() {
    train("--steps", "3");
    String[] line = {
      "sample",
      "--checkpoint",
      root.resolve("run").toString(),
      "--prime",
      "Enter ",
      "--length",
      "80",
      "--seed",
      "5"
    };
    Tool.Output first = Tool.run(line);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).startsWith("Enter ").hasSize(6 + 80 + System.lineSeparator().length());
    assertThat(Tool.run(line).out()).isEqualTo(first.out());
    line[line.length - 1] = "6";
    assertThat(Tool.run(line).out()).isNotEqualTo(first.out());
  }

  @Test
  void evaluateCountsEveryCharacterOnceForAnyNumberOfStreams() {
    train("--steps", "3");
    for (String streams : new String[] {"1", "7"}) {
      Tool.Output output =
          Tool.run(
              "evaluate", "--checkpoint", root.resolve("run").toString(), "--batch-size", streams);
      assertThat(output.code()).as(output.err()).isZero();
      assertThat(output.out())
          .contains("100319 in " + streams + " streams")
          .containsPattern("loss +[234]\\.\\d{4} nats per character")
          .containsPattern("bits per character +[3456]\\.\\d{4}");
    }
  }

  @Test
  void inspectListsEveryTensorAndTheSettings() {
    train("--steps", "3");
    Tool.Output output = Tool.run("inspect", "--checkpoint", root.resolve("run").toString());
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel/Adam_1")
        .contains("float[24, 48]")
        .contains("\"lstm_size\" : 12")
        .contains("\"step\" : 3")
        .contains("tensors (21, all checksums hold)");
  }

  @Test
  void plotDrawsSeveralRunsInOnePicture() throws IOException {
    train("--steps", "3");
    Files.move(root.resolve("run"), root.resolve("first"));
    train("--steps", "4", "--validation", "0.05");
    Path picture = root.resolve("both.svg");
    Tool.Output output =
        Tool.run(
            "plot",
            root.resolve("first").toString(),
            root.resolve("run").toString(),
            "--out",
            picture.toString());
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(picture).content().contains(">first<", ">run<", ">run, validation<");
  }

  @Test
  void validationPrintsBitsPerCharacter() {
    Tool.Output output = train("--steps", "3", "--validation", "0.05");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .containsPattern("Validation at step 3: loss: \\d\\.\\d{4}, \\d\\.\\d{4} bits");
  }

  @Test
  void recipesAndDataSetsAreListed() {
    assertThat(Tool.run("recipes").out())
        .contains("demo")
        .contains("anna-as-printed")
        .contains("2 x 512")
        .contains("100 x 100");
    assertThat(Tool.run("data", "list").out())
        .contains("macbeth")
        .contains("1,985,223 characters, 83 distinct")
        .contains("SHA-256 568bb39f");
  }

  static List<String> commands() {
    Console console = new Console(System.out, System.err, false);
    return new CommandLineTool(console).commands().stream().map(Command::name).toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithExamples(String command) {
    Tool.Output output = Tool.run(command, "--help");
    assertThat(output.code()).isZero();
    assertThat(output.out())
        .contains("usage: charlstm " + command)
        .contains("examples:")
        .contains("\n  charlstm " + command)
        .contains("--quiet", "--json");
    assertThat(Tool.run("--help").out()).contains(command);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theExamplesOfTheHelpAreAccepted(String name) throws IOException {
    Path config = Files.writeString(root.resolve("run.json"), "{}");
    Console console = new Console(System.out, System.err, false);
    List<Command> commands = new CommandLineTool(console).commands();
    for (Command described : commands) {
      for (String example : described.usage().examples()) {
        String line =
            example
                .replaceAll("\\s+[>#].*", "")
                .replaceFirst("--config [^ ]+", "--config " + config);
        List<String> words = List.of(line.split(" "));
        if (words.get(0).equals(name)) {
          Command command =
              commands.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
          Flags.parse(command, words.subList(1, words.size()).toArray(String[]::new)).check();
        }
      }
    }
  }
}
