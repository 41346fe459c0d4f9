package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchTest {
  @TempDir private Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) throws IOException, InterruptedException {
    return new Bench(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            root)
        .run(arguments);
  }

  @Test
  void helpListsFlagsAndWorkloads() throws IOException, InterruptedException {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("--contenders", "--json", "shakespeare", "start-up", "steps-800");
  }

  @Test
  void anUnknownWorkloadIsAWrongCommandLine() throws IOException, InterruptedException {
    assertThat(run("--only", "karenina")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("bench: --only").contains("anna");
  }

  @Test
  void withoutABuildTheErrorNamesTheCommand() throws IOException, InterruptedException {
    assertThat(run("--only", "anna")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("not built", "classpath.txt", "scripts/bench");
  }
}
