package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases are in {@link DamagedModels}; each prints one line: number, damage, file, outcome. */
class DamagedModelsTest {
  private static final int CASES = 180;
  private static final int GRAPH_CASES = 60;
  private static final int PATIENCE_SECONDS = 300;

  @TempDir Path folder;

  @Test
  void damageIsRefusedByTheNameOfTheFileOrChangesNothing() throws Exception {
    List<String[]> outcomes = outcomes(CASES, "any");
    assertThat(outcomes)
        .allSatisfy(
            line -> {
              boolean graph = line[2].endsWith(".pb") || line[2].endsWith(".meta");
              boolean unseen = line[1].matches("FLIPPED|OVERWRITTEN") && graph;
              assertThat(line[3])
                  .as(String.join(" ", line))
                  .isIn(
                      unseen ? List.of("refused", "right", "wrong") : List.of("refused", "right"));
            });
    assertThat(outcomes).filteredOn(line -> line[3].equals("refused")).hasSizeGreaterThan(100);
    assertThat(outcomes)
        .filteredOn(line -> line[1].matches("EMPTIED|RENAMED|TRUNCATED"))
        .allMatch(line -> line[3].equals("refused") || line[2].endsWith(".meta"));
  }

  /** No checksum covers the graph's file, so a changed bit may be read as another graph. */
  @Test
  void changedBitsOfTheGraphNeitherEndTheProcessNorHangIt() throws Exception {
    assertThat(outcomes(GRAPH_CASES, "graph"))
        .allSatisfy(
            line ->
                assertThat(line[3]).as(String.join(" ", line)).isIn("refused", "right", "wrong"));
  }

  private List<String[]> outcomes(int cases, String kind) throws IOException, InterruptedException {
    Path out = folder.resolve("out.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:ErrorFile=" + folder.resolve("crash.log"),
            "-cp",
            System.getProperty("java.class.path"),
            DamagedModels.class.getName(),
            folder.toString(),
            "1",
            String.valueOf(cases),
            kind);
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    Process process =
        builder
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err.log").toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("a case hangs: " + Files.readAllLines(out).get(0));
    }
    List<String> lines = Files.readAllLines(out);
    assertThat(process.exitValue()).as("the process ended after %s", lines).isZero();
    assertThat(lines).hasSize(cases + 1).last().isEqualTo("done");
    return lines.stream().limit(cases).map(line -> Arrays.copyOf(line.split("\t"), 4)).toList();
  }
}
