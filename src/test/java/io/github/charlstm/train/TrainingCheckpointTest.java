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
import org.junit.jupiter.params.provider.CsvSource;
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
  void anIncompleteCheckpointIsRejectedWithTheMissingFile(String part) throws IOException {
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
  void aTruncatedFileIsRejectedByName(String part) throws IOException {
    Path file = checkpoint.resolve(part);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> SmallRun.resume(run, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.getFileName().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'version' : 4 | 'version' : 7 | format version 7; this program reads versions 3 and 4;"
            + " use a newer",
        "'version' : 4 | 'version' : 2 | format version 2; this program reads versions 3 and 4",
        "'recipe' | 'receipt' : 1, 'recipe' | receipt",
        "'batch_size' : 3 | 'batch_size' : -3 | `batch_size`: expected at least 1, found -3",
        "'keep_prob' : 0.7 | 'keep_prob' : 1.7 | keep_prob"
      })
  void settingsOfAnotherVersionOrWithOtherKeysOrValuesAreRejected(
      String part, String by, String expected) throws IOException {
    SmallRun.rewrite(checkpoint, "settings.json", part.replace('\'', '"'), by.replace('\'', '"'));
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("settings.json")
        .hasMessageContaining(expected);
  }

  @Test
  void aVocabularyOfAnotherSizeIsRejected() throws IOException {
    Path vocabulary = checkpoint.resolve("assets.extra/vocabulary.json");
    Vocabulary.of("abc").writeJson(vocabulary);
    assertThatThrownBy(() -> TrainingCheckpoint.open(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("vocabulary.json was changed after it was written");
  }

  @Test
  void settingsOfOtherSizesAreRejectedWithBothShapes() throws IOException {
    SmallRun.rewrite(checkpoint, "settings.json", "\"lstm_size\" : 8", "\"lstm_size\" : 9");
    assertThatThrownBy(() -> SmallRun.resume(run, 5))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("softmax/Variable is float[9, ")
        .hasMessageContaining("float[8, ");
  }

  @Test
  void aStateFileThatNamesAMissingCheckpointIsRejected() throws IOException {
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
