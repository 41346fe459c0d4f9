package io.github.charlstm.tensorboard;

import static io.github.charlstm.tensorboard.ShownRun.events;
import static io.github.charlstm.tensorboard.ShownRun.settings;
import static io.github.charlstm.tensorboard.ShownRun.train;
import static io.github.charlstm.tensorboard.ShownRun.trained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.train.InvalidRunException;
import io.github.charlstm.train.SmallRun;
import io.github.charlstm.train.TextTask;
import io.github.charlstm.train.Trainer;
import io.github.charlstm.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.GraphDef;

class RunEventsTest {
  @TempDir Path root;
  private final List<String> notices = new ArrayList<>();

  @Test
  void aWriteErrorIsReportedOnceAndTheRunContinues() throws IOException {
    Path run = Files.createDirectories(root.resolve("run"));
    Files.createDirectory(run.resolve(RunEvents.FOLDER));
    Files.writeString(events(run, "validation"), "a file in the way");
    Trainer.Outcome outcome;
    try (Trainer<TextTask> training = SmallRun.open(run, settings(), SmallRun.TEXT)) {
      outcome = train(training, run, 2, 7, notices::add);
    }
    assertThat(notices)
        .singleElement()
        .asString()
        .contains(run.resolve(RunEvents.FOLDER).toString(), "the run goes on")
        .doesNotContain("\n");
    assertThat(outcome.checkpoint()).isEqualTo(run.resolve("i7_l8")).isDirectory();
    assertThat(SmallRun.losses(run))
        .isEqualTo(SmallRun.losses(trained(root.resolve("whole"), 0, 7, notices::add)));
    // up to the step whose validation could not be written
    assertThat(EventFile.summaries(events(run, "train")).get("curves/loss").keySet())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aRunWhoseFilesCannotBeCreatedDoesNotStart() throws IOException {
    Path run = Files.createDirectories(root.resolve("run"));
    Files.writeString(run.resolve(RunEvents.FOLDER), "");
    assertThatThrownBy(
            () ->
                RunEvents.begin(run, settings(), 0, GraphDef.getDefaultInstance(), 0, notices::add))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining(run.resolve(RunEvents.FOLDER).toString())
        .hasMessageContaining("`tensorboard`");
    assertThat(notices).isEmpty();
  }

  @Test
  void tensorsAreFetchedOnlyForHistograms() throws IOException {
    try (RunEvents off = RunEvents.none();
        RunEvents plain =
            RunEvents.begin(root, settings(), 0, GraphDef.getDefaultInstance(), 0, notices::add);
        RunEvents some =
            RunEvents.begin(
                root.resolve("b"),
                settings(),
                0,
                GraphDef.getDefaultInstance(),
                10,
                notices::add)) {
      assertThat(off.wantsTensors(10)).isFalse();
      assertThat(plain.wantsTensors(10)).isFalse();
      assertThat(some.wantsTensors(9)).isFalse();
      assertThat(some.wantsTensors(10)).isTrue();
    }
  }

  @Test
  void everyTensorIsClosed() throws IOException {
    List<Long> open = new ArrayList<>();
    TrainingListener counter =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            System.gc();
            open.add(Pointer.totalCount());
          }
        };
    Path run = root.resolve("run");
    try (Trainer<TextTask> training = SmallRun.open(run, settings(), SmallRun.TEXT)) {
      train(training, run, 1, 12, notices::add, counter);
    }
    // no checkpoint and no validation between these steps
    assertThat(open.get(10)).isEqualTo(open.get(9));
    assertThat(open.get(10)).isEqualTo(open.get(6));
  }

  @Test
  void aRunWithoutItHasNoSuchFolder() throws IOException {
    Path run = root.resolve("run");
    try (Trainer<TextTask> training = SmallRun.open(run, settings(), SmallRun.TEXT);
        RunEvents none = RunEvents.none()) {
      training.run(OptionalLong.of(3), List.of(none), () -> false);
      none.texts("samples/drawn", 3, List.of("text"));
    }
    assertThat(run.resolve(RunEvents.FOLDER)).doesNotExist();
  }
}
