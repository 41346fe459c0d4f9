package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookImportTest {
  @TempDir Path root;
  private Path save;
  private Path run;

  @BeforeEach
  void name() {
    save = root.resolve("save");
    run = root.resolve("run");
  }

  private ImportReport book(Path checkpoint, Vocabulary vocabulary) throws IOException {
    return Importer.tf1Checkpoint(
        checkpoint,
        vocabulary,
        run,
        Recipes.ANNA.training(),
        new Importer.Continuation(before -> PythonFixture.undropped(before, 5), false));
  }

  @Test
  void theCellAsPrintedIsToldByItsName() throws IOException {
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
    ImportReport report = book(save, fixture.vocabulary());
    assertThat(report.settings().model().describe()).contains("as printed");
    assertThat(report.notUsed()).isEmpty();
  }

  @Test
  void aVocabularyOfAnotherSizeIsRefused() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    assertThatThrownBy(() -> book(fixture.folder(), Vocabulary.of("abc")))
        .hasMessageContaining("41 characters")
        .hasMessageContaining("--vocab")
        .hasMessageContaining("has 3");
    assertThat(run).doesNotExist();
  }

  @Test
  void theOtherProgramsCheckpointIsSentToItsOwnImport() throws IOException {
    EditedFolder.write(PythonFixture.saveFolder("lstm_3_kernel"), save, "30", tensors -> {});
    assertThatThrownBy(() -> book(save, Vocabulary.of("abc")))
        .hasMessageContaining("--from char-rnn-tensorflow");
  }

  @Test
  void withoutAStepCounterAdamTells() throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint("checkpoint_v2_kernel");
    EditedFolder.write(
        fixture.folder(), save, "7", tensors -> EditedFolder.remove(tensors, "global_step"));
    assertThat(book(save, fixture.vocabulary()).step()).isEqualTo(50);
  }

  @Test
  void withoutAdamsStateTheNumberTells() throws IOException {
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
    ImportReport report = book(save, fixture.vocabulary());
    assertThat(report.step()).isEqualTo(7);
    assertThat(report.atZero()).hasSize(12);
    fixture.assertPredictsAsPython(run);
  }
}
