package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.browser.Browser;
import io.github.charlstm.browser.Tab;
import io.github.charlstm.report.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code charlstm report}'s page as a browser renders it. */
@Tag("browser")
class ReportPageTest {
  private static final String TEXT =
      "<script>hacked=1</script> we go by a log & the \"cat\" sat on the mat\n".repeat(40);

  @TempDir static Path root;
  private static Browser browser;
  private static Tab tab;

  @BeforeAll
  static void openThePage() throws IOException {
    browser = Browser.open();
    Files.writeString(root.resolve("<b>text.txt"), TEXT);
    tool(
        "train --recipe demo --data ROOT/<b>text.txt --run ROOT/run --steps 60 --batch-size 4"
            + " --num-steps 10 --lstm-size 9 --num-layers 2 --save-every 20 --validation 0.1"
            + " --log-every 100");
    tool("report ROOT/run --length 80");
    tab = browser.tab(root.resolve("run/report.html"));
  }

  @AfterAll
  static void close() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  private static Tool.Output tool(String line) {
    return Tool.succeed(root, line);
  }

  private static String fact(String section, String name) {
    return tab.text(
        "Array.from(document.querySelectorAll('"
            + section
            + " .facts tr')).find(r => r.cells[0].textContent === '"
            + name
            + "').cells[1].textContent");
  }

  @Test
  void itSaysWhatWasLearnedAndHow() {
    assertThat(tab.text("document.querySelector('h1').textContent")).isEqualTo("run");
    assertThat(tab.text("document.querySelector('.lead').textContent"))
        .isEqualTo("2 x LSTM 9, learning <b>text.txt");
    assertThat(fact("header", "training steps")).isEqualTo("60");
    assertThat(fact("#data", "characters"))
        .isEqualTo(String.format(Locale.ROOT, "%,d", TEXT.length()));
    assertThat(fact("#data", "distinct characters"))
        .isEqualTo(String.valueOf(TEXT.chars().distinct().count()));
    assertThat(fact("#data", "text file")).endsWith("<b>text.txt");
    assertThat(fact("#data", "validated on")).endsWith(" characters");
    assertThat(fact("#settings", "model.lstm_size")).isEqualTo("9");
    assertThat(fact("#settings", "training.validation")).isEqualTo("0.1");
    assertThat(tab.number("document.querySelectorAll('#problems').length")).isZero();
    assertThat(tab.text("typeof hacked")).isEqualTo("undefined");
  }

  @Test
  void theCurvesRunThroughTheMetrics() throws IOException {
    MetricsFile metrics = MetricsFile.read(root.resolve("run/metrics.jsonl"));
    String points = "document.querySelector('#loss polyline.c0').points";
    JsonNode drawn = tab.value("Array.from(" + points + ", p => [p.x, p.y])");
    assertThat(drawn).hasSize(60);
    double[] losses = metrics.trainingLoss("loss").losses();
    for (int k = 1; k < 60; k++) {
      double down = // SVG's y axis points down
          drawn.get(k).get(1).asDouble() - drawn.get(k - 1).get(1).asDouble();
      if (Math.abs(losses[k] - losses[k - 1]) > 0.02) {
        assertThat(down > 0).as("step " + (k + 1)).isEqualTo(losses[k] < losses[k - 1]);
      }
    }
    assertThat(tab.number("document.querySelectorAll('#loss circle.c1').length"))
        .isEqualTo(metrics.validationLoss("validation").orElseThrow().size());
    assertThat(tab.texts("document.querySelectorAll('figure'), f => f.id"))
        .containsExactly("loss", "norm", "seconds", "speed");
    assertThat(tab.text("document.querySelector('#loss').textContent"))
        .contains("nats a character", "bits a character", "training", "validation");
  }

  @Test
  void lettersInAPictureAreLargeEnoughAndDoNotOverlap() {
    for (int width : List.of(1000, 360)) {
      tab.size(width, 900);
      JsonNode boxes =
          tab.value(
              "Array.from(document.querySelectorAll('svg'), s => Array.from("
                  + "s.querySelectorAll('text'), t => { const r = t.getBoundingClientRect();"
                  + " return [r.left, r.top, r.right, r.bottom]; }))");
      for (JsonNode picture : boxes) {
        for (int a = 0; a < picture.size(); a++) {
          for (int b = 0; b < a; b++) {
            assertThat(overlap(picture.get(a), picture.get(b)))
                .as("letters %s and %s at %d", picture.get(a), picture.get(b), width)
                .isFalse();
          }
        }
      }
      assertThat(tab.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    }
    tab.size(1000, 900);
  }

  private static boolean overlap(JsonNode a, JsonNode b) {
    double across =
        Math.min(a.get(2).asDouble(), b.get(2).asDouble())
            - Math.max(a.get(0).asDouble(), b.get(0).asDouble());
    double down =
        Math.min(a.get(3).asDouble(), b.get(3).asDouble())
            - Math.max(a.get(1).asDouble(), b.get(1).asDouble());
    return across > 1 && down > 1;
  }

  @Test
  void eachCheckpointWritesWhatSampleWritesOfIt() {
    List<String> samples = tab.texts("document.querySelectorAll('.sample'), s => s.textContent");
    assertThat(samples).hasSize(3);
    List<String> folders =
        tab.texts(
            "document.querySelectorAll('#checkpoints tbody tr'), r => r.cells[0].textContent");
    assertThat(folders).containsExactly("i20_l9", "i40_l9", "i60_l9");
    String seed = fact("#settings", "training.seed");
    for (int k = 0; k < 3; k++) {
      String line = "sample --checkpoint ROOT/run/" + folders.get(k) + " --length 80 --seed ";
      assertThat(samples.get(k) + System.lineSeparator()).isEqualTo(tool(line + seed).out());
    }
    assertThat(samples).doesNotHaveDuplicates();
  }

  @Test
  void theTableOfCheckpointsHasTheirLosses() throws IOException {
    MetricsFile metrics = MetricsFile.read(root.resolve("run/metrics.jsonl"));
    List<String> losses =
        tab.texts(
            "document.querySelectorAll('#checkpoints tbody tr'), r => r.cells[2].textContent");
    for (int k = 0; k < 3; k++) {
      double loss = metrics.rows().get(20 * k + 19).loss();
      assertThat(losses.get(k)).isEqualTo(String.format(Locale.ROOT, "%.4f", loss));
    }
    assertThat(
            tab.texts(
                "document.querySelectorAll('#checkpoints tbody tr'), r =>"
                    + " r.lastElementChild.textContent"))
        .containsOnly("whole");
  }

  @Test
  void itFollowsTheColoursThatTheReaderWants() {
    tab.media("screen", "dark");
    assertThat(tab.text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(20, 23, 27)");
    String dark = tab.text("getComputedStyle(document.querySelector('#loss polyline.c0')).stroke");
    tab.media("screen", "light");
    assertThat(tab.text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(tab.text("getComputedStyle(document.querySelector('#loss polyline.c0')).stroke"))
        .isNotEqualTo(dark);
  }

  @Test
  void nothingIsFetchedAndNothingComplains() {
    assertThat(tab.requests()).isEmpty();
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.number("document.scripts.length")).isZero();
  }

  @Test
  void aRunOfTheClassifierHasItsCurvesToo() throws IOException {
    Path data = Files.createDirectory(root.resolve("digits"));
    TinyDigits.write(data, 30);
    tool(
        "classify --data ROOT/digits --holdout 10 --run ROOT/images --lstm-size 6 --batch-size 8"
            + " --steps 6");
    Path metrics = root.resolve("images/metrics.jsonl");
    String measured = Files.readString(metrics).replaceFirst("\"step\":4,", "$0\"accuracy\":0.5,");
    Files.writeString(metrics, measured); // which is done every 200 steps
    tool("report ROOT/images --out ROOT/images.html");
    Tab images = browser.tab(root.resolve("images.html"));
    assertThat(images.texts("document.querySelectorAll('figure'), f => f.id"))
        .containsExactly("loss", "accuracy", "norm", "seconds", "speed");
    assertThat(images.text("document.querySelector('header').textContent"))
        .contains("digits by rows", "test accuracy", "images a second");
    assertThat(
            images.texts(
                "document.querySelectorAll('#checkpoints tbody tr'), r => r.cells[0].textContent"))
        .contains("i6_l6");
    assertThat(images.number("document.querySelectorAll('#problems').length")).isZero();
    assertThat(images.complaints()).isEmpty();
  }

  @Test
  void whatIsDamagedIsNamedOnThePage() throws IOException {
    Tool.Output output =
        tool(
            "train --recipe demo --data ROOT/<b>text.txt --run ROOT/torn --steps 6 --batch-size 4"
                + " --num-steps 10 --lstm-size 9 --num-layers 2 --save-every 2 --log-every 100");
    assertThat(output.code()).isZero();
    Path torn = root.resolve("torn");
    Files.writeString(torn.resolve("i4_l9/variables/variables.index"), "<i>no index");
    List<String> lines = Files.readAllLines(torn.resolve("metrics.jsonl"));
    lines.set(2, "{<u>broken");
    Files.write(torn.resolve("metrics.jsonl"), lines);
    Files.writeString(torn.resolve("origins.jsonl"), "nonsense\n");
    tool("report ROOT/torn --out ROOT/torn.html --length 20");
    Tab page = browser.tab(root.resolve("torn.html"));
    assertThat(page.texts("document.querySelectorAll('#problems li'), l => l.textContent"))
        .hasSize(3)
        .anyMatch(problem -> problem.contains("i4_l9") && problem.contains("damaged"))
        .anyMatch(problem -> problem.contains("metrics.jsonl, line 3"))
        .anyMatch(problem -> problem.startsWith("what it ran on: "));
    assertThat(
            page.texts(
                "document.querySelectorAll('#checkpoints tbody tr'), r =>"
                    + " r.lastElementChild.textContent"))
        .containsExactly("whole", "damaged", "whole");
    assertThat(page.number("document.querySelectorAll('.sample').length")).isEqualTo(2);
    assertThat(page.number("document.querySelector('#loss polyline.c0').points.length"))
        .isEqualTo(5);
    assertThat(page.complaints()).isEmpty();
  }
}
