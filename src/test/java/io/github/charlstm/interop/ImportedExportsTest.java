package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipes;
import io.github.charlstm.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Tensor;

/**
 * Exports of imported runs have the tensors of the program's own checkpoint. They stay in {@code
 * target/imported-exports} for {@code scripts/python/check_java_exports.py}, which restores each in
 * a program of its kind.
 */
@Tag("slow")
class ImportedExportsTest {
  private static final Path EXPORTS = Path.of("target", "imported-exports");

  @TempDir Path root;
  private Path save;

  @BeforeEach
  void name() {
    save = root.resolve("save");
  }

  private void renamed(Path fixture, String number, UnaryOperator<String> renaming)
      throws IOException {
    EditedFolder.write(
        fixture,
        save,
        number,
        tensors -> {
          for (String name : List.copyOf(tensors.keySet())) {
            Tensor tensor = tensors.remove(name);
            tensors.put(renaming.apply(name), tensor);
          }
        });
  }

  private Importer.Report imported(Vocabulary vocabulary) throws IOException {
    return Importer.tf1Checkpoint(
        save,
        vocabulary,
        root.resolve("run"),
        Recipes.ANNA.training(),
        Importer.Continuation.AS_IT_WAS);
  }

  /** Exports the run, and compares the tensors with those of the checkpoint it came from. */
  private void exportGivesBack(Importer.Report report, String name, String model)
      throws IOException {
    Path folder = EXPORTS.resolve(name);
    ExportsForPython.writeImported(
        TrainingCheckpoint.open(report.checkpoint()), PythonFixture.text(), model, folder);
    CheckpointReader before = CheckpointReader.open(report.source());
    Path state = folder.resolve("tf1-checkpoint");
    CheckpointReader after = CheckpointReader.open(Importer.CheckpointLocator.find(state).prefix());
    for (String tensor : before.tensors().keySet()) {
      String now =
          VariableNaming.read(tensor).map(VariableNaming.CellVariable::name).orElse(tensor);
      if (!tensor.equals("global_step")) {
        assertThat(after.readFloats(now)).as(tensor).isEqualTo(before.readFloats(tensor));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.charlstm.interop.ImportTest#saveFolders")
  void aSaveFolderOfCharRnnTensorflow(String name) throws IOException {
    Importer.Report report =
        Importer.charRnn(
            PythonFixture.saveFolder(name), root.resolve("run"), Importer.Continuation.AS_IT_WAS);
    exportGivesBack(report, name, name.substring(0, name.indexOf('_')));
  }

  @Test
  void anEarlyVersionOfCharRnnTensorflow() throws IOException {
    renamed(
        PythonFixture.saveFolder("lstm_2_weights"),
        "30",
        name -> name.startsWith("embedding") ? "rnnlm/" + name : name);
    Importer.Report report =
        Importer.charRnn(save, root.resolve("run"), Importer.Continuation.AS_IT_WAS);
    exportGivesBack(report, "early", "early-lstm");
  }

  @Test
  void hzy46WithOneHotCharacters() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    renamed(fixture.folder(), "50", name -> name.replace("softmax/Var", "lstm/softmax/Var"));
    exportGivesBack(imported(fixture.vocabulary()), "hzy46", "hzy46");
  }

  @Test
  void hzy46WithAnEmbedding() throws IOException {
    PythonFixture fixture = PythonFixture.ofSaveFolder("lstm_3_kernel");
    Map<String, String> names =
        Map.of(
            "rnnlm/softmax_w", "lstm/softmax/Variable",
            "rnnlm/softmax_b", "lstm/softmax/Variable_1",
            "rnnlm/multi_rnn_cell", "rnn/multi_rnn_cell");
    renamed(
        fixture.folder(),
        "30",
        name ->
            names.entrySet().stream()
                .filter(change -> name.startsWith(change.getKey()))
                .findFirst()
                .map(change -> change.getValue() + name.substring(change.getKey().length()))
                .orElse(name));
    exportGivesBack(imported(fixture.vocabulary()), "hzy46-embedding", "hzy46-embedding");
  }
}
