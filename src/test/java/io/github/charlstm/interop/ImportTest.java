package io.github.charlstm.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.data.CharacterBatches.LastTarget;
import io.github.charlstm.train.TrainingCheckpoint;
import io.github.charlstm.train.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imported models predict and train as in Python. */
@Tag("slow")
class ImportTest {
  @TempDir Path run;

  static Stream<String> saveFolders() {
    return Stream.of(
        "rnn_1_kernel",
        "rnn_2_linear",
        "rnn_3_weights",
        "gru_1_weights",
        "gru_2_kernel",
        "gru_3_linear",
        "lstm_1_linear",
        "lstm_2_weights",
        "lstm_3_kernel");
  }

  static Stream<String> checkpoints() {
    return Stream.of(
        "checkpoint_v2_kernel",
        "checkpoint_v2_weights",
        "checkpoint_v2_shards",
        "checkpoint_v1_kernel",
        "checkpoint_v1_weights",
        "checkpoint_v1_linear",
        "checkpoint_v1_shards");
  }

  @ParameterizedTest
  @MethodSource("saveFolders")
  void aSaveFolderPredictsAsPython(String name) throws IOException {
    PythonFixture fixture = PythonFixture.ofSaveFolder(name);
    Importer.Report report =
        Importer.charRnn(fixture.folder(), run, Importer.Continuation.AS_IT_WAS);
    assertThat(report.step()).isEqualTo(30);
    assertThat(report.notUsed()).isEmpty();
    assertThat(report.atZero()).isEmpty();
    assertThat(report.used()).isEqualTo(fixture.document().get("variables").size());
    assertThat(report.notes()).isEmpty();
    fixture.assertPredictsAsPython(run);
  }

  // across the end of an epoch, where the learning rate decays, and with clipped gradients
  @ParameterizedTest
  @MethodSource("saveFolders")
  void aSaveFolderTrainsOnAsPython(String name) throws IOException {
    PythonFixture fixture = PythonFixture.ofSaveFolder(name);
    JsonNode continued = fixture.document().get("continued");
    double clip = continued.get("grad_clip").asDouble();
    Importer.charRnn(
        fixture.folder(),
        run,
        new Importer.Continuation(before -> PythonFixture.undropped(before, clip), false));
    PythonFixture.assertTrainsAsPython(run, continued.get("losses"));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void aCheckpointPredictsAndTrainsOnAsPython(String name) throws IOException {
    PythonFixture fixture = PythonFixture.ofCheckpoint(name);
    Importer.Report report =
        Importer.tf1Checkpoint(
            fixture.folder(),
            fixture.vocabulary(),
            run,
            fixture.training(),
            Importer.Continuation.AS_IT_WAS);
    assertThat(report.step()).isEqualTo(50);
    assertThat(report.notUsed()).isEmpty();
    assertThat(report.atZero()).isEmpty();
    fixture.assertPredictsAsPython(run);
    PythonFixture.assertTrainsAsPython(run, fixture.document().get("training").get("next_losses"));
  }

  @Test
  void theSettingsOfTheProgramAreKept() throws IOException {
    Importer.charRnn(
        PythonFixture.saveFolder("gru_2_kernel"), run, Importer.Continuation.AS_IT_WAS);
    TrainingSettings training = TrainingCheckpoint.open(run).settings().training();
    assertThat(training)
        .isEqualTo(
            TrainingSettings.builder()
                .batchSize(4)
                .numSteps(10)
                .epochs(50)
                .learningRate(0.01f)
                .gradClip(5f)
                .decayRate(0.97)
                .keepProb(0.5f)
                .saveEvery(1000)
                .maxToKeep(5)
                .seed(0)
                .lastTarget(LastTarget.NEXT_CHARACTER)
                .build());
  }

  @Test
  void aRunCanCountFromZeroAgain() throws IOException {
    Importer.Report report =
        Importer.charRnn(
            PythonFixture.saveFolder("rnn_1_kernel"),
            run,
            new Importer.Continuation(before -> before, true));
    assertThat(report.step()).isZero();
    assertThat(TrainingCheckpoint.open(run).progress().step()).isZero();
  }

  @Test
  void sherlockPredictsAsPython() throws IOException {
    String data = System.getenv("CHARLSTM_TEST_DATA");
    assumeTrue(data != null, "sherlock is not here: CHARLSTM_TEST_DATA is not set");
    Path folder = Path.of(data, "tf1-checkpoints", "sherlock");
    assumeTrue(Files.exists(folder), "sherlock is not here: CHARLSTM_TEST_DATA has no " + folder);
    Importer.Report report = Importer.charRnn(folder, run, Importer.Continuation.AS_IT_WAS);
    assertThat(report.step()).isEqualTo(14001);
    assertThat(report.used()).isEqualTo(24);
    assertThat(report.notes())
        .hasSize(2)
        .anyMatch(note -> note.contains("checkpoint is missing"))
        .anyMatch(note -> note.contains("28002 updates"));
    PythonFixture fixture =
        new PythonFixture(folder, PythonFixture.read("checkpoints", "sherlock"));
    fixture.assertPredictsAsPython(run);
    assertThat(fixture.document().get("cross_entropy").asDouble()).isCloseTo(1.255, within(1e-3));
  }
}
