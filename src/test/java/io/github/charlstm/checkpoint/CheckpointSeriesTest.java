package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.checkpoint.AtomicDirectory.Stage;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.MetaGraphDef;

@Tag("machine")
class CheckpointSeriesTest {
  private static final Instant START = Instant.parse("2018-05-01T00:00:00Z");

  @TempDir Path folder;
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.numbered(1));
  private Saver saver;

  @BeforeEach
  void makeAVariable() {
    var variable = store.rootScope().getVariable("v", Shape.of(2), Initializers.constant(3f));
    saver = Saver.create(runner.tf(), Map.of("renamed", variable.reference()), 5);
    runner.run(store.globalVariablesInitializer());
  }

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void theOldestBeyondMaxToKeepAreDeleted() throws IOException {
    List<String> neighbours =
        List.of("model.ckpt-1.notes", "model.ckpt-1.index.old", "amodel.ckpt-1.index");
    for (String name : neighbours) {
      Files.writeString(folder.resolve(name), "mine");
    }
    CheckpointSeries series = CheckpointSeries.builder(saver, folder).maxToKeep(2).build();
    for (long step : new long[] {1, 2, 3}) {
      assertThat(series.save(runner.session(), step))
          .isEqualTo(folder.resolve("model.ckpt-" + step));
    }
    assertThat(steps()).containsExactly("amodel.ckpt-1", "model.ckpt-2", "model.ckpt-3");
    assertThat(folder.toFile().list()).containsAll(neighbours).hasSize(3 + 2 * 2 + 1);
    assertThat(CheckpointState.read(folder).orElseThrow())
        .isEqualTo(new CheckpointState("model.ckpt-3", List.of("model.ckpt-2", "model.ckpt-3")));
    assertThat(CheckpointState.latestCheckpoint(folder)).contains(folder.resolve("model.ckpt-3"));
    assertThat(CheckpointReader.open(folder.resolve("model.ckpt-3")).readFloats("renamed"))
        .containsExactly(3, 3);
  }

  @Test
  void zeroKeepsAllAndTheStateFileNamesTheNewestAloneAsInPython() throws IOException {
    CheckpointSeries.builder(saver, folder).build().save(runner.session(), 1);
    CheckpointSeries series = CheckpointSeries.builder(saver, folder).maxToKeep(0).build();
    for (long step = 2; step <= 7; step++) {
      series.save(runner.session(), step);
    }
    assertThat(steps()).hasSize(7);
    assertThat(CheckpointState.read(folder))
        .contains(new CheckpointState("model.ckpt-7", List.of("model.ckpt-7")));
  }

  @Test
  void theSameStepAgainReplacesItsFilesAndIsCountedOnce() throws IOException {
    CheckpointSeries series = CheckpointSeries.builder(saver, folder).maxToKeep(2).build();
    for (long step : new long[] {1, 2, 1}) {
      series.save(runner.session(), step);
    }
    assertThat(steps()).containsExactly("model.ckpt-1", "model.ckpt-2");
    assertThat(CheckpointState.read(folder))
        .contains(new CheckpointState("model.ckpt-1", List.of("model.ckpt-2", "model.ckpt-1")));
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void theStateFileNamesOnlyCompleteCheckpointsAtEveryStage(Stage end) throws IOException {
    CheckpointSeries series = CheckpointSeries.builder(saver, folder).maxToKeep(2).build();
    series.save(runner.session(), 1);
    series.save(runner.session(), 2);
    for (String checkpoint : List.of("model.ckpt-2", "model.ckpt-3")) {
      if (end == Stage.MOVED_ASIDE && checkpoint.endsWith("3")) {
        continue; // there is nothing to move aside
      }
      assertThatThrownBy(() -> series.publish(checkpoint, this::write, stage -> endAt(end, stage)))
          .hasMessage("the end");
      CheckpointState state = CheckpointState.read(folder).orElseThrow();
      assertThat(state.allModelCheckpointPaths()).contains(state.modelCheckpointPath());
      for (String name : state.allModelCheckpointPaths()) {
        CheckpointReader.open(folder.resolve(name)).verifyAll();
      }
      assertThat(folder.toFile().list()).noneMatch(name -> name.startsWith(".tmp"));
    }
  }

  @Test
  void theOnlyCheckpointLeavesTheStateFileBeforeItIsReplaced() throws IOException {
    CheckpointSeries series = CheckpointSeries.builder(saver, folder).build();
    series.save(runner.session(), 1);
    assertThatThrownBy(
            () ->
                series.publish(
                    "model.ckpt-1", this::write, stage -> endAt(Stage.MOVED_ASIDE, stage)))
        .hasMessage("the end");
    assertThat(CheckpointState.latestCheckpoint(folder)).isEmpty();
  }

  @Test
  void incompleteFilesOfAKilledProcessAreDeleted() throws IOException {
    Path left = Files.createDirectory(folder.resolve(".tmp-model.ckpt-9-999999999999"));
    CheckpointSeries.builder(saver, folder).build();
    assertThat(left).doesNotExist();
  }

  private void write(Path prefix) throws IOException {
    saver.save(runner.session(), prefix);
  }

  private static void endAt(Stage end, Stage stage) {
    if (stage == end) {
      throw new IllegalStateException("the end");
    }
  }

  @Test
  void oneCheckpointOfEveryNHoursIsKept() throws IOException {
    Moving clock = new Moving();
    CheckpointSeries series =
        CheckpointSeries.builder(saver, folder)
            .maxToKeep(1)
            .keepCheckpointEveryNHours(2)
            .clock(clock)
            .build();
    for (int hour = 1; hour <= 6; hour++) { // written at 1:10, 2:10, ...
      clock.now = START.plus(Duration.ofMinutes(60L * hour + 10));
      series.save(runner.session(), hour);
    }
    // 2:10 is after 2:00 and is kept; the next to keep must be after 4:00
    assertThat(steps()).containsExactly("model.ckpt-2", "model.ckpt-4", "model.ckpt-6");
    assertThat(CheckpointState.read(folder).orElseThrow().allModelCheckpointPaths())
        .containsExactly("model.ckpt-6");
  }

  @Test
  void withZeroHoursAllAreKept() throws IOException {
    Moving clock = new Moving();
    CheckpointSeries series =
        CheckpointSeries.builder(saver, folder)
            .maxToKeep(1)
            .keepCheckpointEveryNHours(0)
            .clock(clock)
            .build();
    for (int second = 1; second <= 3; second++) {
      clock.now = START.plus(Duration.ofSeconds(second));
      series.save(runner.session(), second);
    }
    assertThat(steps()).containsExactly("model.ckpt-1", "model.ckpt-2", "model.ckpt-3");
  }

  @Test
  void anotherProcessContinuesTheSeries() throws IOException {
    CheckpointSeries first = CheckpointSeries.builder(saver, folder).maxToKeep(2).build();
    first.save(runner.session(), 1);
    first.save(runner.session(), 2);
    // as Python writes them: absolute, of a folder that may have been moved since
    List<String> paths = List.of("/home/me/run/model.ckpt-1", "/home/me/run/model.ckpt-2");
    new CheckpointState(paths.get(1), paths).write(folder);
    CheckpointSeries.builder(saver, folder).maxToKeep(2).build().save(runner.session(), 3);
    assertThat(steps()).containsExactly("model.ckpt-2", "model.ckpt-3");
  }

  @Test
  void aMetaGraphIsWrittenAndDeletedWithEachCheckpoint() throws IOException {
    MetaGraphDef meta =
        MetaGraphDef.newBuilder()
            .setGraphDef(runner.graph().toGraphDef())
            .setSaverDef(saver.saverDef())
            .build();
    CheckpointSeries series =
        CheckpointSeries.builder(saver, folder).name("run").maxToKeep(1).metaGraph(meta).build();
    series.save(runner.session(), 1);
    series.save(runner.session(), 2);
    assertThat(folder.resolve("run-1.meta")).doesNotExist();
    assertThat(MetaGraphDef.parseFrom(Files.readAllBytes(folder.resolve("run-2.meta"))))
        .isEqualTo(meta);
  }

  @Test
  void badOptionsAreRejected() {
    var builder = CheckpointSeries.builder(saver, folder);
    assertThatThrownBy(() -> builder.maxToKeep(-1)).hasMessageContaining("max_to_keep");
    assertThatThrownBy(() -> builder.keepCheckpointEveryNHours(-0.5))
        .hasMessageContaining("keep_checkpoint_every_n_hours");
    assertThatThrownBy(() -> builder.keepCheckpointEveryNHours(Double.NaN))
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> builder.name("a/b")).hasMessageContaining("a/b");
    assertThatThrownBy(() -> builder.build().save(runner.session(), -1))
        .hasMessageContaining("globalStep");
    assertThat(builder.keepCheckpointEveryNHours(Double.POSITIVE_INFINITY)).isNotNull();
    assertThatNoException().isThrownBy(builder::build);
  }

  private List<String> steps() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".index"))
          .map(file -> file.replace(".index", ""))
          .sorted()
          .toList();
    }
  }

  private static final class Moving extends Clock {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
