package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.TextPreparation;
import io.github.charlstm.data.Vocabulary;
import io.github.charlstm.model.CharLstm;
import io.github.charlstm.model.LanguageModelSession;
import io.github.charlstm.train.RunSettings;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.GraphDef;

/**
 * Exports of a trained run. They stay in {@code target/exports} for {@code
 * scripts/python/check_java_exports.py}, which opens them in Python.
 */
class CheckpointExportTest {
  private static final Path EXPORTS = Path.of("target", "exports");
  private static final Path TEXT = Path.of("src", "test", "resources", "goldens", "anna_small.txt");
  private static TrainingCheckpoint checkpoint;

  @BeforeAll
  static void trainAndExport(@TempDir Path run) throws IOException {
    String text = Files.readString(TEXT);
    Vocabulary vocabulary = Vocabulary.of(text);
    RunSettings.Text settings =
        new RunSettings.Text(
            "test",
            CharLstm.Settings.of(vocabulary.size()).withLstmSize(16).withNumLayers(2),
            TextPreparation.CHARACTERS,
            TrainingSettings.builder()
                .batchSize(4)
                .numSteps(10)
                .epochs(2)
                .learningRate(0.004f)
                .gradClip(0.45f)
                .keepProb(0.8f)
                .saveEvery(60)
                .maxToKeep(5)
                .seed(7)
                .build(),
            SmallRun.reference(text));
    try (Trainer<TextTask> training = SmallRun.open(run, settings, text)) {
      training.run(OptionalLong.of(60), List.of(), () -> false);
    }
    checkpoint = TrainingCheckpoint.open(run);
    ExportsForPython.write(checkpoint, text, EXPORTS);
  }

  @Test
  void aSavedModelHoldsTheSamplingGraphAndOnlyItsVariables() {
    try (SavedModelBundle bundle =
        SavedModelBundle.load(EXPORTS.resolve("saved-model").toString(), "serve")) {
      assertThat(bundle.signatures()).extracting(s -> s.key()).contains("serving_default");
    }
    CheckpointReader variables =
        CheckpointReader.open(EXPORTS.resolve("saved-model/variables/variables"));
    assertThat(variables.tensors().keySet())
        .containsExactlyInAnyOrder(
            "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
            "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
            "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias",
            "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
            "softmax/Variable",
            "softmax/Variable_1");
    assertThat(Vocabulary.readJson(EXPORTS.resolve("saved-model/assets.extra/vocabulary.json")))
        .isEqualTo(checkpoint.vocabulary());
  }

  @Test
  void aTf1CheckpointHoldsEveryVariableAndIsFoundByItsStateFile() {
    Path folder = EXPORTS.resolve("tf1-checkpoint");
    CheckpointState state = CheckpointState.read(folder).orElseThrow();
    assertThat(state.modelCheckpointPath()).isEqualTo("model.ckpt-60");
    CheckpointReader written = CheckpointReader.open(folder.resolve("model.ckpt-60"));
    CheckpointReader original = CheckpointReader.open(checkpoint.variables());
    written.verifyAll();
    assertThat(written.tensors()).isEqualTo(original.tensors());
    assertThat(written.tensors()).containsKey("softmax/Variable/Adam_1");
    assertThat(written.readLongs("global_step")).containsExactly(60);
    assertThat(folder.resolve("model.ckpt-60.meta")).isNotEmptyFile();
  }

  @Test
  void aGraphDefCanBeImportedFromTextAndBinary(@TempDir Path folder) throws IOException {
    GraphDef.Builder text = GraphDef.newBuilder();
    TextFormat.merge(Files.readString(EXPORTS.resolve("graphdef/training.pbtxt")), text);
    Path binary = folder.resolve("new").resolve("training.pb");
    CheckpointExport.graphDef(checkpoint, LanguageModelSession.TRAINING_TAG, binary);
    assertThat(GraphDef.parseFrom(Files.readAllBytes(binary))).isEqualTo(text.build());
    try (Graph graph = new Graph()) {
      graph.importGraphDef(text.build());
      assertThat(graph.operation("targets")).isNotNull();
    }
  }

  @Test
  void existingFilesAreNotOverwritten(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("mine"), "mine");
    assertThatThrownBy(() -> CheckpointExport.savedModel(checkpoint, folder))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> CheckpointExport.tf1Checkpoint(checkpoint, folder))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> CheckpointExport.tf1Checkpoint(checkpoint, file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(
            () -> CheckpointExport.graphDef(checkpoint, LanguageModelSession.SERVING_TAG, file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasContent("mine");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
  }

  @Test
  void anExportReplacesAnEmptyFolder(@TempDir Path folder) throws IOException {
    CheckpointExport.tf1Checkpoint(checkpoint, folder);
    assertThat(CheckpointState.read(folder)).isPresent();
  }
}
