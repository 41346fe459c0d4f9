package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.TensorFlowCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.SaverDef.CheckpointFormatVersion;

/** TensorFlow's cases on which checkpoints are kept, named and deleted. */
class CheckpointManagementSuiteTest {
  @TempDir Path folder;
  private ValueGraph values;

  @BeforeEach
  void open() {
    values = new ValueGraph();
    values.variable("v", values.tf.constant(10f)).initialize();
  }

  @AfterEach
  void close() {
    values.close();
  }

  private Path save(Saver saver, String name) throws IOException {
    return saver.save(values.session, folder.resolve(name));
  }

  private void assertState(Path newest, Path... all) {
    CheckpointState state = CheckpointState.read(folder).orElseThrow();
    assertThat(state.modelCheckpointPath()).isEqualTo(newest.toString());
    assertThat(state.allModelCheckpointPaths())
        .containsExactlyElementsOf(Stream.of(all).map(Path::toString).toList());
  }

  private static void assertExist(Path... checkpoints) {
    for (Path checkpoint : checkpoints) {
      assertThat(CheckpointReader.exists(checkpoint)).as(checkpoint.toString()).isTrue();
      assertThat(checkpoint.resolveSibling(checkpoint.getFileName() + ".meta")).exists();
    }
  }

  private static void assertGone(Path checkpoint) {
    assertThat(CheckpointReader.exists(checkpoint)).as(checkpoint.toString()).isFalse();
    assertThat(checkpoint.resolveSibling(checkpoint.getFileName() + ".meta")).doesNotExist();
  }

  @Test
  @TensorFlowCase("saver_test.MaxToKeepTest.testNonSharded")
  void onlyTheLastAreKept() throws IOException {
    Saver save = values.saver().maxToKeep(2).build();
    assertThat(save.lastCheckpoints()).isEmpty();
    Path s1 = save(save, "s1");
    assertThat(save.lastCheckpoints()).containsExactly(s1);
    assertState(s1, s1);
    Path s2 = save(save, "s2");
    assertExist(s1, s2);
    assertState(s2, s1, s2);
    Path s3 = save(save, "s3");
    assertThat(save.lastCheckpoints()).containsExactly(s2, s3);
    assertGone(s1);
    assertExist(s2, s3);
    assertState(s3, s2, s3);
    // a second one that knows of the same, and a third that knows of none
    Saver save2 = Saver.of(values.graph, save.saverDef());
    save2.setLastCheckpoints(save.lastCheckpoints());
    Saver save3 = Saver.of(values.graph, save.saverDef());

    save(save, "s2");
    assertThat(save.lastCheckpoints()).containsExactly(s3, s2);
    assertGone(s1);
    assertExist(s2, s3);
    assertState(s2, s3, s2);
    save(save, "s1");
    assertThat(save.lastCheckpoints()).containsExactly(s2, s1);
    assertGone(s3);
    assertExist(s2, s1);
    assertState(s1, s2, s1);

    save(save2, "s2");
    assertThat(save2.lastCheckpoints()).containsExactly(s3, s2);
    assertExist(s1, s2);
    assertGone(s3);
    assertState(s2, s3, s2);
    save(save2, "s1");
    assertThat(save2.lastCheckpoints()).containsExactly(s2, s1);
    assertExist(s1, s2);
    assertState(s1, s2, s1);

    save(save3, "s2");
    assertThat(save3.lastCheckpoints()).containsExactly(s2);
    assertExist(s1, s2);
    assertState(s2, s2);
    save(save3, "s1");
    assertThat(save3.lastCheckpoints()).containsExactly(s2, s1);
    assertExist(s1, s2);
    assertState(s1, s2, s1);
  }

  @Test
  void aNewSaverGoesOnWithTheCheckpointsOfAnEndedProcess() throws IOException {
    Saver first = values.saver().maxToKeep(2).build();
    Path s1 = save(first, "s1");
    Path s2 = save(first, "s2");
    Saver second = values.saver().maxToKeep(2).build();
    second.recoverLastCheckpoints(List.of(s1, folder.resolve("gone"), s2));
    assertThat(second.lastCheckpoints()).containsExactly(s1, s2);
    Path s3 = save(second, "s3");
    assertThat(second.lastCheckpoints()).containsExactly(s2, s3);
    assertGone(s1);
    assertExist(s2, s3);
  }

  @Test
  @TensorFlowCase("saver_test.MaxToKeepTest.testSharded")
  void shardsAreDeletedTogether() throws IOException {
    try (ValueGraph two = new ValueGraph()) {
      two.variable("v0", two.tf.constant(111), "/cpu:0");
      two.variable("v1", two.tf.constant(222), "/cpu:1").initialize();
      for (CheckpointFormatVersion version :
          List.of(CheckpointFormatVersion.V2, CheckpointFormatVersion.V1)) {
        Path run = Files.createDirectory(folder.resolve(version.name()));
        int each = version == CheckpointFormatVersion.V2 ? 4 : 3; // with .meta
        Saver save = two.saver().sharded(true).maxToKeep(2).writeVersion(version).build();
        Path s1 = save.save(two.session, run.resolve("s1"));
        assertThat(save.lastCheckpoints()).containsExactly(s1);
        assertThat(files(run, "s1")).hasSize(each);
        Path s2 = save.save(two.session, run.resolve("s2"));
        assertThat(save.lastCheckpoints()).containsExactly(s1, s2);
        Path s3 = save.save(two.session, run.resolve("s3"));
        assertThat(save.lastCheckpoints()).containsExactly(s2, s3);
        assertThat(files(run, "s1")).isEmpty();
        assertThat(files(run, "s2")).hasSize(each);
        assertThat(files(run, "s3")).hasSize(each);
      }
    }
  }

  private static List<Path> files(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith(name)).toList();
    }
  }

  @Test
  @TensorFlowCase("saver_test.MaxToKeepTest.testNoMaxToKeep")
  void noneIsDeletedWithoutALimit() throws IOException {
    Saver save = values.saver().maxToKeep(0).build();
    Path s1 = save(save, "s1");
    assertThat(save.lastCheckpoints()).isEmpty();
    Path s2 = save(save, "s2");
    assertThat(save.lastCheckpoints()).isEmpty();
    assertExist(s1, s2);
  }

  @Test
  @TensorFlowCase("saver_test.MaxToKeepTest.testNoMetaGraph")
  void theGraphIsLeftOutOnRequest() throws IOException {
    SaveOptions options = SaveOptions.builder().writeMetaGraph(false).build();
    Path s1 = values.saver().build().save(values.session, folder.resolve("s1"), options);
    assertThat(CheckpointReader.exists(s1)).isTrue();
    assertThat(folder.resolve("s1.meta")).doesNotExist();
  }

  @Test
  @TensorFlowCase("saver_test.KeepCheckpointEveryNHoursTest.testNonSharded")
  void oneOfEverySoManyHoursIsKept() throws IOException {
    ManualClock clock = new ManualClock();
    Saver save =
        values.saver().maxToKeep(2).keepCheckpointEveryNHours(0.7 / 3600).clock(clock).build();
    clock.now = clock.now.plusSeconds(1);
    Path s1 = save(save, "s1");
    Path s2 = save(save, "s2");
    Path s3 = save(save, "s3");
    assertThat(save.lastCheckpoints()).containsExactly(s2, s3);
    Path s4 = save(save, "s4");
    assertThat(save.lastCheckpoints()).containsExactly(s3, s4);
    assertExist(s1, s3, s4);
    assertGone(s2);
  }

  private static final class ManualClock extends Clock {
    private Instant now = Instant.EPOCH.plus(Duration.ofDays(1000));

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.LatestCheckpointWithRelativePaths.testNameCollision")
  void aCheckpointMayNotHaveTheStateFilesName() throws IOException {
    Path path = folder.resolve("checkpoint");
    Saver saver = values.saver().build();
    assertThatThrownBy(() -> saver.save(values.session, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another name than the state file's");
    assertThat(saver.save(values.session, path, 1)).isEqualTo(folder.resolve("checkpoint-1"));
    assertThat(CheckpointState.latestCheckpoint(folder)).isPresent();
    Saver sharded = values.saver().sharded(true).build();
    sharded.save(values.session, path);
    assertThat(CheckpointState.latestCheckpoint(folder)).contains(path);
    sharded.save(values.session, path, 1);
    assertThat(CheckpointState.latestCheckpoint(folder)).isPresent();
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.LatestCheckpointWithRelativePaths.testRelativePath")
  void theLatestOfARelativeFolderIsRestored() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path relative = here.relativize(folder.toAbsolutePath());
    Saver save = values.saver().build();
    for (int step = 0; step < 3; step++) {
      values.assign("v", values.tf.constant((float) step));
      save.save(values.session, relative.resolve("snapshot"), step);
    }
    assertThat(CheckpointState.read(folder).orElseThrow().modelCheckpointPath())
        .isEqualTo("snapshot-2");
    values.initialize();
    Path name = CheckpointState.latestCheckpoint(relative).orElseThrow();
    values.saver().build().restore(values.session, name);
    assertThat(values.floats("v")).containsExactly(2);
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.CheckpointStateTest.testAbsPath")
  @TensorFlowCase("checkpoint_management_test.CheckpointStateTest.testRelPath")
  @TensorFlowCase("checkpoint_management_test.CheckpointStateTest.testAllModelCheckpointPaths")
  void aStateHasAbsolutePathsOrThoseRelativeToItsFolder() {
    Path absolute = folder.toAbsolutePath().resolve("model-0");
    CheckpointState state = CheckpointState.of(folder.toAbsolutePath(), absolute, List.of(), false);
    assertThat(state).isEqualTo(new CheckpointState(absolute + "", List.of(absolute + "")));
    assertThat(CheckpointState.of(Path.of("train"), Path.of("train/model-0"), List.of(), false))
        .isEqualTo(new CheckpointState("model-0", List.of("model-0")));
    assertThat(
            CheckpointState.of(
                    folder.toAbsolutePath(), absolute, List.of(Path.of("model-2")), false)
                .allModelCheckpointPaths())
        .containsExactly("model-2", absolute.toString());
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.CheckpointStateTest.testUpdateCheckpointState")
  @TensorFlowCase(
      "checkpoint_management_test.CheckpointStateTest"
          + ".testUpdateCheckpointStateSaveRelativePaths")
  void aStateIsWrittenAndRead() throws IOException {
    Path absolute = folder.toAbsolutePath().resolve("model-0");
    Path train = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    Path relative = train.resolve("model-2");
    List<Path> all = List.of(absolute, relative);
    CheckpointState.of(train, relative, all, false).write(folder);
    assertThat(CheckpointState.read(folder))
        .contains(new CheckpointState("model-2", List.of(absolute.toString(), "model-2")));

    Path newest = folder.toAbsolutePath().resolve("model-2");
    CheckpointState.of(folder.toAbsolutePath(), newest, List.of(Path.of("model-0"), newest), true)
        .write(folder, "other");
    assertThat(folder.resolve("other"))
        .hasContent(
            """
            model_checkpoint_path: "model-2"
            all_model_checkpoint_paths: "model-0"
            all_model_checkpoint_paths: "model-2"
            """);
    Files.writeString(folder.resolve("model-2.index"), "");
    assertThat(CheckpointState.latestCheckpoint(folder.toAbsolutePath(), "other")).contains(newest);
    assertThatThrownBy(() -> CheckpointState.read(folder, "a/b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a/b");
  }

  @Test
  @TensorFlowCase(
      "checkpoint_management_test.CheckpointStateTest.testCheckPointStateFailsWhenIncomplete")
  @TensorFlowCase(
      "checkpoint_management_test.CheckpointStateTest.testCheckPointCompletesRelativePaths")
  void anEmptyStateIsRefusedAndRelativePathsAreCompleted() throws IOException {
    Files.writeString(folder.resolve("checkpoint"), "");
    assertThatThrownBy(() -> CheckpointState.read(folder)).isInstanceOf(CheckpointException.class);
    Files.writeString(
        folder.resolve("checkpoint"),
        """
        model_checkpoint_path: "./model.ckpt-687529"
        all_model_checkpoint_paths: "./model.ckpt-687500"
        all_model_checkpoint_paths: "./model.ckpt-687529"
        """);
    for (String name : List.of("model.ckpt-687500", "model.ckpt-687529")) {
      Files.writeString(folder.resolve(name + ".index"), "");
    }
    assertThat(CheckpointState.latestCheckpoint(folder))
        .contains(folder.resolve("./model.ckpt-687529"));
    assertThat(CheckpointState.checkpoints(folder))
        .containsExactly(
            folder.resolve("./model.ckpt-687500"), folder.resolve("./model.ckpt-687529"));
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.SaverUtilsTest.testCheckpointExists")
  @TensorFlowCase("checkpoint_management_test.SaverUtilsTest.testRemoveCheckpoint")
  void checkpointsOfEachFormExistUntilTheyAreRemoved() throws IOException {
    for (boolean sharded : new boolean[] {false, true}) {
      for (CheckpointFormatVersion version :
          List.of(CheckpointFormatVersion.V2, CheckpointFormatVersion.V1)) {
        Saver saver = values.saver().sharded(sharded).writeVersion(version).build();
        Path path = folder.resolve(sharded + "-" + version);
        assertThat(CheckpointReader.exists(path)).isFalse();
        Path prefix = saver.save(values.session, path);
        assertThat(CheckpointReader.exists(prefix)).isTrue();
        assertThat(CheckpointState.latestCheckpoint(folder)).contains(prefix);
        CheckpointManagement.remove(prefix);
        assertThat(CheckpointReader.exists(prefix)).isFalse();
        assertThat(files(folder, sharded + "-" + version)).isEmpty();
      }
    }
  }

  @Test
  @TensorFlowCase("checkpoint_management_test.SaverUtilsTest.testGetCheckpointMtimes")
  void timesOfCheckpointsAreThoseOfTheirFiles() throws IOException {
    List<Path> prefixes = new ArrayList<>();
    for (CheckpointFormatVersion version :
        List.of(CheckpointFormatVersion.V2, CheckpointFormatVersion.V1)) {
      prefixes.add(
          values
              .saver()
              .writeVersion(version)
              .build()
              .save(values.session, folder.resolve(version.name())));
    }
    prefixes.add(folder.resolve("missing"));
    List<Instant> times = CheckpointManagement.modificationTimes(prefixes);
    assertThat(times).hasSize(2);
    assertThat(times.get(1)).isAfterOrEqualTo(times.get(0));
    assertThat(times.get(0))
        .isEqualTo(Files.getLastModifiedTime(folder.resolve("V2.index")).toInstant());
  }
}
