package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.ChildProcess;
import io.github.charlstm.checkpoint.AtomicDirectory.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AtomicDirectoryTest {
  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void nameTarget() {
    target = folder.resolve("run/i100_l8");
  }

  @Test
  void theFolderAppearsOnlyWhenItIsComplete() throws IOException {
    List<Stage> seen = new ArrayList<>();
    AtomicDirectory.publish(
        target,
        aside -> {
          Files.createDirectories(aside.resolve("variables"));
          Files.writeString(aside.resolve("variables/index"), "i");
          write(aside, "new");
        },
        stage -> {
          seen.add(stage);
          assertThat(Files.exists(target)).isEqualTo(stage == Stage.RENAMED);
        });
    assertThat(seen)
        .containsExactly(Stage.BEFORE_WRITE, Stage.WRITTEN, Stage.SYNCED, Stage.RENAMED);
    assertThat(target.resolve("variables/index")).hasContent("i");
    assertThat(children()).containsExactly("i100_l8");
  }

  @Test
  void anOlderFolderIsReplaced() throws IOException {
    AtomicDirectory.publish(
        target,
        aside -> {
          write(aside, "old");
          Files.writeString(aside.resolve("only-in-the-old"), "x");
        });
    AtomicDirectory.publish(target, aside -> write(aside, "new"));
    assertThat(target.resolve("value")).hasContent("new");
    assertThat(target.resolve("only-in-the-old")).doesNotExist();
    assertThat(children()).containsExactly("i100_l8");
  }

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"BEFORE_WRITE", "WRITTEN", "SYNCED", "MOVED_ASIDE"})
  void aFailureAtAnyStageLeavesTheOldFolderAndNothingElse(Stage stage) throws IOException {
    AtomicDirectory.publish(target, aside -> write(aside, "old"));
    assertThatThrownBy(
            () ->
                AtomicDirectory.publish(
                    target,
                    aside -> write(aside, "new"),
                    reached -> {
                      if (reached == stage) {
                        throw new IllegalStateException("stop");
                      }
                    }))
        .hasMessage("stop");
    assertThat(target.resolve("value")).hasContent("old");
    assertThat(children()).containsExactly("i100_l8");
  }

  @Test
  void aWriterThatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                AtomicDirectory.publish(
                    target,
                    aside -> {
                      write(aside, "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("No space left on device");
    assertThat(children()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"BEFORE_WRITE", "WRITTEN", "SYNCED", "RENAMED"})
  void aProcessThatDiesWhileItWritesANewFolderLeavesAllOrNothing(Stage stage) throws Exception {
    Files.createDirectories(target.getParent());
    dieAt(stage);
    assertThat(Files.exists(target)).isEqualTo(stage == Stage.RENAMED);
    AtomicDirectory.cleanUp(target.getParent());
    if (stage == Stage.RENAMED) {
      assertThat(target.resolve("value")).hasContent("new");
      assertThat(children()).containsExactly("i100_l8");
    } else {
      assertThat(children()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"WRITTEN", "MOVED_ASIDE", "RENAMED"})
  void aProcessThatDiesWhileItReplacesAFolderLeavesTheOldOrTheNewOne(Stage stage) throws Exception {
    AtomicDirectory.publish(target, aside -> write(aside, "old"));
    dieAt(stage);
    assertThat(children().size()).isGreaterThan(1);
    AtomicDirectory.cleanUp(target.getParent());
    assertThat(target.resolve("value")).hasContent(stage == Stage.RENAMED ? "new" : "old");
    assertThat(children()).containsExactly("i100_l8");
  }

  @Test
  void filesOfALiveProcessAreNotCleanedUp() throws IOException {
    AtomicDirectory.publish(
        target,
        aside -> {
          write(aside, "new");
          AtomicDirectory.cleanUp(target.getParent());
        });
    assertThat(target.resolve("value")).hasContent("new");
  }

  @Test
  void leftoversOfAnEarlierProcessWithTheSameIdAreCleanedUp() throws IOException {
    long id = ProcessHandle.current().pid();
    Path old = Files.createDirectories(folder.resolve("run/.old-i100_l8-" + id));
    Path aside = Files.createDirectories(folder.resolve("run/.tmp-i200_l8-" + id));
    write(old, "old");
    FileTime before = FileTime.from(Instant.now().minusSeconds(24 * 3600));
    Files.setLastModifiedTime(old, before);
    Files.setLastModifiedTime(aside, before);
    AtomicDirectory.cleanUp(target.getParent());
    assertThat(target.resolve("value")).hasContent("old");
    assertThat(children()).containsExactly("i100_l8");
  }

  @Test
  void otherFilesAreLeftAloneAndAMissingFolderIsNoError() throws IOException {
    AtomicDirectory.cleanUp(folder.resolve("run"));
    Files.createDirectories(folder.resolve("run/.tmp-mine"));
    Files.createDirectories(folder.resolve("run/.older-x-1"));
    AtomicDirectory.cleanUp(folder.resolve("run"));
    assertThat(children()).containsExactly(".older-x-1", ".tmp-mine");
  }

  private void dieAt(Stage stage) throws IOException, InterruptedException {
    ChildProcess.Ended ended =
        ChildProcess.run(
            new ProcessBuilder(
                ChildProcess.java(
                    List.of("-Xshare:auto"),
                    PublishAndDie.class.getName(),
                    target.toString(),
                    stage.name())));
    assertThat(ended.code()).as(ended.err()).isEqualTo(PublishAndDie.EXIT_CODE);
  }

  private static void write(Path aside, String text) throws IOException {
    Files.writeString(aside.resolve("value"), text);
  }

  private List<String> children() throws IOException {
    try (Stream<Path> paths = Files.list(target.getParent())) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
