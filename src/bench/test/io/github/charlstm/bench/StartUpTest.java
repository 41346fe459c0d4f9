package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class StartUpTest {
  @TempDir private Path root;

  private List<StartUp.Result> measure(int rounds, String... script)
      throws IOException, InterruptedException {
    Path launcher = Files.createDirectories(root.resolve("scripts")).resolve("charlstm");
    List<String> lines = new ArrayList<>(List.of("#!/bin/sh", "run=", "recipe="));
    lines.add("while [ $# -gt 1 ]; do");
    lines.add("  [ \"$1\" = --run ] && run=$2");
    lines.add("  [ \"$1\" = --recipe ] && recipe=$2");
    lines.add("  shift");
    lines.add("done");
    lines.add("[ -n \"$run\" ] || exit 0");
    lines.addAll(List.of(script));
    Files.write(launcher, lines);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    return new StartUp(root, rounds, line -> {}).measure();
  }

  @Test
  void timeRunsUntilTheFirstLineOfTheMetrics() throws IOException, InterruptedException {
    List<StartUp.Result> results =
        measure(
            2, "mkdir -p \"$run\"", "sleep 0.2", "echo '{}' >\"$run/metrics.jsonl\"", "sleep 0.3");
    assertThat(results).hasSize(4);
    for (StartUp.Result result : results) {
      assertThat(result.failure()).isEmpty();
      assertThat(result.seconds()).hasSize(2).allMatch(seconds -> seconds >= 0.2);
    }
    assertThat(results.get(0).recipe()).isEqualTo("demo");
    assertThat(results.get(2).recipe()).isEqualTo("anna");
  }

  @Test
  void onlyAColdStartUnpacksLibraries() throws IOException, InterruptedException {
    List<StartUp.Result> results =
        measure(
            1,
            "case \"${CHARLSTM_JAVA_OPTS:-}\" in",
            "*cachedir=*) mkdir -p \"$run\"; echo '{}' >\"$run/metrics.jsonl\" ;;",
            "esac");
    assertThat(results.stream().filter(result -> !result.seconds().isEmpty()))
        .allMatch(StartUp.Result::cold)
        .hasSize(2);
  }

  @Test
  void aRunThatDoesNotTrainIsReportedWithItsLastLine() throws IOException, InterruptedException {
    List<StartUp.Result> results = measure(1, "echo first", "echo no such recipe >&2", "exit 2");
    assertThat(results.get(0).seconds()).isEmpty();
    assertThat(results.get(0).failure()).contains("no step was trained: no such recipe");
  }
}
