package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.CheckpointState;
import io.github.charlstm.data.CharacterText;
import io.github.charlstm.data.InvalidDataException;
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
  void fiveStepsRunTheWholeWayThrough() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    Trainer.Outcome outcome;
    try (Trainer<TextTask> run =
        Trainer.begin(folder, SmallRun.settings(SmallRun.SETTINGS), SmallRun.TEXT)) {
      outcome = SmallRun.train(run, folder, 5, List.of(recorder));
    }
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
  void theLossFalls() throws IOException {
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    TrainingSettings longer =
        TrainingSettings.builder()
            .batchSize(3)
            .numSteps(5)
            .epochs(15)
            .learningRate(0.05f)
            .gradClip(5f)
            .keepProb(1f)
            .saveEvery(100)
            .maxToKeep(5)
            .seed(77)
            .build();
    Path folder = root.resolve("run");
    try (Trainer<TextTask> run = Trainer.begin(folder, SmallRun.settings(longer), SmallRun.TEXT)) {
      SmallRun.train(run, folder, 60, List.of(recorder));
    }
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
    TrainingSettings s = SmallRun.SETTINGS;
    Path other = root.resolve("b");
    TrainingSettings seeded =
        TrainingSettings.builder()
            .batchSize(s.batchSize())
            .numSteps(s.numSteps())
            .epochs(s.epochs())
            .learningRate(s.learningRate())
            .gradClip(s.gradClip())
            .keepProb(s.keepProb())
            .saveEvery(s.saveEvery())
            .maxToKeep(s.maxToKeep())
            .seed(78)
            .build();
    try (Trainer<TextTask> run = Trainer.begin(other, SmallRun.settings(seeded), SmallRun.TEXT)) {
      SmallRun.train(run, other, 2, List.of());
    }
    assertThat(SmallRun.losses(other)).isNotEqualTo(SmallRun.losses(root.resolve("a")));
  }

  @Test
  void stoppingFinishesTheStepAndWritesACheckpoint() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    try (Trainer<TextTask> run =
        Trainer.begin(folder, SmallRun.settings(SmallRun.SETTINGS), SmallRun.TEXT)) {
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
        TrainingSettings.builder()
            .batchSize(3)
            .numSteps(5)
            .epochs(2)
            .learningRate(0.02f)
            .gradClip(5f)
            .keepProb(1f)
            .saveEvery(1)
            .maxToKeep(2)
            .seed(77)
            .build();
    Path folder = root.resolve("run");
    try (Trainer<TextTask> run = Trainer.begin(folder, SmallRun.settings(two), SmallRun.TEXT)) {
      SmallRun.train(run, folder, 5, List.of());
    }
    try (var children = Files.list(folder)) {
      assertThat(children.filter(Files::isDirectory).map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("i4_l8", "i5_l8");
    }
    assertThat(CheckpointState.read(folder).orElseThrow().allModelCheckpointPaths()).hasSize(2);
  }

  @Test
  void nothingButOwnCheckpointsIsEverDeleted() throws IOException {
    Path folder = root.resolve("run");
    TrainingSettings one =
        TrainingSettings.builder()
            .batchSize(3)
            .numSteps(5)
            .epochs(2)
            .learningRate(0.02f)
            .gradClip(5f)
            .keepProb(1f)
            .saveEvery(1)
            .maxToKeep(1)
            .seed(77)
            .build();
    try (Trainer<TextTask> run = Trainer.begin(folder, SmallRun.settings(one), SmallRun.TEXT)) {
      SmallRun.train(run, folder, 2, List.of());
    }
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
  void whatLiesInTheWayOfACheckpointIsNotReplaced() throws IOException {
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
  void theHeldOutShareIsScoredWithoutTouchingTheTraining() throws IOException {
    TrainingSettings held =
        TrainingSettings.builder()
            .batchSize(2)
            .numSteps(4)
            .epochs(3)
            .learningRate(0.02f)
            .gradClip(5f)
            .keepProb(1f)
            .saveEvery(2)
            .maxToKeep(9)
            .seed(77)
            .validation(0.2)
            .build();
    Path folder = root.resolve("run");
    SmallRun.Recorder recorder = new SmallRun.Recorder();
    try (Trainer<TextTask> run = Trainer.begin(folder, SmallRun.settings(held), SmallRun.TEXT)) {
      SmallRun.train(run, folder, 6, List.of(recorder));
    }
    assertThat(recorder.validations).hasSize(3).allMatch(loss -> loss > 0.5 && loss < 4);
    Path unscored = root.resolve("unscored");
    SmallRun.Recorder plain = new SmallRun.Recorder();
    String training = TextSplit.of(CharacterText.of(SmallRun.TEXT), 0.2).training().toString();
    assertThat(training.chars().distinct().count())
        .isEqualTo(SmallRun.TEXT.chars().distinct().count());
    TrainingSettings none =
        TrainingSettings.builder()
            .batchSize(2)
            .numSteps(4)
            .epochs(3)
            .learningRate(0.02f)
            .gradClip(5f)
            .keepProb(1f)
            .saveEvery(2)
            .maxToKeep(9)
            .seed(77)
            .build();
    try (Trainer<TextTask> run = Trainer.begin(unscored, SmallRun.settings(none), training)) {
      SmallRun.train(run, unscored, 6, List.of(plain));
    }
    assertThat(plain.steps)
        .extracting(TrainingListener.StepReport::loss)
        .isEqualTo(recorder.steps.stream().map(TrainingListener.StepReport::loss).toList());
  }

  @Test
  void aDivergedRunStopsAndKeepsItsLastGoodCheckpoint() throws IOException {
    TrainingSettings wild =
        TrainingSettings.builder()
            .batchSize(3)
            .numSteps(5)
            .epochs(4)
            .learningRate(3e38f)
            .gradClip(1e30f)
            .keepProb(1f)
            .saveEvery(1)
            .maxToKeep(9)
            .seed(77)
            .build();
    Path folder = root.resolve("run");
    try (Trainer<TextTask> run = Trainer.begin(folder, SmallRun.settings(wild), SmallRun.TEXT)) {
      assertThatThrownBy(() -> SmallRun.train(run, folder, 12, List.of()))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("diverged")
          .hasMessageContaining("the last checkpoint is " + folder)
          .hasMessageContaining("`learning_rate`");
    }
    TrainingCheckpoint kept = TrainingCheckpoint.open(folder);
    assertThat(kept.progress().step()).isGreaterThanOrEqualTo(1);
    assertThat(CheckpointReader.open(kept.variables()).readFloats("softmax/Variable_1"))
        .doesNotContain(Float.NaN);
  }

  @Test
  void aTextTooShortForOneWindowIsRefusedAndNothingIsWritten() {
    Path folder = root.resolve("run");
    RunSettings.Text settings = SmallRun.settings(SmallRun.SETTINGS);
    assertThatThrownBy(() -> Trainer.begin(folder, settings, "too short"))
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
  void aFolderInUseIsRefused() {
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
  void aRunIsResumedWithWhatItBeganWith() throws IOException {
    Path folder = root.resolve("run");
    SmallRun.begin(folder, 3);
    TrainingCheckpoint checkpoint = TrainingCheckpoint.open(folder);
    TrainingSettings wider =
        TrainingSettings.builder()
            .batchSize(4)
            .numSteps(5)
            .epochs(4)
            .learningRate(0.02f)
            .gradClip(5f)
            .keepProb(0.7f)
            .saveEvery(3)
            .maxToKeep(100)
            .seed(77)
            .build();
    assertThatThrownBy(
            () -> Trainer.resume(folder, checkpoint, SmallRun.settings(wider), SmallRun.TEXT))
        .hasMessageContaining("`batch_size` was 3 and is now 4");
    RunSettings.Text before = checkpoint.settings();
    RunSettings.Text otherText =
        new RunSettings.Text(
            "test",
            before.model(),
            before.preparation(),
            before.training(),
            TextReference.of("t", true, "other"));
    assertThatThrownBy(() -> Trainer.resume(folder, checkpoint, otherText, "other"))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("SHA-256");
  }
}
