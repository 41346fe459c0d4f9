package io.github.charlstm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFileTest {

  private static final String FIRST = "{\"step\":1,\"epoch\":1,\"loss\":4.4}\n";
  private static final String SECOND =
      "{\"step\":2,\"epoch\":1,\"loss\":4.25,\"validation_loss\":4.3,\"rate\":\"x\"}\n";
  private static final String THIRD =
      "{\"step\":3,\"epoch\":2,\"loss\":4,\"validation_loss\":null}\n";

  @TempDir Path folder;

  @Test
  void linesBecomeSeries() throws IOException {
    MetricsFile metrics = read(FIRST + SECOND + THIRD);
    assertThat(metrics.trainingLoss("a"))
        .isEqualTo(new LossSeries("a", new double[] {1, 2, 3}, new double[] {4.4, 4.25, 4}));
    assertThat(metrics.validationLoss("b"))
        .contains(new LossSeries("b", new double[] {2}, new double[] {4.3}));
    assertThat(metrics.rows()).extracting(MetricsFile.Row::epoch).containsExactly(1.0, 1.0, 2.0);
  }

  @Test
  void aRunWithoutValidationHasNoValidationSeries() throws IOException {
    assertThat(read(FIRST).validationLoss("b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 33})
  void aLastLineThatIsCutOffIsIgnored(int length) throws IOException {
    MetricsFile metrics = read(FIRST + SECOND.substring(0, length));
    assertThat(metrics.trainingLoss("a").steps()).containsExactly(1);
  }

  @Test
  void aLastLineCutOffWithinACharacterIsIgnored() throws IOException {
    byte[] cut = (FIRST + "{\"note\":\"é").getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("metrics.jsonl");
    Files.write(file, Arrays.copyOf(cut, cut.length - 1));
    assertThat(MetricsFile.read(file).rows()).hasSize(1);
  }

  @Test
  void aCompleteLastLineWithoutANewlineIsRead() throws IOException {
    assertThat(read(FIRST + SECOND.stripTrailing()).rows()).hasSize(2);
  }

  @Test
  void aResumedRunReplacesRepeatedSteps() throws IOException {
    String again = "{\"step\":2,\"epoch\":1,\"loss\":3.5}\n";
    LossSeries series = read(FIRST + SECOND + THIRD + again).trainingLoss("a");
    assertThat(series.steps()).containsExactly(1, 2);
    assertThat(series.losses()).containsExactly(4.4, 3.5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"step\":2,\"epo\n",
        "\n",
        "[2, 1, 4.4]\n",
        "{\"step\":2,\"epoch\":1}\n",
        "{\"step\":2,\"epoch\":1,\"loss\":\"4.4\"}\n",
        "{\"step\":2,\"epoch\":1,\"loss\":NaN}\n",
        "{\"step\":2,\"epoch\":1,\"loss\":1e999}\n",
        "{\"step\":2,\"epoch\":1,\"loss\":4,\"validation_loss\":true}\n",
        "{\"step\":2,\"epoch\":1,\"loss\":4}{\"step\":3,\"epoch\":1,\"loss\":4}\n"
      })
  void anInvalidLineIsRejectedWithItsFileAndNumber(String invalid) {
    assertThatThrownBy(() -> read(FIRST + invalid + THIRD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("metrics.jsonl, line 2:")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anInvalidLastLineWithANewlineIsRejected() {
    assertThatThrownBy(() -> read(FIRST + "{\"step\":2,\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingValueIsNamed() {
    assertThatThrownBy(() -> read("{\"step\":1,\"epoch\":1}\n"))
        .hasMessageContaining("expected a finite number for \"loss\", found nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"step\":1"})
  void aFileWithoutACompleteLineIsRejected(String content) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("metrics.jsonl")
        .hasMessageContaining("found none");
  }

  @Test
  void aMissingFileIsAnIoError() {
    assertThatThrownBy(() -> MetricsFile.read(folder.resolve("none.jsonl")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private MetricsFile read(String content) throws IOException {
    return MetricsFile.read(Files.writeString(folder.resolve("metrics.jsonl"), content));
  }
}
