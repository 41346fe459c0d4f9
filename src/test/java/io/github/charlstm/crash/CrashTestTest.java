package io.github.charlstm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code scripts/crash-test}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill -9 is a Unix command")
class CrashTestTest {
  @TempDir Path place;

  @Test
  void aRunKilledAtRandomMomentsEqualsOneThatNobodyDisturbed() throws Exception {
    RandomKills.Outcome outcome =
        new RandomKills(new TextSubject(place), place.resolve("run"), 2, 5)
            .run(place.resolve("undisturbed"));
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
}
