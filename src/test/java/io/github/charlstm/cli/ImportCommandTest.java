package io.github.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.interop.EditedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class ImportCommandTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final String TEXT = "RES/goldens/anna_small.txt";
  private static final String FOLDER =
      "import --from char-rnn-tensorflow RES/save-folders/gru_2_kernel.tf-2.15.1 --to ROOT/run";
  private static final String CHECKPOINT =
      "import --from tf1-checkpoint RES/checkpoints/checkpoint_v2_weights.tf-2.15.1 --to ROOT/run";

  @TempDir Path root;

  private Tool.Output tool(String line) {
    return Tool.run(Map.of("ROOT", root, "RES", RESOURCES), line);
  }

  private String done(String line) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isZero();
    return output.out();
  }

  @Test
  void aSaveFolderBecomesARunThatSamplesScoresAndTrainsOn() throws IOException {
    assertThat(done(FOLDER))
        .contains("gru_2_kernel.tf-2.15.1/model.ckpt-30 (names of TensorFlow 1.2 or later)")
        .contains("2 x GRU 12, 41 characters")
        .contains("used        36 tensors")
        .doesNotContain("not used", "note:");
    assertThat(done("sample --checkpoint ROOT/run --prime The --length 50 --seed 1"))
        .startsWith("The")
        .hasSize(54);
    assertThat(done("evaluate --checkpoint ROOT/run --data " + TEXT))
        .contains("nats per", " in 1 streams");
    assertThat(done("inspect --checkpoint ROOT/run")).contains("gru_cell/gates/kernel/Adam_1");
    Tool.Output trained = tool("train --resume --run ROOT/run --data " + TEXT + " --steps 33");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.err()).contains("learning rate 0.01, now 0.01,");
    assertThat(trained.err()).doesNotContain("too small");
    List<String> metrics = Files.readAllLines(root.resolve("run/metrics.jsonl"));
    assertThat(metrics).hasSize(3).last().asString().contains("\"step\":33,\"epoch\":1");
    // now the text is known
    done("train --resume --run ROOT/run --steps 34");
    assertThat(tool("train --resume --run ROOT/run --steps 35 --learning-rate 1e-14").err())
        .contains(
            "the learning rate is", "too small to change the variables; give --learning-rate");
  }

  @Test
  void oneOfSeveralCheckpointsOfASaveFolderIsImported() throws IOException {
    Path fixture = RESOURCES.resolve("save-folders").resolve("gru_2_kernel.tf-2.15.1");
    EditedFolder.write(fixture, root.resolve("save"), "20", tensors -> {});
    EditedFolder.write(fixture, root.resolve("other"), "30", tensors -> {});
    Files.move(root.resolve("other/model.ckpt-30.index"), root.resolve("save/model.ckpt-30.index"));
    String data = "model.ckpt-30.data-00000-of-00001";
    Files.move(root.resolve("other").resolve(data), root.resolve("save").resolve(data));
    String line = "import --from char-rnn-tensorflow ROOT/save";
    assertThat(done(line + "/model.ckpt-20 --to ROOT/first")).contains("save/model.ckpt-20 (");
    assertThat(done(line + " --to ROOT/newest")).contains("save/model.ckpt-30 (");
    assertThat(tool(line + "/model.ckpt-7 --to ROOT/none").err())
        .contains("model.ckpt-7 is no folder and no checkpoint");
  }

  @Test
  void foldersOfPythonAreSentToImport() {
    String folder = "RES/save-folders/gru_2_kernel.tf-2.15.1";
    for (String path : List.of(folder, folder + "/model.ckpt-30")) {
      assertThat(tool("sample --checkpoint " + path).err())
          .contains("is no run but from a Python program: make a run of it with charlstm import");
    }
  }

  @Test
  void jsonNamesEveryTensorThatWasNotUsed() throws IOException {
    String line = done(CHECKPOINT + " --vocab " + TEXT + " --json");
    JsonNode fields = new ObjectMapper().readTree(line);
    assertThat(line.lines()).hasSize(1);
    assertThat(fields.path("used").asInt()).isPositive();
    assertThat(fields.path("not_used").isArray()).isTrue();
    assertThat(fields.path("checkpoint").asText()).startsWith(root.resolve("run").toString());
  }

  @Test
  void aLongListIsCountedAndNamedInFullOnlyWhenAskedFor() throws IOException {
    EditedFolder.write(
        RESOURCES.resolve("save-folders").resolve("gru_2_kernel.tf-2.15.1"),
        root.resolve("save"),
        "30",
        tensors -> {
          EditedFolder.remove(tensors, "/Adam");
          EditedFolder.remove(tensors, "/Adam_1");
        });
    String line = "import --from char-rnn-tensorflow ROOT/save --to ROOT/";
    assertThat(done(line + "short"))
        .containsPattern(
            "missing     22 slots, which start at zero: (\\S+, ){4}\\.\\.\\. \\(--verbose")
        .contains("embedding/Adam,")
        .doesNotContain("softmax_w/Adam_1");
    assertThat(done(line + "long --verbose"))
        .containsPattern("missing     22 slots, which start at zero: (\\S+, ){21}\\S+\\n")
        .contains("softmax_w/Adam_1");
  }

  @Test
  void aCheckpointOfTheBookBecomesARun() {
    assertThat(done(CHECKPOINT + " --vocab " + TEXT + " --batch-size 4 --num-steps 10"))
        .contains("TensorFlow 1.0 or 1.1")
        .contains("2 x LSTM 16, 41 characters")
        .contains("step        50");
    assertThat(done("sample --checkpoint ROOT/run --prime The --length 9 --seed 1")).hasSize(13);
    done("train --resume --run ROOT/run --data " + TEXT + " --steps 52");
  }

  @Test
  void anImportedRunMayTakeOtherWindowsForItsFirstText() {
    done(FOLDER + " --restart --keep-prob 1");
    Tool.Output output =
        tool(
            "train --resume --run ROOT/run --data "
                + TEXT
                + " --batch-size 2 --num-steps 20 --steps 2");
    assertThat(output.code()).as(output.err()).isZero();
    assertThat(output.err()).contains("--batch-size 4 -> 2", "resuming at step 0");
    output = tool("train --resume --run ROOT/run --batch-size 3");
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("--batch-size was 2");
  }

  @Test
  void theVocabularyMayComeFromAPickleOrOurJson() {
    done(FOLDER);
    String vocabulary = "ROOT/run/i30_l12/assets.extra/vocabulary.json";
    String pickle = "RES/save-folders/gru_2_kernel.tf-2.15.1/chars_vocab.pkl";
    done(CHECKPOINT.replace("/run", "/one") + " --vocab " + vocabulary);
    done(CHECKPOINT.replace("/run", "/two") + " --vocab " + pickle);
    String sample = "sample --prime The --length 20 --seed 3 --checkpoint ROOT/";
    assertThat(done(sample + "one")).isEqualTo(done(sample + "two"));
  }

  static List<Arguments> mistakes() {
    String folder = "import --from char-rnn-tensorflow RES/save-folders/";
    return List.of(
        mistake("import", "--from", "char-rnn-tensorflow, tf1-checkpoint"),
        mistake("import --from keras x --to ROOT/run", "'keras'"),
        mistake("import --from char-rnn-tensorflow x", "--to"),
        mistake("import --from char-rnn-tensorflow --to ROOT/run", "one path"),
        mistake("import --from char-rnn-tensorflow a b --to ROOT/run", "'a b'"),
        mistake("import --from char-rnn-tensorflow ROOT/x --to ROOT/run", "/x is no folder"),
        mistake(FOLDER + " --vocab " + TEXT, "--vocab goes with"),
        mistake(FOLDER + " --batch-size 0", "--batch-size"),
        mistake(CHECKPOINT, "--vocab"),
        mistake(CHECKPOINT + " --vocab ROOT/none.txt", "none.txt"),
        mistake(CHECKPOINT + " --vocab pom.xml", "41 characters"),
        mistake(
            "import --from tf1-checkpoint graphs/keras_stateful.tf-2.15.1/variables/variables"
                + " --vocab "
                + TEXT
                + " --to ROOT/run",
            "object-based",
            "export a SavedModel"),
        mistake("import --from tf1-checkpoint ROOT/x --vocab " + TEXT + " --to ROOT/run", "/x"),
        mistake(folder + "refused_nas.tf-2.15.1 --to ROOT/run", "config.pkl", "'nas'"),
        mistake(folder + "refused_class.tf-2.15.1 --to ROOT/run", "easydict.EasyDict"),
        mistake(folder + "refused_call.tf-2.15.1 --to ROOT/run", "chars_vocab.pkl", "os.system"));
  }

  private static Arguments mistake(String line, String... said) {
    return Arguments.of(line, List.of(said));
  }

  @ParameterizedTest(name = "charlstm {0}")
  @MethodSource("mistakes")
  void isRefusedInOneLineWithExitCodeTwoAndNothingWritten(String line, List<String> said) {
    Tool.Output output = tool(line);
    assertThat(output.code()).as(output.err()).isEqualTo(2);
    assertThat(output.err().lines()).hasSize(1).first().asString().contains(said);
    assertThat(root.resolve("run")).doesNotExist();
  }

  @Test
  void aRunIsNotOverwritten() {
    done(FOLDER);
    Tool.Output output = tool(FOLDER);
    assertThat(output.code()).isEqualTo(2);
    assertThat(output.err()).contains("holds a run already", "--to");
  }
}
