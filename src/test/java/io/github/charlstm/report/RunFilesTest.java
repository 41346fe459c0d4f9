package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  @TempDir Path run;

  @Test
  void aCheckpointRemovedWhileItIsReadIsNoProblem() throws IOException {
    RunFiles files = new RunFiles(run);
    Path checkpoint = Files.createDirectory(run.resolve("i2_l6"));

    assertThat(files.attempt(checkpoint, "reading", () -> Files.size(run.resolve("no")))).isEmpty();
    assertThat(files.problems).hasSize(1);
    Files.delete(checkpoint);
    assertThat(files.attempt(checkpoint, "reading", () -> Files.size(checkpoint))).isEmpty();
    assertThat(files.problems).hasSize(1);
  }
}
