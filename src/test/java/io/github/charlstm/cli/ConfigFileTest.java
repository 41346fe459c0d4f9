package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cli.Tool.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Config files: values, errors, and the priority of the command line. */
class ConfigFileTest {
  @TempDir Path root;
  private Path file;

  @BeforeEach
  void name() {
    file = root.resolve("run.json");
  }

  private Flags parsed(String config, String... line) throws IOException {
    Files.writeString(file, config);
    String[] all = new String[line.length + 2];
    all[0] = "--config";
    all[1] = file.toString();
    System.arraycopy(line, 0, all, 2, line.length);
    return Flags.parse(new TrainCommand(), all);
  }

  @Test
  void textsNumbersAndSwitchesAreFlags() throws IOException {
    Flags flags =
        parsed(
            "{\"data\": \"my text.txt\", \"steps\": 12, \"learning-rate\": 1e-3,"
                + " \"as-printed\": true, \"resume\": false}");

    assertThat(flags.find(TextFlags.DATA)).contains(List.of("my text.txt"));
    assertThat(flags.get(TrainFlags.STEPS)).isEqualTo(12);
    assertThat(flags.get(TrainFlags.LEARNING_RATE)).isEqualTo(0.001f);
    assertThat(flags.has(TrainFlags.AS_PRINTED)).isTrue();
    assertThat(flags.has(TrainFlags.RESUME)).isFalse();
  }

  @Test
  void theCommandLineHasPriority() throws IOException {
    Flags flags = parsed("{\"steps\": 12, \"seed\": 3}", "--steps", "7");

    assertThat(flags.get(TrainFlags.STEPS)).isEqualTo(7);
    assertThat(flags.get(TrainFlags.SEED)).isEqualTo(3);
  }

  @Test
  void aByteOrderMarkIsIgnored() throws IOException {
    assertThat(parsed("\uFEFF{\"steps\": 12}").get(TrainFlags.STEPS)).isEqualTo(12);
  }

  @Test
  void aFlagThatMayBeRepeatedTakesAList() throws IOException {
    Files.writeString(file, "{\"map\": [\"inputs=x:0\", \"predictions=y:0\"]}");
    Flags flags = Flags.parse(new SampleCommand(), "--config", file.toString());

    assertThat(flags.values().get("map")).containsExactly("inputs=x:0", "predictions=y:0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"stesp\": 5}|1|charlstm train has no flag \"stesp\"; see charlstm train --help",
        "{\"lstm_size\": 5}|1|charlstm train calls \"lstm_size\" \"lstm-size\"",
        "{\"steps\": 5,\\n \"steps\": 6}|2|\"steps\" is there twice",
        "{\"steps\": true}|1|\"steps\": expected a text or a number, found true or false",
        "{\"steps\":\\n\\n null}|3|\"steps\": expected a text or a number, found null",
        "{\"steps\": {\"a\": 1}}|1|\"steps\": expected a text or a number, found an object",
        "{\"steps\": [5]}|1|\"steps\": expected a text or a number, found a list",
        "{\"resume\": \"yes\"}|1|\"resume\": expected true or false, found a text",
        "{\"resume\": 1}|1|\"resume\": expected true or false, found a number",
        "{\"config\": \"a.json\"}|1|\"config\" belongs on the command line, as --config",
        "{\"json\": true}|1|\"json\" belongs on the command line, as --json",
        "{\"--steps\": 5}|1|\"--steps\": names have no dashes in front here",
        "{\"h\": true}|1|charlstm train has no flag \"h\"; see charlstm train --help",
        "[1]|1|expected an object, such as {\"steps\": 500}",
        "{} {}|1|expected nothing after the object",
        "{\"steps\": 5|1|no JSON: Unexpected end-of-input",
        "{\"steps\": 05}|1|no JSON: Invalid numeric value: Leading zeroes not allowed"
      })
  void whatIsNoFlagIsRefusedByFileAndLine(String config, int line, String reason) {
    assertThatThrownBy(() -> parsed(config.replace("\\n", "\n")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(file + ", line " + line + ": " + reason);
  }

  @Test
  void anEmptyFileAFolderAndAMissingFileAreRefused() throws IOException {
    assertThatThrownBy(() -> parsed("")).hasMessageContaining("expected an object");
    Path missing = root.resolve("missing.json");
    for (Path path : List.of(root, missing)) {
      assertThatThrownBy(() -> Flags.parse(new TrainCommand(), "--config", path.toString()))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("--config: cannot read " + path);
    }
  }

  @Test
  void aValueThatIsWrongIsNamedWithItsFile() throws IOException {
    Files.writeString(file, "{\"steps\": -5}");
    Output output = Tool.run("train", "--config", file.toString());

    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err())
        .contains("charlstm: " + file + ": --steps: expected a whole number from 1 to")
        .contains("found '-5'");
  }

  @Test
  void aNoteSaysWhereValuesComeFrom() throws IOException {
    Files.writeString(
        file,
        "{\"recipe\": \"anna\", \"steps\": 900, \"batch-size\": 50, \"data\": \"missing.txt\"}");
    Output output = Tool.run("train", "--config", file.toString(), "--steps", "5");

    String note = output.err().lines().findFirst().orElseThrow();
    assertThat(note)
        .startsWith(
            "from the command line: --steps 5; from "
                + file
                + ": --recipe anna, --batch-size 50, --data missing.txt (not --steps, given on"
                + " the command line); by recipe anna: epochs 5, num-steps 100, lstm-size 512, ");
    Set<Flag<?>> settings = new HashSet<>(TrainFlags.ofTraining());
    settings.addAll(List.of(TrainFlags.LSTM_SIZE, TrainFlags.NUM_LAYERS));
    settings.remove(TrainFlags.BATCH_SIZE);
    settings.removeAll(TrainFlags.OPTIONAL); // anna has their defaults
    assertThat(note.replaceFirst(".*by recipe anna: ", "").split(", "))
        .extracting(setting -> setting.split(" ")[0])
        .containsExactlyElementsOf(
            TrainFlags.all().stream().filter(settings::contains).map(Flag::name).toList());
    assertThat(Tool.run("train", "--quiet", "--config", file.toString()).err())
        .doesNotContain("from the command line")
        .contains("missing.txt");
  }

  @Test
  void aRunGoesOnWithTheConfigItBeganWith() throws IOException {
    Path run = root.resolve("run");
    Files.writeString(
        file,
        "{\"recipe\": \"demo\", \"lstm-size\": 8, \"num-layers\": 1, \"batch-size\": 4,"
            + " \"num-steps\": 8, \"run\": \""
            + run
            + "\"}");
    Output begun = Tool.run("train", "--config", file.toString(), "--steps", "2");
    Output resumed = Tool.run("train", "--config", file.toString(), "--steps", "3", "--resume");

    assertThat(begun.code()).as(begun.err()).isZero();
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err())
        .contains("resuming at step 2")
        .contains("; by the run itself: all others");
    Files.writeString(file, "{\"learning-rate\": 0.5, \"steps\": 4, \"resume\": true}");
    assertThat(Tool.run("train", "--config", file.toString(), "--run", run.toString()).err())
        .as("values of the file replace those of the run")
        .contains("--learning-rate 0.004 -> 0.5")
        .contains("batch 4 x 8");
    Output other = Tool.run("train", "--resume", "--run", run.toString(), "--recipe", "anna");
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("began with demo, and a run keeps its recipe");
  }
}
