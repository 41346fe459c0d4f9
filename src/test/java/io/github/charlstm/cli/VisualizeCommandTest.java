package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.foreign.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class VisualizeCommandTest {
  private static final String SIZES =
      " --batch-size 2 --num-steps 5 --lstm-size 6 --num-layers 1 --log-every 100 --steps 2";
  private static final Fixture FOREIGN = Fixture.of("saved_model_poor_signature");

  @TempDir static Path root;

  @BeforeAll
  static void trainAModel() throws IOException {
    Files.writeString(root.resolve("text.txt"), "the cat sat on the mat; ".repeat(200));
    done("train --recipe demo --data ROOT/text.txt --run ROOT/run" + SIZES);
  }

  private static Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root, "FOREIGN", FOREIGN.path()), line);
  }

  private static Tool.Output done(String line) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isZero();
    return output;
  }

  private static void refused(String line, String... said) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1);
    assertThat(output.err()).contains(said).doesNotContain("Exception");
  }

  private static String page(String name) throws IOException {
    return Files.readString(root.resolve(name));
  }

  private static String line(Tool.Output output, String start) {
    return output.out().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void aLongTextIsCutAndSaysSo() throws IOException {
    Tool.Output output =
        done("visualize --checkpoint ROOT/run --text ROOT/text.txt --out ROOT/a.html");
    assertThat(output.err()).contains("showing 2,000 of 4,800 characters; --length");
    assertThat(line(output, "predictions")).endsWith(" 1999");
    assertThat(page("a.html").split("<span class=\"s[0-8]\"[ >]", -1)).hasSizeGreaterThan(2000);
    output =
        done(
            "visualize --checkpoint ROOT/run --text ROOT/text.txt --length 100 --from 4750"
                + " --out ROOT/b.html");
    assertThat(line(output, "predictions")).endsWith(" 49");
    assertThat(page("b.html")).contains("50 characters from number 4,750 on");
  }

  @Test
  void thePartThatIsShownIsScoredAsEvaluateScoresIt() throws IOException {
    String text = Files.readString(root.resolve("text.txt")).substring(30, 330);
    Files.writeString(root.resolve("part.txt"), text);
    Tool.Output shown =
        done(
            "visualize --checkpoint ROOT/run --text ROOT/text.txt --from 30 --length 300"
                + " --out ROOT/c.html");
    Tool.Output scored = done("evaluate --checkpoint ROOT/run --data ROOT/part.txt --batch-size 1");
    assertThat(line(shown, "bits")).isEqualTo(line(scored, "bits"));
  }

  @Test
  void whatCannotBeShownIsRefusedInOneLine() throws IOException {
    Files.writeString(root.resolve("other.txt"), "the cat \u00E9 sat");
    Files.writeString(root.resolve("one.txt"), "t");
    Files.write(root.resolve("latin.txt"), new byte[] {'t', 'h', (byte) 0xE9});
    String line = "visualize --checkpoint ROOT/run --out ROOT/x.html";
    refused(line, "--text is missing");
    refused(line + " --text ROOT/none.txt", "none.txt", "no such file");
    refused(line + " --text ROOT/other.txt", "other.txt", "U+00E9", "position 8");
    refused(line + " --text ROOT/other.txt --from 3", "position 5", "after the 3 skipped");
    refused(line + " --text ROOT/one.txt", "1 characters", "at least 2");
    refused(line + " --text ROOT/text.txt --from 4799", "4,800", "--from skips 4,799");
    refused(line + " --text ROOT/latin.txt", "byte offset 2", "--encoding");
    refused(line + " --text ROOT/text.txt --length 20001", "--length", "20000");
    refused(line + " --text ROOT/text.txt --length 1", "--length");
    refused(line + " --text ROOT/text.txt --cell 3", "--cell", "LAYER:UNIT", "'3'");
    refused(line + " --text ROOT/text.txt --cell 1:0", "--cell", "layers 0 to 0", "units 0 to 5");
    refused(line + " --text ROOT/text.txt --cell 0:6", "--cell", "'0:6'");
    refused(line + " --text ROOT/text.txt --text ROOT/text.txt", "--text is given twice");
    refused(
        "visualize --checkpoint ROOT/run --text ROOT/text.txt --length 9 --out ROOT/no/x.html",
        "--out",
        "no such file");
    assertThat(root.resolve("x.html")).doesNotExist();
  }

  @Test
  void severalCellsMayBeAskedFor() throws IOException {
    done(
        "visualize --checkpoint ROOT/run --text ROOT/text.txt --length 50 --cell 0:1 --cell 0:5"
            + " --out ROOT/d.html");
    assertThat(page("d.html"))
        .contains("layer 0, unit 1: asked for", "layer 0, unit 5: asked for")
        .doesNotContain("layer 0, unit 2");
  }

  @Test
  void otherCellsShowTheirState() throws IOException {
    Path saved = Path.of("src/test/resources/save-folders/gru_1_weights.tf-2.15.1");
    done("import --from char-rnn-tensorflow " + saved + " --to ROOT/gru");
    Files.writeString(root.resolve("gru.txt"), learned());
    done(
        "visualize --checkpoint ROOT/gru --text ROOT/gru.txt --length 40 --out ROOT/gru.html"
            + " --cell 0:0");
    assertThat(page("gru.html")).contains("<div class=\"legend\" id=\"of-cells\" hidden>state ");
  }

  private static String learned() {
    String sampled = done("sample --checkpoint ROOT/gru --length 60 --seed 1").out();
    return sampled.strip();
  }

  @Test
  void aModelOfPythonsIsShownWithoutCells() throws IOException {
    Files.writeString(root.resolve("vocabulary.txt"), FOREIGN.vocabulary());
    Files.writeString(root.resolve("foreign.txt"), FOREIGN.text());
    String line = " --saved-model FOREIGN --vocab ROOT/vocabulary.txt ";
    Tool.Output output =
        done("visualize" + line + "--text ROOT/foreign.txt --out ROOT/foreign.html");
    assertThat(line(output, "bits"))
        .endsWith(String.format(Locale.ROOT, " %.4f", FOREIGN.crossEntropy() / Math.log(2)));
    assertThat(page("foreign.html"))
        .contains("not known for a model from Python")
        .doesNotContain("id=\"cells\"");
    refused("visualize" + line + "--text ROOT/foreign.txt --cell 0:1", "--cell does not go with");
  }

  @Test
  void aModelOfWordsColoursWords() throws IOException {
    Files.writeString(root.resolve("words.txt"), "one two three four. ".repeat(60));
    done(
        "train --recipe shakespeare-words --data ROOT/words.txt --run ROOT/words --batch-size 2"
            + " --num-steps 5 --lstm-size 6 --log-every 100 --steps 2 --validation 0");
    Files.writeString(root.resolve("read.txt"), "one two zebra three");
    Tool.Output output =
        done("visualize --checkpoint ROOT/words --text ROOT/read.txt --out ROOT/words.html");
    assertThat(page("words.html")).contains(">two</span> <span", "data-w=\"new\">zebra</span>");
    Tool.Output scored =
        done("evaluate --checkpoint ROOT/words --data ROOT/read.txt --batch-size 1");
    assertThat(line(output, "bits")).isEqualTo(line(scored, "bits"));
    assertThat(scored.out()).contains("nats per word", "bits per word").doesNotContain("character");
  }
}
