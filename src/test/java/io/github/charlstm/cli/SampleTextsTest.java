package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.sample.CopiedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of a model of characters: several of them, how they end, and how much is copied. */
@Tag("slow")
class SampleTextsTest {
  private static final String TEXT = "ab ba. abba bab a ab. ".repeat(40);

  @TempDir static Path root;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(root.resolve("text.txt"), TEXT);
    Files.writeString(root.resolve("prime.txt"), "abba\n");
    Files.writeString(root.resolve("empty.txt"), "\n");
    Files.writeString(
        root.resolve("windows.txt"), "\u201cno\u201d", Charset.forName("windows-1252"));
    Tool.succeed(
        root,
        "train --recipe demo --data ROOT/text.txt --run ROOT/run --lstm-size 8 --num-layers 1"
            + " --batch-size 4 --num-steps 8 --steps 20 --learning-rate 0.05 --quiet");
  }

  private static Tool.Output sample(String line) {
    return Tool.run(Map.of("ROOT", root), ("sample --checkpoint ROOT/run " + line).strip());
  }

  private static JsonNode json(String line) {
    Tool.Output output = sample(line + " --json");
    assertThat(output.code()).as(output.err()).isZero();
    try {
      return new ObjectMapper().readTree(output.out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(String line) {
    return json(line).required("texts").findValuesAsText("text");
  }

  @Test
  void theFirstTextsAreTheSameHoweverManyAreAskedFor() {
    String line = "--prime a --length 40 --top-n 0 --seed 7";
    List<String> five = texts(line + " --count 5");
    assertThat(five).hasSize(5).doesNotHaveDuplicates();
    assertThat(texts(line + " --count 3")).isEqualTo(five.subList(0, 3));
    assertThat(texts(line)).isEqualTo(five.subList(0, 1));
    assertThat(json(line).required("text").asText()).isEqualTo(five.get(0));
    JsonNode third = json(line + " --count 5").required("texts").get(2);
    assertThat(texts("--prime a --length 40 --top-n 0 --seed " + third.required("seed").asText()))
        .containsExactly(five.get(2));
  }

  @Test
  void eachTemperatureHasItsTextsOfTheSameSeeds() {
    String line = "--prime a --length 30 --top-n 0 --seed 7 --count 2 --temperature ";
    JsonNode both = json(line + "0.5,2").required("texts");
    List<String> expected = new ArrayList<>(texts(line + "0.5"));
    expected.addAll(texts(line + "2"));
    assertThat(both.findValuesAsText("text")).isEqualTo(expected);
    assertThat(both.findValuesAsText("temperature")).containsExactly("0.5", "0.5", "2.0", "2.0");
    List<String> seeds = both.findValuesAsText("seed");
    assertThat(seeds.subList(0, 2)).isEqualTo(seeds.subList(2, 4));
  }

  @Test
  void severalTextsHaveALineBeforeEach() {
    String line = "--prime a --length 30 --seed 7 --temperature 0.5,2 --count 2";
    JsonNode texts = json(line).required("texts");
    StringBuilder expected = new StringBuilder();
    for (int k = 0; k < 4; k++) {
      expected.append(
          "--- text %s of 2, temperature %s, seed %s ---%n%s%n"
              .formatted(
                  k % 2 + 1,
                  texts.get(k).required("temperature").asText(),
                  texts.get(k).required("seed").asText(),
                  texts.get(k).required("text").asText()));
    }
    assertThat(sample(line).out()).isEqualTo(expected.toString());
  }

  @Test
  void aTextEndsBeforeTheFirstOfSeveralStops() {
    String whole = texts("--prime a --length 300 --seed 7").get(0);
    JsonNode ended = json("--prime a --length 300 --seed 7 --stop bb --stop .");
    int end = Math.min(whole.indexOf("."), whole.indexOf("bb"));
    assertThat(end).isPositive();
    assertThat(ended.required("text").asText()).isEqualTo(whole.substring(0, end));
    assertThat(ended.required("length").asInt()).isEqualTo(end - 1);
    assertThat(ended.required("texts").get(0).required("end").asText()).isEqualTo("stop");
    assertThat(sample("--prime a --length 300 --seed 7 --stop bb --stop .").out())
        .isEqualTo(whole.substring(0, end) + System.lineSeparator());
  }

  @Test
  void topPTakesAllSymbolsUnlessTopNIsGiven() {
    String line = "--prime a --length 200 --temperature 5 --seed 3";
    assertThat(texts(line + " --top-p 1")).isEqualTo(texts(line + " --top-n 0"));
    assertThat(texts(line + " --top-p 1 --top-n 2")).isEqualTo(texts(line + " --top-n 2"));
    assertThat(texts(line + " --top-p 0.000001"))
        .isEqualTo(texts("--prime a --length 200 --greedy"));
  }

  @Test
  void textsDifferFromTheFirstWordOnThatIsDrawn() {
    String greedy = texts("--prime a --length 200 --greedy").get(0);
    String begun = greedy.substring(0, greedy.indexOf(' ') + 1); // goes on with the likeliest
    List<String> texts =
        texts("--prime a --length 200 --top-n 0 --draw-at word-starts --seed 3 --count 5");
    assertThat(texts).allMatch(text -> text.startsWith(begun)).doesNotHaveDuplicates();
    assertThat(texts("--prime a --length 200 --top-n 0 --seed 3 --count 5"))
        .anyMatch(text -> !text.startsWith(begun));
  }

  @Test
  void aPenaltyChangesTheLikeliestText() {
    String greedy = "--prime a --length 60 --greedy";
    assertThat(texts(greedy + " --repetition-penalty 1")).isEqualTo(texts(greedy));
    assertThat(texts(greedy + " --repetition-penalty 3 --repetition-window 2"))
        .isNotEqualTo(texts(greedy));
  }

  @Test
  void aBeamFindsTextsThatAreAtLeastAsProbableAsTheGreedyOne() {
    JsonNode found = json("--prime a --length 25 --beam-width 6 --count 3").required("texts");
    List<Double> logs = new ArrayList<>();
    found.forEach(text -> logs.add(text.required("log_probability").asDouble()));
    JsonNode greedy = json("--prime a --length 25 --beam-width 1").required("texts").get(0);
    assertThat(greedy.required("text").asText())
        .isEqualTo(texts("--prime a --length 25 --greedy").get(0));
    assertThat(logs).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(logs.get(0)).isGreaterThanOrEqualTo(greedy.required("log_probability").asDouble());
    assertThat(json("--prime a --length 25 --beam-width 6 --count 3").required("texts"))
        .isEqualTo(found);
    assertThat(sample("--prime a --length 25 --beam-width 6 --count 2").out())
        .startsWith("--- text 1 of 2, ln p -")
        .contains(found.get(1).required("text").asText());
  }

  @Test
  void thePrimeOfAFileOrOfStandardInputHasNoLineBreakAtItsEnd() {
    String expected = sample("--prime abba --length 20 --seed 1").out();
    assertThat(sample("--prime-file ROOT/prime.txt --length 20 --seed 1").out())
        .isEqualTo(expected);
    Tool.Output piped =
        Tool.reading(
            "abba\n",
            "sample",
            "--checkpoint",
            root.resolve("run").toString(),
            "--prime-file",
            "-",
            "--length",
            "20",
            "--seed",
            "1");
    assertThat(piped.out()).isEqualTo(expected);
  }

  @Test
  void aPrimeFileIsReadInItsEncoding() {
    assertThat(sample("--prime-file ROOT/windows.txt --encoding windows-1252").err())
        .contains("--prime-file", "U+201C");
  }

  @Test
  void copiedPartsAreMeasuredInTheTextThatTheModelLearned() {
    JsonNode fields = json("--prime ab --length 200 --seed 3 --copied");
    JsonNode text = fields.required("texts").get(0);
    CopiedText expected =
        CopiedText.of(text.required("text").asText().substring(2), CharacterText.of(TEXT));
    assertThat(text.required("longest_copied").asText()).isEqualTo(expected.longest());
    assertThat(text.required("copied_share").asDouble()).isEqualTo(expected.share().orElseThrow());
    assertThat(fields.required("compared_with").asText())
        .isEqualTo(root.resolve("text.txt").toString());
    assertThat(sample("--prime ab --length 200 --seed 3 --copied").err())
        .contains("at most " + expected.longest().length() + " characters in a row")
        .contains("of its parts of 20 characters");
    assertThat(sample("--prime ab --length 9 --copied --compare-with ROOT/prime.txt").err())
        .contains("prime.txt", "it is shorter than 20 characters");
  }

  @Test
  void repeatedTextsAndCopiesAreDrawnAnew() {
    String line = "--prime a --length 3 --top-n 0 --seed 1 --count 8";
    List<String> plain = texts(line);
    List<String> unique = texts(line + " --unique");
    assertThat(plain).hasSize(8).isNotEqualTo(unique);
    assertThat(unique).hasSize(8).doesNotHaveDuplicates();
    List<String> novel = texts(line + " --unique --novel");
    assertThat(novel)
        .hasSize(8)
        .doesNotHaveDuplicates()
        .allMatch(text -> !TEXT.contains(text.substring(1)));
    assertThat(sample(line + " --unique").err()).contains("8 texts of ", " repeated");
  }

  @Test
  void drawingEndsWhenNoMoreTextsAreFound() {
    Tool.Output output = sample("--prime a --length 1 --top-n 2 --count 5 --unique");
    assertThat(output.code()).isZero();
    assertThat(output.out()).contains("--- text 2 of 5").doesNotContain("text 3 of 5");
    assertThat(output.err()).contains("wrote 2 of 5 texts: 500 draws", "498 repeated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --beam-width 2 --top-p 0.5 | --top-p does not go with --beam-width
          --greedy --draw-at word-starts | --draw-at does not go with --greedy
          --greedy --beam-width 2 | --greedy does not go with --beam-width
          --greedy --count 2 | --count does not go with --greedy
          --beam-width 2 --count 3 | --beam-width 2 finds at most 2 texts; --count is 3
          --beam-width 2 --unique | --unique does not go with --beam-width
          --repetition-window 5 | --repetition-window needs --repetition-penalty
          --temperature 0.5,,1 | --temperature: expected a number above 0, found ''
          --top-p 1.5 | --top-p: expected a number above 0, at most 1, found '1.5'
          --compare-with ROOT/text.txt | --compare-with needs --copied or --novel
          --copied --compare-with anna | fetch it (charlstm data fetch anna)
          --prime a --prime-file ROOT/prime.txt | --prime does not go with --prime-file
          --prime-file ROOT/empty.txt | holds no more than a line break
          --prime-file ROOT/nowhere.txt | nowhere.txt: no such file
          --interactive --count 2 | --count does not go with --interactive
          --interactive --temperature 1,2 | expected one temperature with --interactive, found 2
          --interactive --prime-file - | which reads standard input
          --encoding UTF-16 | --encoding and --on-malformed go with --vocab FILE, a text
          """)
  void whatDoesNotGoTogetherIsNamed(String line, String message) {
    Tool.Output output = sample(line);
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains(message);
  }

  @Test
  void aTextThatIsNotThereAnyMoreOrHasChangedIsNotComparedWith() throws IOException {
    Path moved = root.resolve("moved.txt");
    Files.move(root.resolve("text.txt"), moved);
    try {
      assertThat(sample("--copied").err()).contains("which is not there", "--compare-with");
      Files.writeString(root.resolve("text.txt"), TEXT + "a");
      assertThat(sample("--copied").err()).contains("another text than the one", "--compare-with");
    } finally {
      Files.deleteIfExists(root.resolve("text.txt"));
      Files.move(moved, root.resolve("text.txt"));
    }
  }

  private static Tool.Output interactive(String input, String... more) {
    List<String> line =
        new ArrayList<>(
            List.of("sample", "--checkpoint", root.resolve("run").toString(), "--interactive"));
    line.addAll(List.of("--prime", "ab", "--seed", "4"));
    line.addAll(List.of(more));
    Tool.Output output = Tool.reading(input, line.toArray(String[]::new));
    assertThat(output.code()).as(output.err()).isZero();
    return output;
  }

  @Test
  void aPersonPicksAddsGoesOnAndGoesBack() throws IOException {
    String[] states =
        interactive("1\n\nb\n=b\nba. \\n\nabba\nZ\n77\nq\n", "--json").out().split("\n");
    List<String> texts = new ArrayList<>();
    for (String state : states) {
      texts.add(new ObjectMapper().readTree(state).required("text").asText());
    }
    String first = new ObjectMapper().readTree(states[0]).at("/next/0/symbol").asText();
    String picked = "ab" + first;
    assertThat(texts.get(0)).isEqualTo("ab");
    assertThat(texts.get(1)).isEqualTo(picked);
    assertThat(texts.get(2)).startsWith(picked).hasSize(picked.length() + 20);
    assertThat(texts.get(3)).isEqualTo(picked);
    assertThat(texts.get(4)).isEqualTo(picked + "b");
    // a line break, Z and the number 77 are not in the vocabulary, or no candidates
    assertThat(texts.subList(5, 10))
        .containsExactly(
            picked + "b", picked + "babba", picked + "babba", picked + "babba", picked + "babba");
    JsonNode end = new ObjectMapper().readTree(states[states.length - 1]);
    assertThat(end.required("length").asInt()).isEqualTo(6);
    assertThat(end.required("seed").asInt()).isEqualTo(4);
  }

  @Test
  void theDialogueIsOnStandardErrorAndTheTextOnStandardOutput() {
    Tool.Output output = interactive("=1\n9\nb\n\n", "--length", "7", "--greedy", "--quiet");
    String greedy = texts("--prime ab --length 7 --greedy").get(0);
    assertThat(output.out()).isEqualTo(greedy + System.lineSeparator());
    assertThat(output.err())
        .contains("A number takes that symbol", "Enter goes on by 7 characters")
        .contains("character '1' (U+0031", "expected 1 to 4; =9 adds the number")
        .contains("this is the beginning")
        .containsPattern("1 '.' 0\\.[0-9]{3}   2 '");
  }
}
