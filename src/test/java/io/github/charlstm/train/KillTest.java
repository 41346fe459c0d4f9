package io.github.charlstm.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.checkpoint.PublishListener;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a training process for real, in the middle of writing its second checkpoint. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill -9 is a Unix command")
class KillTest {
  private static final int KILLED = 128 + 9;

  @TempDir static Path undisturbed;
  @TempDir Path root;

  /**
   * Trains and kills itself when its second checkpoint reaches the stage of the second argument.
   */
  public static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      PublishListener.Stage fatal = PublishListener.Stage.valueOf(arguments[1]);
      int[] writes = {0};
      PublishListener listener =
          stage -> {
            writes[0] += stage == PublishListener.Stage.BEFORE_WRITE ? 1 : 0;
            if (writes[0] == 2 && stage == fatal) {
              killMyself();
            }
          };
      try (TrainingRun run =
          TrainingRun.begin(
              folder, SmallRun.settings(SmallRun.SETTINGS), SmallRun.TEXT, listener)) {
        SmallRun.train(run, folder, 11, List.of());
      }
    }

    private static void killMyself() {
      try {
        new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid()))
            .start()
            .waitFor();
        Thread.sleep(60_000);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeAll
  static void trainWithoutDisturbance() throws IOException {
    SmallRun.begin(undisturbed.resolve("run"), 11);
  }

  @ParameterizedTest
  @EnumSource(
      value = PublishListener.Stage.class,
      names = "MOVED_ASIDE",
      mode = EnumSource.Mode.EXCLUDE) // only a checkpoint that replaces another reaches it
  void aRunKilledWhileItWritesACheckpointGoesOnAsIfNothingHadHappened(PublishListener.Stage stage)
      throws Exception {
    Path folder = root.resolve("run");
    assertThat(runVictim(folder, stage)).isEqualTo(KILLED);
    assertThat(TrainingCheckpoint.open(folder).progress().step()).isEqualTo(3);

    SmallRun.resume(folder, 11);

    assertThat(SmallRun.losses(folder)).isEqualTo(SmallRun.losses(undisturbed.resolve("run")));
    TrainingRunTest.assertSameVariables(
        folder.resolve("i11_l8"), undisturbed.resolve("run").resolve("i11_l8"));
    try (var children = Files.list(folder)) {
      assertThat(children.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".tmp") || name.startsWith(".old"));
    }
  }

  private static int runVictim(Path folder, PublishListener.Stage stage) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                folder.toString(),
                stage.name())
            .redirectErrorStream(true)
            .redirectOutput(new File(folder.getParent().toFile(), "victim.log"))
            .start();
    return process.waitFor();
  }

  @Test
  void theLockOfAKilledProcessIsGone() throws Exception {
    Path folder = root.resolve("run");
    assertThat(runVictim(folder, PublishListener.Stage.WRITTEN)).isEqualTo(KILLED);
    try (RunFolder free = RunFolder.open(folder)) {
      assertThat(free.hasCheckpoints()).isTrue();
    }
  }
}
