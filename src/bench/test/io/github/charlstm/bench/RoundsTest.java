package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundsTest {
  // A warm-up of one step, then three rounds of one: a contender's third step is in its second.
  private static final Competitor.Plan PLAN = new Competitor.Plan(3, 1, 1, 0);

  private final List<String> log = new ArrayList<>();

  private static Contender contender(String name, String behaviour, Optional<String> missing) {
    return new Contender(
        name,
        name,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FakeContestant.class.getName(),
            behaviour),
        Map.of(),
        missing,
        EnumSet.of(Task.Kind.TRAIN));
  }

  private Section run(String workload, Contender... contenders) throws InterruptedException {
    return new Rounds(PLAN, log::add).run(Workloads.named(List.of(workload)), List.of(contenders));
  }

  @Test
  void everyContenderRunsEveryRoundAndAFailureIsReported() throws InterruptedException {
    Section section =
        run(
            "anna",
            contender("charlstm", "good", Optional.empty()),
            contender("lost", "crashing", Optional.empty()),
            contender("absent", "good", Optional.of("not installed")),
            contender("broken", "unbuildable", Optional.empty()),
            contender("diverged", "diverging", Optional.empty()));
    List<Outcome> outcomes = section.rows().stream().map(Section.Row::outcome).toList();

    assertThat(outcomes.get(0).rounds()).hasSize(3).allMatch(round -> round.size() == 1);
    assertThat(outcomes.get(0).failure()).isEmpty();
    assertThat(outcomes.get(0).description()).isEqualTo("fake, good");
    assertThat(outcomes.get(0).loss()).hasValue(4);

    assertThat(outcomes.get(1).rounds()).hasSize(1);
    assertThat(outcomes.get(1).failure()).contains("ended with exit code 42: a last word");
    assertThat(outcomes.get(2).measured()).isFalse();
    assertThat(outcomes.get(2).failure()).contains("not installed");
    assertThat(outcomes.get(3).failure().orElseThrow()).contains("cannot be built");
    assertThat(outcomes.get(4).measured()).isFalse();
    assertThat(outcomes.get(4).failure()).contains("its loss is NaN");
    assertThat(log).anyMatch(line -> line.contains("absent: not installed"));
  }

  @Test
  void whereGrowthWithStepsIsMeasuredEachRoundHasItsOwnProcess() throws InterruptedException {
    Section section =
        run(
            "batch-1",
            contender("charlstm", "good", Optional.empty()),
            contender("other", "good", Optional.empty()));
    assertThat(section.rows()).hasSize(1);
    Outcome outcome = section.rows().get(0).outcome();
    assertThat(outcome.rounds()).hasSize(3);
    // the second step of a process, every time
    assertThat(outcome.loss()).hasValue(2);
  }

  @Test
  void aContenderIsSkippedForTasksItDoesNotSupport() throws InterruptedException {
    assertThat(run("sample", contender("trainer", "good", Optional.empty())).rows()).isEmpty();
  }

  @Test
  void aMissingCommandIsReportedAsAFailure() throws InterruptedException {
    Contender nowhere =
        new Contender(
            "nowhere",
            "nowhere",
            List.of("/no/such/program"),
            Map.of(),
            Optional.empty(),
            EnumSet.of(Task.Kind.TRAIN));
    Section section = run("anna", nowhere);
    assertThat(section.rows().get(0).outcome().failure().orElseThrow())
        .contains("/no/such/program");
  }
}
