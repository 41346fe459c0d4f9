package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.foreign.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that Python wrote, from the command line. */
@Tag("slow")
class ForeignCommandsTest {
  private static final Fixture SAVED_MODEL = Fixture.of("saved_model_poor_signature");
  private static final Fixture META = Fixture.of("meta_graph_unknown_sizes");
  private static final Fixture FROZEN = Fixture.of("frozen_graph_unknown_sizes");

  @TempDir static Path root;

  @BeforeAll
  static void writeVocabularies() throws IOException {
    Files.writeString(root.resolve("vocabulary.txt"), SAVED_MODEL.vocabulary());
    Files.writeString(root.resolve("small.txt"), "abc the");
    Files.writeString(root.resolve("text.txt"), SAVED_MODEL.text());
    Files.writeString(root.resolve("other.txt"), "Zorro");
    Files.createDirectories(root.resolve("empty"));
    Files.createDirectories(root.resolve("frozen"));
    Files.copy(FROZEN.path(), root.resolve("frozen").resolve("saved_model.pb"));
  }

  private static Tool.Output tool(String line) {
    return Tool.run(
        Map.of(
            "ROOT", root,
            "SAVED", SAVED_MODEL.path(),
            "META", META.path(),
            "FROZEN", FROZEN.path()),
        line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--saved-model SAVED", "--meta META", "--graph-def FROZEN"})
  void sampleWritesOnFromThePrime(String model) {
    String line = "sample " + model + " --vocab ROOT/vocabulary.txt --prime Happy --length 60";
    Tool.Output greedy = tool(line + " --greedy");
    assertThat(greedy.code()).as(greedy.err()).isZero();
    assertThat(greedy.out()).startsWith("Happy").hasSize(65 + System.lineSeparator().length());
    assertThat(tool(line + " --seed 3").out()).isEqualTo(tool(line + " --seed 3").out());
  }

  @Test
  void aModelThatKnowsCarriageReturnsReadsTextsWithThem() throws IOException {
    // the vocabulary's last symbol becomes a carriage return
    String symbols = Vocabulary.of(SAVED_MODEL.vocabulary()).decode(all());
    String last = symbols.substring(symbols.length() - 1);
    List<String> list = symbols.replace(last, "\r").chars().mapToObj(Character::toString).toList();
    Files.writeString(root.resolve("returns.json"), new ObjectMapper().writeValueAsString(list));
    String text = SAVED_MODEL.text().replace(last, "").replace("\n", "\r\n");
    Files.writeString(root.resolve("returns.txt"), text);
    Tool.Output output =
        tool(
            "evaluate --saved-model SAVED --vocab ROOT/returns.json --data ROOT/returns.txt"
                + " --json");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(new ObjectMapper().readTree(output.out()).required("predictions").intValue())
        .isEqualTo(text.length() - 1);
    assertThat(text).contains("\r\n");
  }

  private static int[] all() {
    return IntStream.range(0, Vocabulary.of(SAVED_MODEL.vocabulary()).size()).toArray();
  }

  @Test
  void allFormsOfTheSameModelWriteTheSameText() {
    String rest = " --vocab ROOT/vocabulary.txt --prime Happy --length 60 --seed 1";
    assertThat(tool("sample --saved-model SAVED" + rest).out())
        .isEqualTo(tool("sample --meta META" + rest).out())
        .isEqualTo(tool("sample --graph-def FROZEN" + rest).out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--saved-model SAVED", "--meta META", "--graph-def FROZEN"})
  void everyWayOfChoosingWorksWithAModelFromPython(String model) {
    String line = "sample " + model + " --vocab ROOT/vocabulary.txt --prime Happy --length 12";
    for (String way :
        List.of(
            "--beam-width 1",
            "--draw-at word-starts --top-n 1",
            "--top-p 0.000001 --temperature 3",
            "--greedy --repetition-penalty 1")) {
      Tool.Output output = tool(line + " " + way);
      assertThat(output.code()).as(output.err()).isZero();
      assertThat(output.out()).as(way).isEqualTo(tool(line + " --greedy").out());
    }
    Tool.Output several = tool(line + " --count 3 --unique --copied --compare-with ROOT/text.txt");
    assertThat(several.out()).contains("--- text 3 of 3");
    assertThat(several.err()).contains("text 3: copied from", "3 texts of 3 drawn");
    assertThat(tool(line + " --copied").err()).contains("--compare-with is missing");
  }

  @Test
  void aTextIsWrittenTogetherWithAModelFromPython() {
    String greedy =
        tool("sample --meta META --vocab ROOT/vocabulary.txt --prime Happy --length 12 --greedy")
            .out();
    Tool.Output output =
        Tool.reading(
            "\n1\nb\nb\n\nq\n",
            "sample",
            "--meta",
            META.path().toString(),
            "--vocab",
            root.resolve("vocabulary.txt").toString(),
            "--prime",
            "Happy",
            "--length",
            "12",
            "--greedy",
            "--interactive");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).isEqualTo(greedy);
  }

  @Test
  void withoutAPrimeTheTextBeginsWithWhatTheVocabularyKnows() {
    Tool.Output output = tool("sample --meta META --vocab ROOT/vocabulary.txt --length 5 --greedy");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .startsWith(
            TrainingSamples.prime(Optional.empty(), Vocabulary.of(SAVED_MODEL.vocabulary())));
  }

  @Test
  void inspectShowsAFrozenGraph() {
    Tool.Output output = tool("inspect --graph-def FROZEN");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains("frozen.pb, written by TensorFlow of unknown version")
        .contains("placeholders\n  inputs:0 int32[?, ?]")
        .contains("final_state    rnn/while/Exit_6:0")
        .contains("no tensors are restored")
        .doesNotContain("tags", "checksums");
  }

  @Test
  void evaluatePrintsPythonsCrossEntropy() {
    Tool.Output output =
        tool(
            "evaluate --saved-model SAVED --vocab ROOT/vocabulary.txt --data ROOT/text.txt"
                + " --map predictions=predictions:0 --map inputs=inputs:0");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains(String.format(Locale.ROOT, "%.4f nats per character", SAVED_MODEL.crossEntropy()))
        .contains("predictions         200 in 1 streams");
  }

  @Test
  void theLastClassOfAListOfOneSymbolLessIsNeverWritten() throws IOException {
    List<String> symbols =
        SAVED_MODEL.vocabulary().codePoints().mapToObj(Character::toString).sorted().toList();
    Files.writeString(root.resolve("less.json"), jsonOf(symbols.subList(0, symbols.size() - 1)));
    Tool.Output output = tool("sample --meta META --vocab ROOT/less.json --length 9 --seed 1");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("one class more than", "the last class, <unk>, is never");
    Files.writeString(
        root.resolve("less.txt"), String.join("", symbols.subList(1, symbols.size())));
    assertThat(tool("sample --meta META --vocab ROOT/less.txt").err())
        .contains("has 40 symbols, but the predictions");
  }

  @Test
  void lossesOfWordsAreSaidPerWord() throws IOException {
    List<String> words =
        SAVED_MODEL.vocabulary().codePoints().mapToObj(c -> "word" + c).sorted().toList();
    Files.writeString(root.resolve("words.json"), jsonOf(words));
    Files.writeString(root.resolve("words.txt"), String.join(" ", words));
    Tool.Output output = tool("evaluate --meta META --vocab ROOT/words.json --data ROOT/words.txt");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).contains("nats per word").doesNotContain("character");
  }

  private static String jsonOf(List<String> symbols) throws IOException {
    return new ObjectMapper().writeValueAsString(symbols);
  }

  @Test
  void inspectShowsWhatTheModelHolds() {
    Tool.Output output = tool("inspect --saved-model SAVED");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains("written by TensorFlow 2.15.1")
        .contains("tags [[serve]]")
        .contains("signature serving_default\n  in   inputs = inputs:0 int32[1, 1]")
        .contains("placeholders\n  inputs:0 int32[1, 1]")
        .contains("final_state    rnn/while/Exit_6:0 float32[1, 16]")
        .contains("(6, all checksums hold)")
        .contains("softmax/Variable_1                                float32[41]");
  }

  @Test
  void inspectShowsAMetaGraphWithoutItsCheckpoint() throws IOException {
    Path meta = Files.copy(META.path(), root.resolve("alone.ckpt.meta"));
    Tool.Output output = Tool.run("inspect", "--meta", meta.toString());
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out()).contains("final_state", "no checkpoint " + root.resolve("alone.ckpt"));
  }

  @Test
  void filesOfKerasAreNamedWithTheConversion() throws IOException {
    Files.writeString(root.resolve("model.keras"), "PK");
    assertThat(tool("sample --saved-model ROOT/model.keras --vocab ROOT/vocabulary.txt").err())
        .contains("model.keras is a file of Keras; convert it", "run the folder as --saved-model");
  }

  @Test
  void inspectShowsAModelWhoseStatesAreNotFound() {
    Tool.Output output =
        Tool.run(
            "inspect",
            "--meta",
            Fixture.of("meta_graph_unrolled").path().toString(),
            "--map",
            "initial_state=keep_prob:0");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.out())
        .contains("not found:")
        .contains("role final_state")
        .contains("rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel/Adam_1");
  }

  @Test
  void ourOwnCheckpointsAreSavedModelsToo() {
    String training =
        "train --recipe demo --data ROOT/text.txt --run ROOT/run --batch-size 2 --num-steps 4"
            + " --lstm-size 6 --num-layers 2 --steps 2";
    assertThat(tool(training).code()).isZero();
    String ours = tool("evaluate --checkpoint ROOT/run --batch-size 1").out();
    Tool.Output asForeign =
        tool(
            "evaluate --saved-model ROOT/run/i2_l6 --data ROOT/text.txt"
                + " --vocab ROOT/run/i2_l6/assets.extra/vocabulary.json");
    assertThat(asForeign.code()).as(asForeign.err()).isZero();
    assertThat(lossOf(asForeign.out())).isEqualTo(lossOf(ours));
  }

  private static String lossOf(String output) {
    return output.lines().filter(line -> line.startsWith("loss")).findFirst().orElseThrow();
  }

  static List<Arguments> mistakes() {
    return List.of(
        mistake("sample --saved-model SAVED", "--vocab is missing"),
        mistake(
            "sample --vocab ROOT/vocabulary.txt",
            "--vocab needs --saved-model, --meta or --graph-def"),
        mistake("sample --map inputs=a:0", "--map needs"),
        mistake("inspect --trust", "--trust needs"),
        mistake("sample --saved-model SAVED --meta META", "--saved-model does not go with --meta"),
        mistake("sample --saved-model SAVED --checkpoint ROOT", "--checkpoint does not go with"),
        mistake("inspect --meta META --tags serve", "--tags does not go with --meta"),
        mistake(
            "evaluate --saved-model SAVED --vocab ROOT/vocabulary.txt --batch-size 3",
            "--batch-size does not go with --saved-model"),
        mistake("evaluate --saved-model SAVED --vocab ROOT/vocabulary.txt", "--data is missing"),
        mistake(
            "evaluate --meta META --vocab ROOT/vocabulary.txt --data ROOT/other.txt",
            "other.txt",
            "'Z'"),
        mistake(
            "sample --saved-model SAVED --vocab ROOT/small.txt --prime the",
            "small.txt has 7 symbols",
            "for 41"),
        mistake(
            "sample --saved-model SAVED --vocab ROOT/vocabulary.txt --prime Zoo", "--prime", "'Z'"),
        mistake(
            "sample --meta ROOT/nowhere.meta --vocab ROOT/small.txt", "nowhere.meta: no such file"),
        mistake("sample --graph-def FROZEN --meta META", "--meta does not go with --graph-def"),
        mistake("inspect --graph-def FROZEN --tags serve", "--tags does not go with --graph-def"),
        mistake("inspect --graph-def FROZEN --signature x", "--signature does not", "use --map"),
        mistake("inspect --graph-def ROOT/nowhere.pb", "ROOT/nowhere.pb", "no such file"),
        mistake("inspect --graph-def ROOT/text.txt", "text.txt", "no GraphDef"),
        mistake("inspect --graph-def ROOT/empty", "is a folder", "--saved-model"),
        mistake("inspect --graph-def SAVED/saved_model.pb", "GraphDef", "--saved-model"),
        mistake("inspect --graph-def META", "such as frozen.pb", "--meta"),
        mistake("inspect --saved-model FROZEN", "frozen.pb is not a folder", "--graph-def"),
        mistake("inspect --saved-model ROOT/frozen", "has no graph", "--graph-def"),
        mistake("inspect --meta FROZEN", "frozen.pb", "--graph-def"),
        mistake("sample --saved-model SAVED --vocab ROOT/nowhere.txt", "nowhere.txt"),
        mistake("sample --saved-model SAVED --vocab ROOT/v.pkl", "v.pkl"),
        mistake("inspect --saved-model ROOT/nowhere", "ROOT/nowhere", "does not exist"),
        mistake("inspect --saved-model ROOT/empty", "saved_model.pb", "does not exist"),
        mistake("inspect --saved-model ROOT/text.txt", "text.txt", "not a folder"),
        mistake("inspect --meta ROOT/text.txt", "text.txt", "model.ckpt-100.meta"),
        mistake("inspect --meta ROOT/nowhere.meta", "nowhere.meta", "no such file"),
        mistake("inspect --saved-model SAVED --tags train", "{train}", "{serve}"),
        mistake("inspect --meta META --map inputs", "--map", "role=tensor:0"),
        mistake("inspect --meta META --map output=a:0", "--map", "no role 'output'"));
  }

  private static Arguments mistake(String line, String... said) {
    return Arguments.of(line, List.of(said));
  }

  @ParameterizedTest(name = "charlstm {0}")
  @MethodSource("mistakes")
  void mistakesAreRefusedInOneLineWithExitCodeTwo(String line, List<String> said) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1);
    for (String part : said) {
      assertThat(output.err()).contains(part.replace("ROOT", root.toString()));
    }
    assertThat(output.err()).doesNotContain("\tat ").doesNotContain("Exception:");
    assertThat(output.out()).isEmpty();
  }
}
