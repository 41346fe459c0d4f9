package io.github.charlstm.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.train.InvalidRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code scripts/crash-test}. */
@Tag("crash")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill -9 is a Unix command")
class CrashTestTest {
  @TempDir Path place;

  @Test
  void aRunKilledAtRandomMomentsEqualsAnUninterruptedRun() throws Exception {
    RandomKills.Outcome outcome =
        new RandomKills(new TextSubject(place), place.resolve("run"), 2, 5)
            .run(place.resolve("uninterrupted"));
    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.kills()).isEqualTo(2);
  }

  @Test
  void aProcessEndedAtAChangeOfAFileLosesNothing() throws Exception {
    ForcedKills.Outcome outcome = new ForcedKills(new TextSubject(place), place, 60).run();
    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.points()).isGreaterThan(2);
    assertThat(outcome.changes())
        .contains("rename\t/checkpoint", "rename\t/i3_l8", "rename\t/metrics.jsonl")
        .anyMatch(change -> change.matches("delete\t/\\.tmp-i3_l8-\\d+/saved_model.pb"));
  }

  @ParameterizedTest
  @EnumSource(EveryChange.End.class)
  void everyFortyFirstChangeOfATextsRunMayBeTheLast(EveryChange.End end) throws Exception {
    EveryChange.Outcome outcome = new EveryChange(new TextSubject(place), place, 41).run(end);
    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.points()).isGreaterThan(3);
    assertThat(outcome.messages())
        .allMatch(message -> message.contains("No space left") && message.lines().count() == 1);
  }

  @ParameterizedTest
  @EnumSource(EveryChange.End.class)
  void everyFortyFirstChangeOfAClassifiersRunMayBeTheLast(EveryChange.End end) throws Exception {
    EveryChange.Outcome outcome = new EveryChange(new DigitsSubject(place), place, 41).run(end);
    assertThat(outcome.differences()).isEmpty();
    assertThat(outcome.messages())
        .allMatch(message -> message.contains("No space left") && message.lines().count() == 1)
        .noneMatch(message -> message.contains(".tmp-"));
    assertThat(outcome.points()).isGreaterThan(1);
  }

  @Test
  void aFolderDeletedWhileACheckpointIsWrittenIsCreatedAgain() throws Exception {
    TextSubject subject = new TextSubject(place);
    Path uninterrupted = place.resolve("uninterrupted");
    ForcedKills.succeed(List.of(), subject.begin(uninterrupted, ForcedKills.FIRST));
    Path run = place.resolve("run");
    boolean[] deleted = {false};
    Path watched =
        ChangeCountingFileSystem.wrap(
            run,
            (change, path, half) -> {
              if (!deleted[0] && path.toString().endsWith("settings.json")) {
                deleted[0] = true;
                deleteTree(run);
              }
            });
    assertThatThrownBy(() -> subject.finish(watched, uninterrupted, ForcedKills.FIRST))
        .isInstanceOf(InvalidRunException.class)
        .hasMessageContaining("was removed or moved while the run was going on");
    assertThat(deleted[0]).isTrue();
    assertThat(subject.savedSteps(run)).isEqualTo(Subject.SAVE_EVERY);
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
