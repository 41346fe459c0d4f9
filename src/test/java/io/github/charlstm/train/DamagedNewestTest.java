package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose newest checkpoint, of step 6, is damaged; that of step 3 is intact. */
@Tag("slow")
class DamagedNewestTest {
  @TempDir Path root;
  private Path run;
  private Path newest;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void train() throws IOException {
    run = root.resolve("run");
    SmallRun.begin(run, 6);
    newest = run.resolve("i6_l8");
  }

  private long openedStep() {
    notices.clear();
    return TrainingCheckpoint.openWhole(run, notices::add).progress().step();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(newest)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void anUndamagedCheckpointIsOpenedWithoutANotice() {
    assertThat(openedStep()).isEqualTo(6);
    assertThat(notices).isEmpty();
  }

  @Test
  void afterAChangedByteInAnyFileTheCheckpointBeforeIsOpened() throws IOException {
    Random random = new Random(3);
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int k = 0; k < 12; k++) {
        byte[] changed = whole.clone();
        changed[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
        Files.write(file, changed);
        assertThat(openedStep()).as(file.toString()).isEqualTo(3);
        assertThat(notices).hasSize(1);
        assertThat(notices.get(0))
            .contains("i6_l8 is passed over")
            .endsWith("taking the one before it, " + run.resolve("i3_l8"))
            .doesNotContain("\n");
      }
      Files.write(file, whole);
    }
    assertThat(openedStep()).isEqualTo(6);
  }

  @Test
  void afterAMissingOrTruncatedFileTheCheckpointBeforeIsOpened() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertThat(openedStep()).as("half of " + file).isEqualTo(3);
      Files.delete(file);
      assertThat(openedStep()).as("without " + file).isEqualTo(3);
      Files.write(file, whole);
    }
  }

  @Test
  void resumingFromTheCheckpointBeforeEqualsAnUninterruptedRun() throws IOException {
    Path undisturbed = root.resolve("undisturbed");
    SmallRun.begin(undisturbed, 11);
    Files.delete(newest.resolve("saved_model.pb"));
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openWhole(run, notices::add);
    try (Trainer<TextTask> again =
        SmallRun.open(run, checkpoint, checkpoint.settings(), SmallRun.TEXT)) {
      SmallRun.train(again, run, 11, List.of());
    }
    assertThat(SmallRun.losses(run)).isEqualTo(SmallRun.losses(undisturbed));
    TrainerTest.assertSameVariables(run.resolve("i11_l8"), undisturbed.resolve("i11_l8"));
    assertThat(openedStep()).isEqualTo(11);
  }

  @Test
  void aDamagedStateFileDoesNotPreventResuming() throws IOException {
    Files.writeString(run.resolve("checkpoint"), "model_checkpoint_path: \"i6_l8/varia");
    assertThat(openedStep()).isEqualTo(6);
    assertThat(notices).hasSize(1);
    resume(9);
    assertThat(openedStep()).isEqualTo(9);
    assertThat(notices).isEmpty();
  }

  /** Resumes from the newest whole checkpoint. */
  private void resume(long step) throws IOException {
    TrainingCheckpoint checkpoint = TrainingCheckpoint.openWhole(run, notice -> {});
    try (Trainer<TextTask> again =
        SmallRun.open(run, checkpoint, checkpoint.settings(), SmallRun.TEXT)) {
      again.run(OptionalLong.of(step), List.of(), () -> false);
    }
  }

  @Test
  void ifAllCheckpointsAreDamagedTheErrorNamesTheNewestsMissingFile() throws IOException {
    Files.delete(newest.resolve("saved_model.pb"));
    Files.delete(run.resolve("i3_l8/saved_model.pb"));
    assertThatThrownBy(this::openedStep)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("i6_l8")
        .hasMessageContaining("saved_model.pb");
  }

  @Test
  void aNewerFormatIsRejectedAndNoOlderCheckpointIsUsed() throws IOException {
    SmallRun.rewrite(newest, "settings.json", "\"version\" : 4", "\"version\" : 9");
    assertThatThrownBy(this::openedStep)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("version 9")
        .hasMessageContaining("reads versions 3 and 4")
        .hasMessageContaining("newer charlstm");
    assertThat(notices).isEmpty();
  }

  @Test
  void aFolderThatIsMovedDuringARunIsCreatedAgainForTheNextCheckpoint() throws IOException {
    Path taken = root.resolve("taken");
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(run);
    try (Trainer<TextTask> going =
        SmallRun.open(run, checkpoint, checkpoint.settings(), SmallRun.TEXT)) {
      going.run(OptionalLong.of(7), List.of(), () -> false);
      Files.move(run, taken);
      assertThatThrownBy(() -> going.run(OptionalLong.of(9), List.of(), () -> false))
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("was removed or moved while the run was going on")
          .hasMessageContaining("resume the run");
    }
    assertThat(openedStep()).isEqualTo(9);
    assertThat(TrainingCheckpoint.open(taken).progress().step()).isEqualTo(7);
  }
}
