package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gives one line that says what is wrong and exit code 2, and changes no file. */
class BadInputTest {
  private static final String SMALL =
      "--recipe demo --batch-size 2 --num-steps 4 --lstm-size 6 --num-layers 1 --epochs 1";

  @TempDir static Path root;

  @BeforeAll
  static void makeFilesAndARun() throws IOException {
    Files.writeString(
        root.resolve("text.txt"), "to be or not to be, that is the question\n".repeat(3));
    Files.writeString(root.resolve("short.txt"), "short");
    Files.writeString(root.resolve("even.txt"), "to be or not to be\n\n".repeat(9));
    Files.writeString(root.resolve("other.txt"), "Zorro");
    Files.writeString(root.resolve("empty.txt"), "");
    Files.write(root.resolve("nul.bin"), new byte[] {'a', 'b', 0, 'c'});
    Files.write(
        root.resolve("latin1.txt"), "caf\u00e9 au lait".getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(root.resolve("file"), "not a folder");
    Files.createDirectories(root.resolve("empty-folder"));
    assertThat(tool("train " + SMALL + " --data ROOT/text.txt --run ROOT/run --steps 2").code())
        .isZero();
    Files.copy(root.resolve("text.txt"), root.resolve("moved.txt"));
    assertThat(
            tool("train " + SMALL + " --data ROOT/moved.txt --run ROOT/changed --steps 2").code())
        .isZero();
    Files.writeString(root.resolve("moved.txt"), "to be or not to be, that is no question\n");
    Files.writeString(root.resolve("printed.json"), "{\"as-printed\": true}");
    copyRun("half");
    Files.delete(root.resolve("half/i2_l6/assets.extra/settings.json"));
    copyRun("truncated");
    Path data = root.resolve("truncated/i2_l6/variables/variables.data-00000-of-00001");
    byte[] whole = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(whole, whole.length - 100));
  }

  private static void copyRun(String name) throws IOException {
    Path from = root.resolve("run");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, root.resolve(name).resolve(from.relativize(file).toString()));
      }
    }
  }

  private static Tool.Output tool(String line) {
    return Tool.run(
        Stream.of(line.split(" "))
            .map(word -> word.replace("_", " ").replace("ROOT", root.toString()))
            .toArray(String[]::new));
  }

  static List<Arguments> mistakes() {
    return List.of(
        mistake("trian", "'trian'", "train, sample, evaluate"),
        mistake("train --bach-size 3", "--bach-size", "--help"),
        mistake("train please", "'please'", "flags only"),
        mistake("train --steps", "--steps", "needs a value"),
        mistake("train --data https://example.org/a.txt", "--data", "'https://example.org/a.txt'"),
        mistake("train --steps 1 --steps 2", "--steps", "twice"),
        mistake("train --precision half", "--precision", "one of float32, bfloat16, found 'half'"),
        mistake(
            "train --precision bfloat16 --loop unrolled",
            "--precision bfloat16 is for the fused loop",
            "found --loop unrolled"),
        mistake("train --loop fast", "--loop", "one of fused, dynamic, unrolled, found 'fast'"),
        mistake("train --steps ten", "--steps", "'ten'", "whole number"),
        mistake("train --batch-size 0", "--batch-size", "'0'", "from 1 to"),
        mistake("train --batch-size -4", "--batch-size", "'-4'"),
        mistake("train --num-steps 99999999999", "--num-steps", "'99999999999'"),
        mistake("train --lstm-size 1000000", "--lstm-size", "65536"),
        mistake("train --num-layers 0", "--num-layers", "'0'"),
        mistake("train --epochs -1", "--epochs", "'-1'"),
        mistake("train --learning-rate 0", "--learning-rate", "'0'", "above 0"),
        mistake("train --learning-rate nan", "--learning-rate", "'nan'"),
        mistake("train --grad-clip -5", "--grad-clip", "'-5'"),
        mistake("train --keep-prob 1.5", "--keep-prob", "'1.5'", "at most 1"),
        mistake("train --keep-prob 0", "--keep-prob", "'0'"),
        mistake("train --validation 1", "--validation", "'1'", "below 1"),
        mistake("train --save-every 0", "--save-every", "'0'"),
        mistake("train --seed x", "--seed", "'x'"),
        mistake("train --recipe tolstoy", "'tolstoy'", "demo, best, anna"),
        mistake("train --as-printed", "--as-printed", "demo"),
        mistake("train --recipe anna --as-printed --num-layers 2", "--num-layers", "one layer"),
        mistake("train --momentum 0.5", "--momentum changes nothing", "--optimizer momentum"),
        mistake("train --decay-after 3", "--decay-after", "--learning-rate-decay below 1"),
        mistake("train --min-learning-rate 0.001", "--min-learning-rate", "--schedule cosine"),
        mistake("train --data ROOT/missing.txt --run ROOT/new", "missing.txt"),
        mistake("train --data ROOT/empty.txt --run ROOT/new", "empty.txt", "empty"),
        mistake("train --data ROOT/nul.bin --run ROOT/new", "nul.bin", "2"),
        mistake("train --data ROOT/latin1.txt --run ROOT/new", "latin1.txt", "3", "UTF-8"),
        mistake("train --data ROOT/empty-folder --run ROOT/new", "empty-folder"),
        mistake(
            "train --recipe demo --data ROOT/short.txt --run ROOT/new",
            "1600",
            "5",
            "--batch-size"),
        mistake(
            "train --data ROOT/text.txt " + SMALL + " --run ROOT/file/run",
            "ROOT/file/run",
            "--run"),
        mistake(
            "train --data ROOT/text.txt " + SMALL + " --run ROOT/run", "holds a run", "--resume"),
        mistake("train --resume --run ROOT/nowhere", "nowhere", "does not exist"),
        mistake("train --resume --run ROOT/empty-folder", "holds no checkpoint"),
        mistake("train --resume --recipe anna --run ROOT/run", "--recipe", "--resume"),
        mistake("train --resume --run ROOT/run --lstm-size 7", "--lstm-size was 6 and is now 7"),
        mistake(
            "train --resume --run ROOT/run --data ROOT/short.txt",
            "ROOT/short.txt is another than ROOT/text.txt was",
            "SHA-256",
            "(--data)"),
        mistake("train --resume --run ROOT/changed", "ROOT/moved.txt has changed since", "--data"),
        mistake(
            "train --resume --run ROOT/run --data ROOT/even.txt --encoding UTF-16",
            "ROOT/even.txt read as UTF-16 is another"),
        mistake(
            "train --resume --run ROOT/run --last-target first-input",
            "--last-target was next-character and is now first-input"),
        mistake(
            "train --resume --run ROOT/run --recipe mnist",
            "--recipe mnist does not go with --resume",
            "ROOT/run is on a text"),
        mistake(
            "train --data ROOT/text.txt " + SMALL + " --run ROOT/new --validation 0.98",
            "--validation 0.98",
            "found 2"),
        mistake(
            "train --data ROOT/text.txt " + SMALL + " --run ROOT/new --validation 0.02",
            "what --validation 0.02 holds out",
            "2 streams"),
        mistake("train --resume --run ROOT/half", "half", "settings.json"),
        mistake("train --resume --run ROOT/truncated", "variables.data-00000-of-00001"),
        mistake("sample --checkpoint ROOT/nowhere", "nowhere", "does not exist"),
        mistake("sample --checkpoint ROOT/file", "not a folder"),
        mistake("sample --checkpoint ROOT/half", "settings.json"),
        mistake("sample --checkpoint ROOT/truncated --prime to", "variables.data-00000-of-00001"),
        mistake("sample --checkpoint ROOT/run --prime toZ", "'Z'", "U+005A", "position 2"),
        mistake("sample --checkpoint ROOT/run --length -1", "--length", "'-1'"),
        mistake("sample --checkpoint ROOT/run --temperature 0", "--temperature", "'0'"),
        mistake("sample --checkpoint ROOT/run --top-n -1", "--top-n", "'-1'"),
        mistake(
            "sample --checkpoint ROOT/run --greedy --top-n 3", "--top-n does not go with --greedy"),
        mistake("import --from tf1-checkpoint --to ROOT/new", "one path to import, found none"),
        mistake("reproduce --out ROOT/file", "--out", "found the file ROOT/file"),
        mistake("train --config ROOT/printed.json --run ROOT/new", "--as-printed", "demo"),
        mistake(
            "evaluate --checkpoint ROOT/run --data ROOT/even.txt --encoding UTF-16",
            "ROOT/even.txt (read as UTF-16)",
            "position 0"),
        mistake("evaluate --checkpoint ROOT/run --batch-size 999", "999 streams (--batch-size)"),
        mistake("evaluate --checkpoint ROOT/run --data ROOT/missing.txt", "missing.txt"),
        mistake("evaluate --checkpoint ROOT/run --data ROOT/latin1.txt", "latin1.txt"),
        mistake("evaluate --checkpoint ROOT/run --data ROOT/other.txt", "'Z'", "position 0"),
        mistake("inspect --checkpoint ROOT/truncated", "variables.data-00000-of-00001"),
        mistake("plot", "at least one"),
        mistake("plot ROOT/nowhere", "nowhere", "does not exist"),
        mistake("plot ROOT/run --out ROOT/picture.gif", "picture.gif"),
        mistake("plot ROOT/run --out ROOT/nowhere/picture.png", "--out", "nowhere/picture.png"),
        mistake("data list --file ROOT/text.txt", "--file", "fetch"),
        mistake("train --resume --as-printed --run ROOT/run", "--as-printed", "began without"),
        mistake("train --grad-clip 1e300", "--grad-clip", "3.4e38", "'1e300'"),
        mistake("data fetch tolstoy", "tolstoy", "anna"),
        mistake("data remove anna", "remove", "fetch NAME"),
        mistake("data fetch anna --file ROOT/text.txt", "text.txt", "SHA-256"),
        mistake("recipes --all", "--all"));
  }

  private static Arguments mistake(String line, String... said) {
    return Arguments.of(line, List.of(said));
  }

  @ParameterizedTest(name = "charlstm {0}")
  @MethodSource("mistakes")
  void isRefusedInOneLineWithExitCodeTwo(String line, List<String> said) throws IOException {
    List<String> before = Files.readAllLines(root.resolve("run/metrics.jsonl"));
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    List<String> errors = output.err().lines().toList();
    assertThat(errors).hasSize(1);
    for (String part : said) {
      assertThat(errors.get(0)).contains(part.replace("ROOT", root.toString()));
    }
    assertThat(output.err()).doesNotContain("\tat ").doesNotContain("Exception:");
    assertThat(root.resolve("new")).doesNotExist();
    assertThat(Files.readAllLines(root.resolve("run/metrics.jsonl"))).isEqualTo(before);
  }

  @Test
  void aLineBreakInAValueIsEscapedInTheMessage() {
    Tool.Output output = Tool.run("sample", "--length", "1\r\n2");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1).first().asString().contains("\\u000d");
  }

  @Test
  void charactersThatTheModelDoesNotKnowAreLeftOutOnRequest() throws IOException {
    Files.writeString(
        root.resolve("digits.txt"), "to be 4 or not to be, 4 that is the question\n".repeat(3));
    Files.writeString(
        root.resolve("plain.txt"), "to be  or not to be,  that is the question\n".repeat(3));
    String evaluate = "evaluate --checkpoint ROOT/run --json --data ROOT/";
    Tool.Output refused = tool(evaluate + "digits.txt");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("'4'", "--on-unknown skip");
    Tool.Output skipped = tool(evaluate + "digits.txt --on-unknown skip");
    assertThat(skipped.err()).contains("left out 6 of 135 characters").contains("'4'");
    assertThat(skipped.out().replace("digits.txt", "plain.txt"))
        .isEqualTo(tool(evaluate + "plain.txt").out());
    Files.writeString(root.resolve("many.txt"), "to be 0123456789ABC or not to be, that is");
    assertThat(tool(evaluate + "many.txt --on-unknown skip").err())
        .contains("left out 13 of", "'9'", " and 3 more")
        .doesNotContain("'A'");
    String sample = "sample --checkpoint ROOT/run --length 9 --seed 1 --prime ";
    assertThat(tool(sample + "to4__be").err()).contains("--on-unknown skip");
    assertThat(tool(sample + "to4_be --on-unknown skip").out())
        .isEqualTo(tool(sample + "to_be").out());
    Tool.Output page =
        tool(
            "visualize --checkpoint ROOT/run --text ROOT/digits.txt --on-unknown skip --out"
                + " ROOT/page.html");
    assertThat(page.code()).as(page.err()).isZero();
  }

  @Test
  void aLossOfNanStopsTheRunAndKeepsTheLastCheckpoint() {
    String training = "train " + SMALL + " --data ROOT/text.txt --run ROOT/wild --save-every 1";
    Tool.Output output = tool(training + " --steps 9 --learning-rate 3e38");
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err()).contains("diverged").contains("--learning-rate");
    assertThat(tool("inspect --checkpoint ROOT/wild").code()).isZero();
  }
}
