package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCommandTest {
  @TempDir static Path root;

  private static Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root), line);
  }

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(root.resolve("text.txt"), "The quick brown fox jumps. ".repeat(4));
    Tool.Output output =
        tool(
            "train --recipe demo --data ROOT/text.txt --run ROOT/run --batch-size 2 --num-steps 4"
                + " --lstm-size 4 --steps 1");
    assertThat(output.code()).as(output.err()).isZero();
  }

  private static String refused(String format, String target) {
    Tool.Output output =
        tool("export --checkpoint ROOT/run --format " + format + " --to " + target);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1);
    assertThat(output.err())
        .contains("--to: " + target.replace("ROOT", root.toString()))
        .doesNotContain(".tmp-");
    return output.err();
  }

  @ParameterizedTest
  @ValueSource(strings = {"saved-model", "tf1-checkpoint", "graphdef"})
  void aTargetBelowAFileIsNamedWithTheReason(String format) {
    assertThat(refused(format, "ROOT/text.txt/new"))
        .contains(root + "/text.txt is not a folder", "name a place where you may write");
    assertThat(refused(format, "ROOT/text.txt/a/b")).contains("/text.txt is not a folder");
  }

  @ParameterizedTest
  @CsvSource({"saved-model", "tf1-checkpoint", "graphdef"})
  void aTargetThatExistsIsNotOverwritten(String format) {
    assertThat(refused(format, "ROOT/text.txt")).contains("exists already; name a new one");
  }

  /** A place where not even the superuser may make folders. */
  @Test
  void aTargetThatCannotBeWrittenIsNamed() {
    if (Files.isDirectory(Path.of("/proc/self"))) {
      assertThat(refused("saved-model", "/proc/new/model")).contains("in the folder /proc: ");
      assertThat(refused("tf1-checkpoint", "/proc/new")).contains("in the folder /proc: ");
    }
  }
}
