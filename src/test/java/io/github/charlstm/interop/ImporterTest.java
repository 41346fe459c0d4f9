package io.github.charlstm.interop;

import static io.github.charlstm.interop.EditedFolder.remove;
import static io.github.charlstm.interop.EditedFolder.replace;
import static io.github.charlstm.interop.EditedFolder.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.foreign.ForeignModel;
import io.github.charlstm.foreign.ForeignModelOptions;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** Imports of files that lack tensors, or have more. */
@Tag("slow")
class ImporterTest {
  private static final String CELL = "rnnlm/multi_rnn_cell/cell_%s/basic_lstm_cell/";

  @TempDir Path root;
  private Path save;
  private Path run;

  @BeforeEach
  void name() {
    save = root.resolve("save");
    run = root.resolve("run");
  }

  private void lstm(String number, Consumer<Map<String, Tensor>> change) throws IOException {
    EditedFolder.write(PythonFixture.saveFolder("lstm_3_kernel"), save, number, change);
  }

  private Importer.Report imported() throws IOException {
    return Importer.charRnn(save, run, Importer.Continuation.AS_IT_WAS);
  }

  private AbstractThrowableAssert<?, ?> assertRejected() {
    AbstractThrowableAssert<?, ?> thrown =
        assertThatThrownBy(this::imported).isInstanceOf(IllegalArgumentException.class);
    thrown.message().doesNotContain("\n");
    assertThat(run).doesNotExist();
    return thrown;
  }

  private float scalar(String name) {
    Path variables = TrainingCheckpoint.open(run).variables();
    return CheckpointReader.open(variables).readFloats(name)[0];
  }

  @Test
  void theOptionsMayBeADict() throws IOException {
    lstm("30", tensors -> {});
    Path config = save.resolve("config.pkl");
    Files.writeString(config, "(dS'model'\nS'lstm'\nsS'batch_size'\nI3\nsS'num_layers'\nI3\ns.");
    assertThat(imported().settings().training().batchSize()).isEqualTo(3);
  }

  @Test
  void anExportGivesBackTheNamesAndPicklesOfTheProgram() throws IOException {
    lstm(
        "30",
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            if (name.startsWith("embedding")) {
              tensors.put("rnnlm/" + name, tensors.remove(name));
            }
          }
        });
    imported();
    Path prefix =
        CheckpointExport.tf1Checkpoint(TrainingCheckpoint.open(run), root.resolve("export"));
    assertThat(prefix.getParent().resolve("config.pkl"))
        .hasSameBinaryContentAs(save.resolve("config.pkl"));
    assertThat(prefix.getParent().resolve("chars_vocab.pkl"))
        .hasSameBinaryContentAs(save.resolve("chars_vocab.pkl"));
    CheckpointReader before = CheckpointReader.open(save.resolve("model.ckpt-30"));
    CheckpointReader after = CheckpointReader.open(prefix);
    assertThat(after.tensors().keySet()).containsAll(before.tensors().keySet());
    for (String name : List.of("rnnlm/embedding", "rnnlm/embedding/Adam_1", "rnnlm/softmax_w")) {
      assertThat(after.readFloats(name)).isEqualTo(before.readFloats(name));
    }
    // the graph's saver finds them
    ForeignModelOptions options = ForeignModelOptions.metaGraph();
    ForeignModel.open(Path.of(prefix + ".meta"), options).close();
    assertThat(Importer.charRnn(prefix, root.resolve("again"), Importer.Continuation.AS_IT_WAS))
        .extracting(Importer.Report::atZero)
        .isEqualTo(List.of());
  }

  @Test
  void aDictOfOtherKeysIsNoConfiguration() throws IOException {
    lstm("30", tensors -> {});
    Files.writeString(save.resolve("config.pkl"), "(dI1\nS'lstm'\ns.");
    assertRejected().hasMessageContaining("argparse.Namespace or a dict");
  }

  @Test
  void withoutAdamsStateEverySlotStartsAtZeroAndIsNamed() throws IOException {
    lstm(
        "29",
        tensors -> {
          remove(tensors, "/Adam");
          remove(tensors, "/Adam_1");
          remove(tensors, "_power");
        });
    Importer.Report report = imported();
    assertThat(report.step()).isEqualTo(30);
    assertThat(report.atZero()).hasSize(18).contains("embedding/Adam", "rnnlm/softmax_b/Adam_1");
    assertThat(scalar("beta1_power")).isEqualTo(0.9f);
    assertThat(scalar("beta2_power")).isEqualTo(0.999f);
    assertThat(scalar("embedding/Adam")).isZero();
  }

  @Test
  void aMissingSlotIsNamedAndStartsAtZero() throws IOException {
    lstm("30", tensors -> remove(tensors, "softmax_b/Adam_1"));
    assertThat(imported().atZero()).containsExactly("rnnlm/softmax_b/Adam_1");
    assertThat(scalar("rnnlm/softmax_b/Adam_1")).isZero();
    assertThat(scalar("beta2_power")).isLessThan(0.98f);
  }

  @Test
  void missingPowersFollowFromTheSteps() throws IOException {
    lstm("29", tensors -> remove(tensors, "_power"));
    assertThat(imported().notes())
        .hasSize(3)
        .allMatch(note -> note.matches(".*(power|checkpoint).*"));
    assertThat(scalar("beta2_power")).isBetween(0.96946f, 0.969462f);
  }

  @Test
  void anUnusedTensorIsReported() throws IOException {
    lstm(
        "30",
        tensors -> {
          tensors.put("rnnlm/softmax_w/RMSProp", zeros(12, 41));
          tensors.put("batch_pointer", zeros());
        });
    assertThat(imported().notUsed()).containsExactly("batch_pointer", "rnnlm/softmax_w/RMSProp");
  }

  @Test
  void theLearningRateIsThatOfTheFileOrOfTheOptions() throws IOException {
    lstm("30", tensors -> replace(tensors, "Variable", TFloat32.scalarOf(0.007f)));
    imported();
    assertThat(scalar("Variable")).isEqualTo(0.007f);
  }

  @Test
  void theEmbeddingMayBeInTheScopeOfTheNetwork() throws IOException {
    lstm(
        "30",
        tensors -> {
          for (String slot : List.of("", "/Adam", "/Adam_1")) {
            tensors.put("rnnlm/embedding" + slot, tensors.remove("embedding" + slot));
          }
        });
    assertThat(imported().notUsed()).isEmpty();
    PythonFixture.ofSaveFolder("lstm_3_kernel").assertPredictsAsPython(run);
  }

  // in TensorFlow 1.2, one cell object in several layers had one set of variables
  @Test
  void oneCellForAllLayersIsCopied() throws IOException {
    lstm(
        "30",
        tensors ->
            List.copyOf(tensors.keySet()).stream()
                .filter(name -> name.contains("cell_1/") || name.contains("cell_2/"))
                .forEach(name -> tensors.remove(name).close()));
    Importer.Report report = imported();
    assertThat(report.settings().model().numLayers()).isEqualTo(3);
    assertThat(report.notes()).anyMatch(note -> note.contains("one cell for all 3 layers"));
    CheckpointReader reader = CheckpointReader.open(TrainingCheckpoint.open(run).variables());
    String first = CELL.formatted(0) + "kernel/Adam";
    assertThat(reader.readFloats(CELL.formatted(2) + "kernel/Adam"))
        .isEqualTo(reader.readFloats(first));
  }

  @Test
  void lstmCellsAreRecognizedByTheirNames() throws IOException {
    lstm(
        "30",
        tensors ->
            List.copyOf(tensors.keySet())
                .forEach(name -> tensors.put(name.replace("basic_", ""), tensors.remove(name))));
    imported();
    assertThat(CheckpointReader.open(TrainingCheckpoint.open(run).variables()).tensors())
        .containsKey("rnnlm/multi_rnn_cell/cell_2/lstm_cell/kernel");
    PythonFixture.ofSaveFolder("lstm_3_kernel").assertPredictsAsPython(run);
  }

  // the program numbers the last step from 0; programs derived from it count updates
  @Test
  void stepsAreAdamsUpdatesIfTheyFitTheName() throws IOException {
    lstm("29", tensors -> {});
    assertThat(imported().step()).isEqualTo(30);
  }

  @Test
  void aRestartedRunFollowsTheNameWithANote() throws IOException {
    lstm("12", tensors -> {});
    Importer.Report report = imported();
    assertThat(report.step()).isEqualTo(13);
    assertThat(report.notes()).anyMatch(note -> note.contains("30 updates"));
  }

  @Test
  void aVocabularyOfBytesOrWithCarriageReturnsIsNoted() throws IOException {
    lstm("30", tensors -> {});
    StringBuilder symbols = new StringBuilder("\\xc3\\r");
    for (char symbol = 'A'; symbol < 'A' + 26; symbol++) {
      symbols.append(symbol);
    }
    symbols.append("abcdefghijklm");
    Files.writeString(save.resolve("chars_vocab.pkl"), "S'" + symbols + "'\n.");
    assertThat(imported().notes())
        .anyMatch(note -> note.contains("one of bytes"))
        .anyMatch(note -> note.contains("carriage return"));
  }

  @Test
  void wrongShapesAreRejectedWithBoth() throws IOException {
    lstm(
        "30",
        tensors -> {
          replace(tensors, CELL.formatted(1) + "kernel", zeros(24, 44));
          replace(tensors, "embedding/Adam", zeros(41, 11));
        });
    assertRejected()
        .hasMessageContaining(CELL.formatted(1) + "kernel to be float[24, 48], found float[24, 44]")
        .hasMessageContaining("embedding/Adam to be float[41, 12], found float[41, 11]");
  }

  @Test
  void infiniteValuesAreRejected() throws IOException {
    lstm("30", tensors -> replace(tensors, "Variable", TFloat32.scalarOf(Float.POSITIVE_INFINITY)));
    assertRejected().hasMessageContaining("Variable holds Infinity");
  }

  @Test
  void missingVariablesAreNamed() throws IOException {
    lstm("30", tensors -> remove(tensors, "cell_1/basic_lstm_cell/bias"));
    assertRejected().hasMessageContaining("no " + CELL.formatted(1) + "bias float[48]");
  }

  @Test
  void aMissingLayerIsRejected() throws IOException {
    lstm(
        "30",
        tensors -> {
          for (String end : List.of("kernel", "bias")) {
            for (String slot : List.of("", "/Adam", "/Adam_1")) {
              remove(tensors, "cell_1/basic_lstm_cell/" + end + slot);
            }
          }
        });
    assertRejected().hasMessageContaining("[0, 2]");
  }

  @Test
  void aCellWithMoreVariablesIsRejected() throws IOException {
    lstm("30", tensors -> tensors.put(CELL.formatted(0) + "w_f_diag", zeros(12)));
    assertRejected().hasMessageContaining("w_f_diag");
  }

  @Test
  void twoTensorsForOneVariableAreRejected() throws IOException {
    lstm("30", tensors -> tensors.put(CELL.formatted(0) + "weights", zeros(24, 48)));
    assertRejected().hasMessageContaining("two tensors").hasMessageContaining("weights");
  }

  @Test
  void optionsThatDoNotFitTheFileAreRejected() throws IOException {
    lstm("30", tensors -> {});
    Path config = save.resolve("config.pkl");
    Path other = PythonFixture.saveFolder("lstm_2_weights").resolve("config.pkl");
    Files.write(config, Files.readAllBytes(other));
    assertRejected().hasMessageContaining("3 layers").hasMessageContaining("num_layers has 2");
    other = PythonFixture.saveFolder("gru_2_kernel").resolve("config.pkl");
    Files.write(
        config,
        new String(Files.readAllBytes(other), "ISO-8859-1")
            .replace("num_layersq\bK\u0002", "num_layersq\bK\u0003")
            .getBytes("ISO-8859-1"));
    assertRejected().hasMessageContaining("basic_lstm_cell").hasMessageContaining("model is gru");
    Files.delete(config);
    assertRejected().hasMessageContaining("config.pkl").hasMessageContaining("no such file");
  }

  @Test
  void anExistingRunIsNotOverwritten() throws IOException {
    lstm("30", tensors -> {});
    imported();
    assertThatThrownBy(this::imported).hasMessageContaining("holds a run already");
  }

  @Test
  void aCheckpointOfAnotherKindIsRejectedWithItsTensors() throws IOException {
    EditedFolder.write(
        PythonFixture.saveFolder("lstm_3_kernel"),
        save,
        "3",
        tensors -> {
          tensors.values().forEach(Tensor::close);
          tensors.clear();
          tensors.put("conv1/kernel", zeros(3, 3));
        });
    assertRejected().hasMessageContaining("conv1/kernel");
  }
}
