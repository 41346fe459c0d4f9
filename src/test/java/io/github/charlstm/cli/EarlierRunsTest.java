package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs that an earlier version wrote, which had separate code and files for texts and for images.
 * Each run is resumed, sampled from and reported. After the resumption its losses equal those of
 * {@code NAME-full.jsonl}: the metrics of the same run, trained to the end by the earlier version.
 */
@Tag("slow")
class EarlierRunsTest {
  private static final Path RUNS = Path.of("src/test/resources/runs");
  private static final List<String> NUMBERS =
      List.of("loss", "global_norm", "validation_loss", "accuracy", "test_accuracy");
  private static final double LARGEST_RELATIVE_ERROR = 1e-5;
  @TempDir Path root;

  private Tool.Output tool(String line) throws IOException {
    Tool.Output output = run(line);
    assertThat(output.code()).as(output.err()).isZero();
    return output;
  }

  private Tool.Output run(String line) throws IOException {
    TestData.copy(RUNS, root);
    return Tool.run(
        Map.of("ROOT", root, "WORDS", root.resolve("words.txt"), "DIGITS", root.resolve("digits")),
        line);
  }

  private static List<JsonNode> lines(Path metrics) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(metrics)) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource({
    "text, train --resume --run ROOT/text --data WORDS --steps 20",
    "words, train --resume --run ROOT/words --data WORDS --steps 8",
    "images, classify --resume --run ROOT/images --data DIGITS --steps 8"
  })
  void resumesWithTheNumbersOfTheRunThatWasTrainedToTheEnd(String run, String line)
      throws IOException {
    tool(line);
    List<JsonNode> expected = lines(RUNS.resolve(run + "-full.jsonl"));
    List<JsonNode> found = lines(root.resolve(run).resolve("metrics.jsonl"));
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      assertSame(expected.get(k), found.get(k));
    }
    assertThat(root.resolve(run).resolve("loss.svg")).isNotEmptyFile();
  }

  private static void assertSame(JsonNode expected, JsonNode found) {
    assertThat(found.fieldNames()).toIterable().containsExactlyElementsOf(names(expected));
    assertThat(found.get("step")).isEqualTo(expected.get("step"));
    assertThat(found.get("epoch")).isEqualTo(expected.get("epoch"));
    for (String name : NUMBERS) {
      if (expected.has(name)) {
        assertThat(found.get(name).asDouble())
            .as("%s of step %s", name, expected.get("step"))
            .isCloseTo(
                expected.get(name).asDouble(),
                within(LARGEST_RELATIVE_ERROR * expected.get(name).asDouble()));
      }
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "words"})
  void samples(String run) throws IOException {
    String prime = "sea";
    Tool.Output output =
        Tool.run(
            "sample",
            "--checkpoint",
            RUNS.resolve(run).toString(),
            "--length",
            "20",
            "--prime",
            prime);
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).startsWith(prime).hasSizeGreaterThan(prime.length() + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "words", "images"})
  void isReportedAndPlotted(String run) throws IOException {
    tool("report ROOT/" + run + " --out ROOT/page.html --length 20");
    assertThat(root.resolve("page.html")).content().contains("<svg").doesNotContain("damaged");
    tool("plot ROOT/" + run + " --out ROOT/loss.svg");
    assertThat(root.resolve("loss.svg")).isNotEmptyFile();
  }

  @Test
  void aRunOnImagesThatWentOnFallsBackToItsEarlierCheckpoint() throws IOException {
    tool("classify --resume --run ROOT/images --data DIGITS --steps 6");
    Files.delete(root.resolve("images/i6_l6/saved_model.pb"));
    Tool.Output resumed = tool("classify --resume --run ROOT/images --data DIGITS --steps 8");
    assertThat(resumed.err()).contains("i6_l6 is passed over", "model.ckpt-4");
    List<JsonNode> expected = lines(RUNS.resolve("images-full.jsonl"));
    List<JsonNode> found = lines(root.resolve("images").resolve("metrics.jsonl"));
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      assertSame(expected.get(k), found.get(k));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text, text/i10_l8/assets.extra/settings.json, sample --checkpoint ROOT/text",
    "images, images/classifier.json, classify --resume --run ROOT/images --data DIGITS --steps 8"
  })
  void aChangedDigitInItsSettingsIsFound(String run, String file, String line) throws IOException {
    TestData.copy(RUNS.resolve(run), root.resolve(run));
    Path settings = root.resolve(file);
    Files.writeString(settings, Files.readString(settings).replace("20180501", "20180502"));
    Tool.Output output = run(line);
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains(settings.getFileName().toString());
  }
}
