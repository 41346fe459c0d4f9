package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.browser.Browser;
import io.github.charlstm.browser.Color;
import io.github.charlstm.browser.Tab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code charlstm visualize}'s page as a browser renders it. */
@Tag("browser")
class VisualizePageTest {
  // Markup, a mark that joins, one that turns the writing around, Hebrew, a character beyond the
  // BMP.
  private static final String TEXT =
      "<script>hacked=1</script> \"He said (so)\" & went;\nTab\there </SCRIPT> <!-- 'it' e\u0301"
          + " \u202Eabc \u05E9\u05DC\u05D5\u05DD \uD83D\uDE00 end.\n\nAgain: \"yes (no)\" 12345\n";
  private static final String SPANS = "document.querySelectorAll('#text > span')";

  @TempDir static Path root;
  private static Browser browser;
  private static Tab tab;
  private static final int[] POINTS = TEXT.codePoints().toArray();
  private static ReferencePredictions says;

  @BeforeAll
  static void openThePage() throws IOException {
    browser = Browser.open();
    Path text = root.resolve("text.txt");
    Files.writeString(root.resolve("learned.txt"), TEXT.repeat(8));
    Files.writeString(text, TEXT);
    tool(
        "train --recipe demo --data ROOT/learned.txt --run ROOT/run --steps 40 --batch-size 4"
            + " --num-steps 20 --lstm-size 9 --num-layers 2 --keep-prob 1 --learning-rate 0.02"
            + " --log-every 100");
    tool("visualize --checkpoint ROOT/run --text ROOT/text.txt --out ROOT/page.html --cell 1:4");
    says = ReferencePredictions.of(root.resolve("run"), TEXT);
    tab = browser.tab(root.resolve("page.html"));
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

  private static String label(String symbol) {
    return switch (symbol) {
      case " " -> "\u2423";
      case "\n" -> "\u21B5";
      case "\t" -> "\u21E5";
      case "\u202E" -> "U+202E";
      case "\u0301" -> "\u25CC";
      default -> symbol;
    };
  }

  private static String span(int position) {
    return SPANS + "[" + position + "]";
  }

  private static List<String> colors() {
    return tab.texts(SPANS + ", s => getComputedStyle(s).backgroundColor");
  }

  private void surpriseAgain() {
    tab.value(
        "{const by = document.getElementById('by'); by.value = -1;"
            + "by.dispatchEvent(new Event('change')); 0}");
  }

  @Test
  void everyCharacterIsThereInItsOrder() {
    List<String> shown = tab.texts(SPANS + ", s => s.textContent");
    assertThat(shown).hasSize(POINTS.length);
    for (int k = 0; k < POINTS.length; k++) {
      String expected =
          switch (POINTS[k]) {
            case 0x202E -> "U+202E";
            case 0x301 -> "\u25CC\u0301";
            default -> Character.toString(POINTS[k]);
          };
      assertThat(shown.get(k)).as("character " + k).isEqualTo(expected);
    }
    assertThat(tab.text("typeof hacked")).isEqualTo("undefined");
  }

  @Test
  void newlinesAndTabsShowAMark() {
    int newline = TEXT.indexOf('\n');
    int tabulator = TEXT.indexOf('\t');
    String content = ", '::before').content";
    assertThat(tab.text("getComputedStyle(" + span(newline) + content)).isEqualTo("\"\u21B5\"");
    assertThat(tab.text("getComputedStyle(" + span(tabulator) + content)).isEqualTo("\"\u21E5\"");
    assertThat(tab.text("getComputedStyle(" + span(0) + content)).isEqualTo("none");
  }

  @Test
  void theMoreSurprisingTheDeeperTheColour() {
    surpriseAgain();
    double[] levels = {0.5, 1, 2, 3, 4, 6, 8, 10};
    double[] opacities = {0, 0.1, 0.19, 0.29, 0.4, 0.52, 0.64, 0.76, 0.88};
    List<String> colors = colors();
    for (int k = 1; k < POINTS.length; k++) {
      double bits = says.bits(k);
      int level = (int) Arrays.stream(levels).filter(from -> bits >= from).count();
      boolean onTheEdge = Arrays.stream(levels).anyMatch(from -> Math.abs(from - bits) < 1e-4);
      if (!onTheEdge) {
        assertThat(Color.of(colors.get(k)).opacity())
            .as("character %d of %.3f bits: %s", k, bits, colors.get(k))
            .isCloseTo(opacities[level], within(0.01));
      }
    }
    assertThat(colors.stream().distinct().count()).isGreaterThan(4);
  }

  @Test
  void thePointerOverACharacterShowsTheGuessesBeforeIt() {
    int position = TEXT.indexOf("said");
    tab.hover(span(position));
    assertThat(tab.text("getComputedStyle(document.getElementById('tip')).display"))
        .isEqualTo("block");
    JsonNode rows =
        tab.value(
            "Array.from(document.querySelectorAll('#tip tr'), r => [r.cells[0].textContent,"
                + " r.cells[1].textContent, r.className])");
    assertThat(rows).hasSize(5);
    List<Integer> best =
        IntStream.range(0, says.predicted()[position].length)
            .boxed()
            .sorted(
                (a, b) ->
                    Float.compare(says.predicted()[position][b], says.predicted()[position][a]))
            .limit(5)
            .toList();
    for (int k = 0; k < 5; k++) {
      String symbol = says.vocabulary().symbol(best.get(k));
      String label = rows.get(k).get(0).asText();
      assertThat(label).as("guess " + k).startsWith(label(symbol));
      double percent = 100 * says.predicted()[position][best.get(k)];
      assertThat(Double.parseDouble(rows.get(k).get(1).asText().replace("%", "")))
          .isCloseTo(percent, within(0.51));
      assertThat(rows.get(k).get(2).asText()).isEqualTo(symbol.equals("s") ? "right" : "");
    }
    assertThat(tab.text("document.getElementById('tip').textContent"))
        .startsWith("s: " + String.format(Locale.ROOT, "%.2f bits", says.bits(position)));
    tab.hover("document.querySelector('h1')");
    assertThat(tab.text("getComputedStyle(document.getElementById('tip')).display"))
        .isEqualTo("none");
  }

  @Test
  void aChosenCellColoursEachCharacterByItsActivation() {
    List<String> before = colors();
    tab.click("document.querySelector('#cells tr')");
    assertThat(tab.text("document.getElementById('by').value")).isEqualTo("0");
    List<String> colors = colors();
    assertThat(colors).isNotEqualTo(before);
    double[] opacities = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.68, 0.76};
    for (int k = 0; k < POINTS.length; k++) {
      double activation = Math.tanh(says.cells()[k][4]);
      double level = Math.abs(activation) * 8;
      if (Math.abs(level - Math.floor(level) - 0.5) < 0.1) {
        continue; // between two colours
      }
      int nearest = (int) Math.round(level);
      assertThat(Color.of(colors.get(k)).opacity())
          .as("character %d at %.3f: %s", k, activation, colors.get(k))
          .isCloseTo(opacities[nearest], within(0.01));
      if (nearest > 0) {
        assertThat(colors.get(k))
            .startsWith(activation > 0 ? "rgba(29, 100, 235" : "rgba(220, 38, 38");
      }
    }
    assertThat(tab.text("getComputedStyle(document.getElementById('of-cells')).display"))
        .isEqualTo("flex");
    assertThat(tab.text("getComputedStyle(document.getElementById('of-surprise')).display"))
        .isEqualTo("none");
    tab.hover(span(3));
    assertThat(tab.text("document.getElementById('tip').textContent"))
        .endsWith(
            String.format(Locale.ROOT, "layer 1, unit 4: %+.2f", Math.tanh(says.cells()[3][4])));
    tab.hover("document.querySelector('h1')");
    surpriseAgain();
    assertThat(colors()).isEqualTo(before);
  }

  @Test
  void theArrowKeysGoThroughTheText() {
    tab.value("document.getElementById('text').focus()");
    tab.key("ArrowRight");
    tab.key("ArrowRight");
    assertThat(tab.texts("document.querySelectorAll('.at'), s => s.textContent"))
        .containsExactly(Character.toString(POINTS[1]));
    tab.key("ArrowLeft");
    assertThat(tab.text("document.getElementById('tip').textContent")).startsWith("<: the first");
    tab.key("Escape");
    assertThat(tab.number("document.querySelectorAll('.at').length")).isZero();
  }

  @Test
  void anAddressMayNameACellAndACharacter() {
    Tab other = browser.tab(root.resolve("page.html"), "#by=0&at=5");
    assertThat(other.text("document.getElementById('by').value")).isEqualTo("0");
    assertThat(other.text("document.getElementById('tip').textContent")).startsWith("p: ");
    Tab wrong = browser.tab(root.resolve("page.html"), "#by=7&at=x%3Cb%3E");
    assertThat(wrong.text("document.getElementById('by').value")).isEqualTo("-1");
    assertThat(wrong.complaints()).isEmpty();
  }

  @Test
  void theMeanIsWhatEvaluateSays() {
    String evaluated =
        tool("evaluate --checkpoint ROOT/run --data ROOT/text.txt --batch-size 1").out();
    String bits =
        evaluated.lines().filter(line -> line.startsWith("bits")).findFirst().orElseThrow();
    String shown = tab.text("document.querySelector('header table').textContent");
    assertThat(shown).contains(bits.replaceAll(".* ", "") + ", the mean of " + (POINTS.length - 1));
  }

  @Test
  void lettersCanBeReadOnEveryColourInLightAndInDark() {
    for (String scheme : List.of("light", "dark")) {
      tab.media("screen", scheme);
      Color paper = Color.of(tab.text("getComputedStyle(document.body).backgroundColor"));
      Color ink = Color.of(tab.text("getComputedStyle(document.body).color"));
      assertThat(paper.luminance() > 0.5).isEqualTo(scheme.equals("light"));
      String legend = "document.querySelectorAll('.legend span')";
      for (String color : tab.texts(legend + ", s => getComputedStyle(s).backgroundColor")) {
        assertThat(Color.of(color).over(paper).contrast(ink))
            .as(scheme + " " + color)
            .isGreaterThan(4.5);
      }
    }
    tab.media("screen", "light");
  }

  @Test
  void itFitsANarrowWindowAndPaper() {
    tab.size(360, 700);
    assertThat(tab.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
    tab.size(1000, 900);
    tab.media("print", "dark");
    assertThat(tab.text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(tab.text("getComputedStyle(document.getElementById('by')).display"))
        .isEqualTo("none");
    tab.media("screen", "light");
  }

  @Test
  void nothingIsFetchedAndNothingComplains() {
    assertThat(tab.requests()).isEmpty();
    assertThat(tab.complaints()).isEmpty();
  }

  @Test
  void cellsThatNobodyAskedForAreChosenByWhatTheyFollow() {
    tool("visualize --checkpoint ROOT/run --text ROOT/learned.txt --length 900 --out ROOT/b.html");
    Tab other = browser.tab(root.resolve("b.html"));
    List<String> options =
        new ArrayList<>(other.texts("document.getElementById('by').options, o => o.textContent"));
    assertThat(options.remove(0)).isEqualTo("surprise");
    assertThat(options).hasSizeGreaterThanOrEqualTo(4);
    assertThat(options).allMatch(option -> option.matches("layer [01], unit [0-8]: .*"));
    assertThat(options).anyMatch(option -> option.matches(".*r = [-+]0\\.[3-9]\\d"));
    assertThat(other.texts("document.querySelectorAll('#cells tr'), r => r.cells[0].textContent"))
        .doesNotHaveDuplicates();
    assertThat(other.complaints()).isEmpty();
  }
}
