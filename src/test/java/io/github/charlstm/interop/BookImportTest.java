package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat64;

@Tag("slow")
class BookImportTest {
  @TempDir Path root;
  private Path save;
  private Path run;

  @BeforeEach
  void name() {
    save = root.resolve("save");
    run = root.resolve("run");
  }

  private Importer.Report book(Path checkpoint, Vocabulary vocabulary) throws IOException {
    return Importer.tf1Checkpoint(
        checkpoint,
        vocabulary,
        run,
        Recipes.ANNA.training(),
        new Importer.Continuation(before -> PythonFixture.undropped(before, 5), false));
  }

  @Test
  void theCellAsPrintedIsRecognizedByItsName() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(
        fixture.folder(),
        save,
        "50",
        tensors -> {
          tensors.keySet().stream()
              .filter(name -> name.contains("cell_1/"))
              .toList()
              .forEach(name -> tensors.remove(name).close());
          for (String name : List.copyOf(tensors.keySet())) {
            tensors.put(name.replace("multi_rnn_cell/cell_0/", ""), tensors.remove(name));
          }
        });
    Importer.Report report = book(save, fixture.vocabulary());
    assertThat(report.settings().model().describe()).contains("as printed");
    assertThat(report.notUsed()).isEmpty();
  }

  private void renamed(Map<String, String> names) throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(
        fixture.folder(),
        save,
        "50",
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            String other = name;
            for (Map.Entry<String, String> change : names.entrySet()) {
              other = other.replace(change.getKey(), change.getValue());
            }
            tensors.put(other, tensors.remove(name));
          }
        });
  }

  private static Map<String, String> values(Path checkpoint) {
    CheckpointReader reader =
        CheckpointReader.open(TrainingCheckpoint.open(checkpoint).variables());
    Map<String, String> values = new TreeMap<>();
    for (String name : reader.tensors().keySet()) {
      if (!name.equals("global_step")) {
        values.put(name, Arrays.toString(reader.readFloats(name)));
      }
    }
    return values;
  }

  @Test
  void variablesInOtherScopesAreFoundByTheirShapes() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    Path expected = book(fixture.folder(), fixture.vocabulary()).checkpoint();
    renamed(
        Map.of(
            "softmax/Variable", "dense/output",
            "rnn/multi_rnn_cell", "model/stack",
            "basic_lstm_cell", "lstm_cell"));
    run = root.resolve("renamed");
    Importer.Report report = book(save, fixture.vocabulary());
    assertThat(report.notUsed()).isEmpty();
    assertThat(report.atZero()).isEmpty();
    assertThat(report.notes())
        .anyMatch(note -> note.contains("model/stack/cell_0/lstm_cell/kernel is rnn/multi_rnn"))
        .anyMatch(note -> note.contains("dense/output_1 is softmax/Variable_1"));
    assertThat(values(report.checkpoint())).isEqualTo(values(expected));
  }

  @Test
  void grusInOtherScopesAreFoundByTheirShapes() throws IOException {
    PythonFixture fixture = PythonFixture.ofSaveFolder("gru_2_kernel");
    Path expected = book(fixture.folder(), fixture.vocabulary()).checkpoint();
    EditedFolder.write(
        fixture.folder(),
        save,
        "30",
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            Tensor tensor = tensors.remove(name);
            String other =
                name.replaceFirst("^embedding", "chars/table")
                    .replace("rnnlm/softmax_w", "out/weights")
                    .replace("rnnlm/softmax_b", "out/biases")
                    .replace("rnnlm/multi_rnn_cell", "decoder/layers");
            tensors.put(other, tensor);
          }
        });
    run = root.resolve("renamed");
    Importer.Report report = book(save, fixture.vocabulary());
    assertThat(report.atZero()).isEmpty();
    assertThat(report.notes()).anyMatch(note -> note.contains("chars/table is embedding"));
    assertThat(report.settings().model().describe()).isEqualTo("embedding, 2 x GRU 12");
    assertThat(values(report.checkpoint())).isEqualTo(values(expected));
  }

  @Test
  void namesThatAreGivenAreTaken() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    renamed(Map.of("softmax", "scores"));
    Importer.Continuation asItWas = Importer.Continuation.AS_IT_WAS;
    Vocabulary vocabulary = fixture.vocabulary();
    for (Map<String, String> names :
        List.of(
            Map.of("scores", "softmax"),
            Map.of(
                "scores/Variable",
                "softmax/Variable",
                "scores/Variable_1",
                "softmax/Variable_1"))) {
      Path to = root.resolve("run" + names.size());
      Importer.Source source =
          new Importer.Source(save, new Importer.Symbols.Known(vocabulary, false), names);
      Importer.Report report = Importer.tf1Checkpoint(source, to, Recipes.ANNA.training(), asItWas);
      assertThat(report.notUsed()).isEmpty();
      assertThat(report.atZero()).isEmpty();
    }
    Importer.Source wrong =
        new Importer.Source(
            save, new Importer.Symbols.Known(vocabulary, false), Map.of("score", "softmax"));
    assertThatThrownBy(() -> Importer.tf1Checkpoint(wrong, run, Recipes.ANNA.training(), asItWas))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("it has no score, which `map` names");
  }

  @Test
  void peepholesAreNotPassedOver() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    renamed(Map.of("basic_lstm_cell/bias/", "basic_lstm_cell/w_f_diag/", "softmax", "scores"));
    assertThatThrownBy(() -> book(save, fixture.vocabulary()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("it has no softmax/Variable")
        .hasMessageContaining("`map` dense/kernel=softmax/Variable");
  }

  @Test
  void aVocabularyOfAnotherSizeIsRejected() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    assertThatThrownBy(() -> book(fixture.folder(), Vocabulary.of("abc")))
        .hasMessageContaining("41 characters")
        .hasMessageContaining("`vocab`")
        .hasMessageContaining("has 3");
    assertThat(run).doesNotExist();
  }

  private AbstractThrowableAssert<?, ?> assertRejected(Consumer<Map<String, Tensor>> change)
      throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(fixture.folder(), save, "50", change);
    AbstractThrowableAssert<?, ?> thrown =
        assertThatThrownBy(() -> book(save, fixture.vocabulary()))
            .isInstanceOf(CheckpointException.class);
    assertThat(run).doesNotExist();
    return thrown;
  }

  @Test
  void valuesOfFloat64AreRejectedWithTheRemedy() throws IOException {
    String name = "softmax/Variable_1";
    assertRejected(
            tensors ->
                EditedFolder.replace(
                    tensors, name, TFloat64.vectorOf(new double[(int) tensors.get(name).size()])))
        .hasMessageContaining(name + " is double[41], but the models here are float32")
        .hasMessageContaining("from its .meta file");
  }

  @Test
  void movingAveragesWithoutTheVariablesAreRejectedWithTheRemedy() throws IOException {
    assertRejected(
            tensors ->
                tensors.put(
                    "softmax/Variable/ExponentialMovingAverage",
                    tensors.remove("softmax/Variable")))
        .hasMessageContaining("no softmax/Variable, only its moving average")
        .hasMessageContaining("from its .meta file");
  }

  @Test
  void movingAveragesBesideTheVariablesAreNotUsed() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    String kernel = "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel";
    EditedFolder.write(
        fixture.folder(),
        save,
        "50",
        tensors ->
            tensors.put(
                kernel + "/ExponentialMovingAverage",
                EditedFolder.zeros(tensors.get(kernel).shape().asArray())));
    assertThat(book(save, fixture.vocabulary()).notUsed())
        .containsExactly(kernel + "/ExponentialMovingAverage");
    fixture.assertPredictsAsPython(run);
  }

  @Test
  void anObjectBasedCheckpointIsRejectedWithTheRemedy() {
    Path keras = Path.of("graphs", "keras_stateful.tf-2.15.1", "variables", "variables");
    assertThatThrownBy(() -> book(keras, Vocabulary.of("abc")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(keras.toString())
        .hasMessageContaining("object-based")
        .hasMessageContaining("export a SavedModel");
    assertThat(run).doesNotExist();
  }

  @Test
  void aCheckpointOfCharRnnTensorflowIsImportedWithoutItsPickles() throws IOException {
    for (String name : List.of("lstm_3_kernel", "gru_2_kernel")) {
      PythonFixture fixture = PythonFixture.ofSaveFolder(name);
      Path expected =
          Importer.charRnn(fixture.folder(), root.resolve(name), Importer.Continuation.AS_IT_WAS)
              .checkpoint();
      run = root.resolve("run of " + name);
      Importer.Report report =
          book(fixture.folder().resolve("model.ckpt-30"), fixture.vocabulary());
      assertThat(values(report.checkpoint())).isEqualTo(values(expected));
    }
  }

  @Test
  void withoutAStepCounterAdamsPowerGivesTheStep() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(
        fixture.folder(), save, "7", tensors -> EditedFolder.remove(tensors, "global_step"));
    assertThat(book(save, fixture.vocabulary()).step()).isEqualTo(50);
  }

  @Test
  void withoutAdamsStateTheCheckpointsNumberGivesTheStep() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(
        fixture.folder(),
        save,
        "7",
        tensors -> {
          for (String ending : List.of("global_step", "_power", "/Adam", "/Adam_1")) {
            EditedFolder.remove(tensors, ending);
          }
        });
    Importer.Report report = book(save, fixture.vocabulary());
    assertThat(report.step()).isEqualTo(7);
    assertThat(report.atZero()).hasSize(12);
    fixture.assertPredictsAsPython(run);
  }
}
