package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases are in {@link DamagedModels}; each prints one line: number, damage, file, outcome. */
@Tag("slow")
class DamagedModelsTest {
  private static final int CASES = 180;
  private static final int GRAPH_CASES = 60;

  @TempDir Path folder;

  @Test
  void damageIsRejectedByTheNameOfTheFileOrChangesNothing() throws Exception {
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
    List<String> options = List.of("-Xmx512m", "-XX:ErrorFile=" + folder.resolve("crash.log"));
    ProcessBuilder builder =
        new ProcessBuilder(
            ChildProcess.java(
                options,
                DamagedModels.class.getName(),
                folder.toString(),
                "1",
                String.valueOf(cases),
                kind));
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    ChildProcess.Ended ended = ChildProcess.run(builder);
    List<String> lines = ended.out();
    assertThat(ended.code()).as("the process ended after %s", lines).isZero();
    assertThat(lines).hasSize(cases + 1).last().isEqualTo("done");
    return lines.stream().limit(cases).map(line -> Arrays.copyOf(line.split("\t"), 4)).toList();
  }
}
