package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointException;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class TrainingCheckpointTest {
  @TempDir Path root;
  private Path run;
  private Path checkpoint;

  @BeforeEach
  void train() throws IOException {
    run = root.resolve("run");
    SmallRun.begin(run, 2);
    checkpoint = run.resolve("i2_l8");
  }

  @Test
  void aRunOrACheckpointCanBeNamed() {
    assertThat(TrainingCheckpoint.open(run)).isEqualTo(TrainingCheckpoint.open(checkpoint));
  }

  @Test
  void aMissingOneIsNamed() {
    assertThatThrownBy(() -> TrainingCheckpoint.open(root.resolve("nowhere")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> TrainingCheckpoint.open(root))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("holds no checkpoint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "saved_model.pb",
        "variables/variables.index",
        "assets.extra/settings.json",
        "assets.extra/progress.json",
        "assets.extra/vocabulary.json"
      })
  void oneThatIsHalfThereIsRefusedByTheFileItLacks(String part) throws IOException {
    Files.delete(checkpoint.resolve(part));
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not whole")
        .hasMessageContaining(part);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "variables/variables.index",
        "variables/variables.data-00000-of-00001",
        "assets.extra/lstm_state.index",
        "assets.extra/lstm_state.data-00000-of-00001",
        "assets.extra/settings.json",
        "assets.extra/progress.json",
        "assets.extra/vocabulary.json"
      })
  void aTruncatedFileIsRefusedByName(String part) throws IOException {
    Path file = checkpoint.resolve(part);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> SmallRun.resume(run, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void settingsOfAnotherVersionOrWithUnknownKeysAreRefused() throws IOException {
    Path settings = checkpoint.resolve("assets.extra/settings.json");
    String text = SmallRun.withoutChecksum(Files.readString(settings));
    Files.writeString(settings, text.replace("\"version\" : 2", "\"version\" : 7"));
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .hasMessageContaining("version 7")
        .hasMessageContaining("reads versions 2 and 3; use a newer charlstm");
    Files.writeString(settings, text.replace("\"recipe\"", "\"receipt\" : 1, \"recipe\""));
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .hasMessageContaining("settings.json")
        .hasMessageContaining("receipt");
    Files.writeString(settings, text.replace("\"batch_size\" : 3", "\"batch_size\" : -3"));
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("batch_size")
        .hasMessageContaining("-3");
  }

  @Test
  void aVocabularyOfAnotherSizeIsRefused() throws IOException {
    Path vocabulary = checkpoint.resolve("assets.extra/vocabulary.json");
    Vocabulary.of("abc").writeJson(vocabulary);
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("vocabulary.json has 3 characters");
  }

  @Test
  void settingsOfOtherSizesAreRefusedWithBothShapes() throws IOException {
    Path settings = checkpoint.resolve("assets.extra/settings.json");
    String text = SmallRun.withoutChecksum(Files.readString(settings));
    Files.writeString(settings, text.replace("\"lstm_size\" : 8", "\"lstm_size\" : 9"));
    Files.delete(checkpoint.resolve("assets.extra").resolve(Checksums.FILE_NAME));
    assertThatThrownBy(() -> SmallRun.resume(run, 5))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("softmax/Variable is float[9, ")
        .hasMessageContaining("float[8, ");
  }

  @Test
  void settingsOfAnEarlierVersionAreRead() throws IOException {
    Path settings = checkpoint.resolve("assets.extra/settings.json");
    String before =
        SmallRun.withoutChecksum(Files.readString(settings)).replaceAll(",\\s*\"lanes\" : 0", "");
    assertThat(before).doesNotContain("lanes");
    Files.writeString(settings, before);
    Files.delete(checkpoint.resolve("assets.extra").resolve(Checksums.FILE_NAME));
    assertThat(TrainingCheckpoint.open(checkpoint).settings().training().lanes()).isZero();
  }

  @Test
  void aStateFileThatNamesAMissingCheckpointIsRefused() throws IOException {
    new CheckpointState("i9_l8/variables/variables", List.of("i9_l8/variables/variables"))
        .write(run);
    assertThatThrownBy(() -> TrainingCheckpoint.open(run))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("i9_l8");
  }

  @Test
  void noBitCanFlipUnnoticedInTheVariables() throws IOException {
    Path data = checkpoint.resolve("variables/variables.data-00000-of-00001");
    byte[] whole = Files.readAllBytes(data);
    Random random = new Random(4);
    for (int k = 0; k < 20; k++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(data, flipped);
      assertThatThrownBy(() -> SmallRun.resume(run, 5))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("variables");
    }
    Files.write(data, whole);
    assertThat(SmallRun.resume(run, 5).progress().step()).isEqualTo(5);
  }
}
