package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsWriterTest {
  @TempDir Path run;

  private static TrainingListener.StepReport step(long step) {
    return new TrainingListener.StepReport(step, 1, 2, 0.001f, 1.5f, 0.25f, 0.125, Map.of());
  }

  @Test
  void writesALineAStep() throws IOException {
    try (MetricsWriter writer = new MetricsWriter(run, 0)) {
      writer.onStep(step(1));
      writer.onStep(step(2).with(Map.of(TrainingListener.StepReport.VALIDATION_LOSS, 2.5)));
    }
    assertThat(run.resolve(MetricsWriter.FILE_NAME))
        .hasContent(
            "{\"step\":1,\"epoch\":1,\"loss\":1.5,\"global_norm\":0.25,\"seconds\":0.125}\n"
                + "{\"step\":2,\"epoch\":1,\"loss\":1.5,\"global_norm\":0.25,\"seconds\":0.125,"
                + "\"validation_loss\":2.5}\n");
  }

  @Test
  void aDamagedLineInTheMiddleIsNamedAndNothingIsDropped() throws IOException {
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    Files.writeString(file, "{\"step\":1}\n{\"broken\n{\"step\":3}\n");
    String before = Files.readString(file);
    assertThatThrownBy(() -> new MetricsWriter(run, 3))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("line 2");
    assertThat(file).hasContent(before);
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.createDirectories(run.resolve(MetricsWriter.FILE_NAME));
    assertThatThrownBy(() -> new MetricsWriter(run, 0))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void linesBeyondTheCheckpointAndATornLineAreDropped() throws IOException {
    try (MetricsWriter writer = new MetricsWriter(run, 0)) {
      for (int k = 1; k <= 5; k++) {
        writer.onStep(step(k));
      }
    }
    Path file = run.resolve(MetricsWriter.FILE_NAME);
    Files.writeString(file, Files.readString(file) + "{\"step\":6,\"ep");
    try (MetricsWriter writer = new MetricsWriter(run, 3)) {
      writer.onStep(step(4));
    }
    assertThat(Files.readAllLines(file)).hasSize(4).last().asString().contains("\"step\":4");
  }
}
