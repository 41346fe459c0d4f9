package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
import io.github.charlstm.data.TestData;
import io.github.charlstm.data.TextFormat;
import io.github.charlstm.data.TextSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TrainerTest {
  @TempDir Path root;

  @Test
  void aRunOfFiveStepsWritesMetricsAndCheckpoints() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    Trainer.Outcome outcome = SmallRun.begin(folder, SmallRun.SETTINGS, SmallRun.TEXT, 5, recorder);
    assertThat(outcome.progress()).isEqualTo(new TrainingProgress(5, 1, 1));
    assertThat(outcome.stopped()).isFalse();
    assertThat(recorder.steps)
        .extracting(TrainingListener.StepReport::epoch)
        .containsExactly(1, 1, 1, 1, 2);
    assertThat(recorder.checkpoints)
        .containsExactly(folder.resolve("i3_l8"), folder.resolve("i5_l8"));
    assertThat(SmallRun.losses(folder)).hasSize(5);
    assertThat(CheckpointState.read(folder))
        .contains(
            new CheckpointState(
                "i5_l8/variables/variables",
                List.of("i3_l8/variables/variables", "i5_l8/variables/variables")));
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    assertThat(checkpoint.progress()).isEqualTo(outcome.progress());
    assertThat(checkpoint.settings()).isEqualTo(SmallRun.settings(SmallRun.SETTINGS));
    assertThat(CheckpointReader.open(checkpoint.variables()).readLongs("global_step"))
        .containsExactly(5);
  }

  @Test
  void theLossDecreases() throws IOException {
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    TrainingSettings longer =
        SmallRun.SETTINGS.toBuilder()
            .epochs(15)
            .learningRate(0.05f)
            .keepProb(1f)
            .saveEvery(100)
            .build();
    SmallRun.begin(root.resolve("run"), longer, SmallRun.TEXT, 60, recorder);
    float first = recorder.steps.get(0).loss();
    assertThat(recorder.steps.get(59).loss()).isLessThan(first - 1);
  }

  @Test
  void aResumedRunEqualsOneThatNeverStoppedToTheLastBit() throws IOException {
    Path whole = root.resolve("whole");
    SmallRun.begin(whole, 11);
    // in the middle of an epoch, at its end, and at its second window
    for (int stop : new int[] {2, 4, 5}) {
      Path parts = root.resolve("parts-" + stop);
      SmallRun.begin(parts, stop);
      SmallRun.resume(parts, 7);
      SmallRun.resume(parts, 11);
      assertThat(SmallRun.losses(parts)).isEqualTo(SmallRun.losses(whole));
      assertSameVariables(parts.resolve("i11_l8"), whole.resolve("i11_l8"));
    }
  }

  static void assertSameVariables(Path one, Path other) {
    CheckpointReader a = CheckpointReader.open(one.resolve("variables/variables"));
    CheckpointReader b = CheckpointReader.open(other.resolve("variables/variables"));
    assertThat(a.tensors()).isEqualTo(b.tensors());
    for (String name : a.tensors().keySet()) {
      if (!name.equals("global_step")) {
        assertThat(a.readFloats(name)).as(name).isEqualTo(b.readFloats(name));
      }
    }
  }

  @Test
  void dropoutChangesTheLossAndTheSeedChangesTheMasks() throws IOException {
    SmallRun.begin(root.resolve("a"), 2);
    TrainingSettings seeded = SmallRun.SETTINGS.toBuilder().seed(78).build();
    SmallRun.begin(root.resolve("b"), seeded, SmallRun.TEXT, 2);
    assertThat(SmallRun.losses(root.resolve("b"))).isNotEqualTo(SmallRun.losses(root.resolve("a")));
  }

  @Test
  void stoppingFinishesTheStepAndWritesACheckpoint() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    try (Trainer<TextTask> run =
        SmallRun.open(folder, SmallRun.settings(SmallRun.SETTINGS), SmallRun.TEXT)) {
      Trainer.Outcome outcome =
          run.run(OptionalLong.empty(), List.of(recorder), () -> run.progress().step() >= 2);
      assertThat(outcome.stopped()).isTrue();
      assertThat(outcome.checkpoint()).isEqualTo(folder.resolve("i2_l8"));
    }
    assertThat(recorder.steps).hasSize(2);
    assertThat(TrainingCheckpoint.open(folder).progress().step()).isEqualTo(2);
  }

  @Test
  void onlyTheNewestCheckpointsAreKept() throws IOException {
    TrainingSettings two =
        SmallRun.SETTINGS.toBuilder().keepProb(1f).saveEvery(1).maxToKeep(2).build();
    Path folder = root.resolve("run");
    SmallRun.begin(folder, two, SmallRun.TEXT, 5);
    try (var children = Files.list(folder)) {
      assertThat(children.filter(Files::isDirectory).map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("i4_l8", "i5_l8");
    }
    assertThat(CheckpointState.read(folder).orElseThrow().allModelCheckpointPaths()).hasSize(2);
  }

  @Test
  void onlyCheckpointsOfThisRunAreDeleted() throws IOException {
    Path folder = root.resolve("run");
    TrainingSettings one =
        SmallRun.SETTINGS.toBuilder().keepProb(1f).saveEvery(1).maxToKeep(1).build();
    SmallRun.begin(folder, one, SmallRun.TEXT, 2);
    Path stranger = Files.createDirectories(root.resolve("stranger/a/b"));
    Path precious = Files.writeString(root.resolve("precious.txt"), "keep me");
    Path notes = Files.createDirectories(folder.resolve("i1_l8")); // a name of ours, no checkpoint
    new CheckpointState(
            "i2_l8/variables/variables",
            List.of(
                stranger.toString(),
                "../stranger/variables/variables",
                "model.ckpt-1",
                "i1_l8/variables/variables",
                "i2_l8/variables/variables"))
        .write(folder);
    SmallRun.resume(folder, 4);
    assertThat(stranger).exists();
    assertThat(precious).exists();
    assertThat(notes).exists();
    assertThat(folder.resolve("i2_l8")).doesNotExist();
    assertThat(TrainingCheckpoint.open(folder).progress().step()).isEqualTo(4);
  }

  @Test
  void aFolderWithACheckpointsNameIsNotReplaced() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.begin(folder, 3);
    Path file = Files.createDirectories(folder.resolve("i5_l8")).resolve("thesis.txt");
    Files.writeString(file, "years of work");
    assertThatThrownBy(() -> SmallRun.resume(folder, 5))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("i5_l8")
        .hasMessageContaining("in the way");
    assertThat(file).hasContent("years of work");
  }

  @Test
  void scoringTheHeldOutTextDoesNotChangeTheTraining() throws IOException {
    TrainingSettings all =
        SmallRun.SETTINGS.toBuilder().batchSize(2).numSteps(4).keepProb(1f).saveEvery(2).build();
    TrainingSettings held = all.toBuilder().validation(0.2).build();
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    SmallRun.begin(root.resolve("run"), held, SmallRun.TEXT, 6, recorder);
    assertThat(recorder.validations).hasSize(3).allMatch(loss -> loss > 0.5 && loss < 4);
    SmallRun.Recorder plain = new SmallRun.Recorder();
    String training = TextSplit.of(CharacterText.of(SmallRun.TEXT), 0.2).training().toString();
    assertThat(training.chars().distinct().count())
        .isEqualTo(SmallRun.TEXT.chars().distinct().count());
    SmallRun.begin(root.resolve("unscored"), all, training, 6, plain);
    assertThat(plain.steps)
        .extracting(TrainingListener.StepReport::loss)
        .isEqualTo(recorder.steps.stream().map(TrainingListener.StepReport::loss).toList());
  }

  @Test
  void aDivergedRunStopsAndKeepsItsLastGoodCheckpoint() throws IOException {
    TrainingSettings wild =
        SmallRun.SETTINGS.toBuilder()
            .learningRate(3e38f)
            .gradClip(1e30f)
            .keepProb(1f)
            .saveEvery(1)
            .build();
    Path folder = root.resolve("run");
    assertThatThrownBy(() -> SmallRun.begin(folder, wild, SmallRun.TEXT, 12))
        .isInstanceOf(Trainer.DivergedException.class)
        .hasMessageContaining("diverged")
        .hasMessageContaining("the last checkpoint is " + folder)
        .hasMessageContaining("`learning_rate`");
    TrainingCheckpoint kept = TrainingCheckpoint.open(folder);
    assertThat(kept.progress().step()).isGreaterThanOrEqualTo(1);
    assertThat(CheckpointReader.open(kept.variables()).readFloats("softmax/Variable_1"))
        .doesNotContain(Float.NaN);
  }

  @Test
  void aTextTooShortForOneWindowIsRejectedAndNothingIsWritten() {
    Path folder = root.resolve("run");
    RunSettings.Text settings = SmallRun.settings(SmallRun.SETTINGS);
    assertThatThrownBy(() -> SmallRun.open(folder, settings, "too short"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("15")
        .hasMessageContaining("9");
    assertThat(folder).doesNotExist();
  }

  @Test
  void aFolderThatHoldsARunIsNotOverwritten() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.begin(folder, 3);
    List<String> before = SmallRun.losses(folder);
    assertThatThrownBy(() -> SmallRun.begin(folder, 3))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("holds a run already; resume it (`resume`)");
    assertThat(SmallRun.losses(folder)).isEqualTo(before);
  }

  @Test
  void aFolderInUseIsRejected() {
    Path folder = root.resolve("run");
    try (RunFolder held = RunFolder.open(folder)) {
      assertThat(held.hasCheckpoints()).isFalse();
      assertThatThrownBy(() -> SmallRun.begin(folder, 3))
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("in use")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aRunIsResumedOnlyWithItsOwnSettingsAndText() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.begin(folder, 3);
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    TrainingSettings wider = SmallRun.SETTINGS.toBuilder().batchSize(4).build();
    assertThatThrownBy(
            () -> SmallRun.open(folder, checkpoint, SmallRun.settings(wider), SmallRun.TEXT))
        .hasMessageContaining("`batch_size` was 3 and is now 4");
    RunSettings.Text before = checkpoint.settings();
    RunSettings.Text otherText =
        new RunSettings.Text(
            "test",
            before.model(),
            before.preparation(),
            before.training(),
            TextReference.of("t", true, CharacterText.of("other"), TextFormat.UTF_8));
    assertThatThrownBy(() -> SmallRun.open(folder, checkpoint, otherText, "other"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("SHA-256");
  }

  @Test
  void aCheckpointIsNoRunFolderButItsCopyInANewFolderIsContinued() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.begin(folder, 5);
    Path third = folder.resolve("i3_l8");
    List<Path> before = TestData.files(folder);
    for (Path inside : List.of(third, third.resolve("further"))) {
      assertThatThrownBy(() -> SmallRun.begin(inside, 3))
          .isInstanceOf(InvalidRunException.class)
          .hasMessageContaining("expected the folder of a run")
          .hasMessageContaining("`resume` `run` " + folder);
    }
    assertThatThrownBy(() -> SmallRun.resume(third, 6)).isInstanceOf(InvalidRunException.class);
    assertThat(TestData.files(folder)).isEqualTo(before);

    Path branch = root.resolve("branch");
    TestData.copy(third, branch.resolve(third.getFileName()));
    TrainingCheckpoint copy = TrainingCheckpoint.openWhole(branch, notice -> {});
    try (Trainer<TextTask> run = SmallRun.open(branch, copy, copy.settings(), SmallRun.TEXT)) {
      SmallRun.train(run, branch, 5, List.of());
    }
    assertSameVariables(folder.resolve("i5_l8"), branch.resolve("i5_l8"));
  }
}
