package io.github.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Workload ANNA = Workloads.named(List.of("anna")).get(0);
  private static final Workload SAMPLE = Workloads.named(List.of("sample")).get(0);

  private static Outcome outcome(String name, List<List<Double>> rounds) {
    return new Outcome(
        name,
        "title of " + name,
        name + " 1.0",
        rounds,
        OptionalDouble.of(4.25),
        OptionalLong.of(900_000_000),
        Optional.empty());
  }

  private static Outcome missing(String name, String reason) {
    return new Outcome(
        name,
        "title of " + name,
        "",
        List.of(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        Optional.of(reason));
  }

  private static Outcome crashed(String name) {
    return new Outcome(
        name,
        "title of " + name,
        name + " 1.0",
        List.of(List.of(2.0)),
        OptionalDouble.of(4.25),
        OptionalLong.empty(),
        Optional.of("ended with exit code 134"));
  }

  // The product: 2 * 2048^3 operations in 0.05 s, so 343.6 GFLOP/s. Ours: 201.5 GFLOP in 0.75 s.
  private static Section annaSection() {
    return new Section(
        "anna",
        List.of(
            new Section.Row(ANNA, outcome("charlstm", List.of(List.of(0.75), List.of(0.75)))),
            new Section.Row(ANNA, outcome("pytorch", List.of(List.of(1.0), List.of(1.5)))),
            new Section.Row(ANNA, missing("python", "no tensorflow in python3")),
            new Section.Row(ANNA, crashed("dl4j"))),
        Optional.of(outcome("product", List.of(List.of(0.05)))));
  }

  private static Results results(Section... sections) {
    return new Results(
        new Results.Circumstances(
            "a machine",
            Optional.of("abc123"),
            "scripts/bench --only anna",
            "2026-11-21",
            0.25,
            new Competitor.Plan(2, 1, 1, 0)),
        List.of(sections),
        Optional.of(
            List.of(
                new StartUp.Result("demo", true, List.of(5.0, 7.0), Optional.empty()),
                new StartUp.Result("anna", false, List.of(), Optional.of("no step was trained")))));
  }

  private static List<String> row(Table table, int row) {
    return table.rows().get(row);
  }

  @Test
  void ratiosAreOfOursAndSpeedsAreHeldAgainstTheProduct() {
    Table table = Tables.of(annaSection());
    assertThat(row(table, 0))
        .containsExactly(
            "title of charlstm",
            "0.750",
            "0.750 to 0.750",
            "–",
            "–",
            "269",
            "0.78",
            "4.250",
            "900");
    assertThat(row(table, 1))
        .containsExactly(
            "title of pytorch",
            "1.250",
            "1.125 to 1.375",
            "0.60",
            "0.56 to 0.69",
            "161",
            "0.47",
            "4.250",
            "900");
    assertThat(row(table, 4)).contains("0.050", "344", "1.00");
  }

  @Test
  void missingAndFailedContendersAreNamedWithTheReason() {
    Table table = Tables.of(annaSection());
    assertThat(row(table, 2))
        .startsWith("title of python", "–")
        .containsOnlyOnce("title of python");
    assertThat(row(table, 3)).contains("2.000");
    assertThat(table.notes())
        .containsExactly(
            "title of python: not measured, no tensorflow in python3",
            "title of dl4j: stopped early, ended with exit code 134");
  }

  @Test
  void withoutOursThereAreNoRatios() {
    Table table =
        Tables.of(
            new Section(
                "anna",
                List.of(new Section.Row(ANNA, outcome("pytorch", List.of(List.of(1.0))))),
                Optional.empty()));
    assertThat(row(table, 0)).containsSequence("1.000 to 1.000", "–", "–", "201", "–");
  }

  @Test
  void samplingCountsCharactersAndItsRatioIsOfSpeeds() {
    Section section =
        new Section(
            "sample",
            List.of(
                new Section.Row(SAMPLE, outcome("charlstm", List.of(List.of(0.05)))),
                new Section.Row(SAMPLE, outcome("pytorch", List.of(List.of(0.15))))),
            Optional.empty());
    Table table = Tables.of(section);
    assertThat(row(table, 0)).startsWith("title of charlstm", "2000", "2000 to 2000");
    assertThat(row(table, 1)).containsSequence("667", "667 to 667", "3.00", "3.00 to 3.00");
  }

  @Test
  void growthShowsTheTimeForTheSameWork() {
    List<Workload> steps = Workloads.named(List.of("steps-50", "steps-100", "steps-200"));
    Section section =
        new Section(
            "steps",
            List.of(
                new Section.Row(steps.get(0), outcome("charlstm", List.of(List.of(0.5)))),
                new Section.Row(steps.get(1), outcome("charlstm", List.of(List.of(1.1)))),
                new Section.Row(steps.get(2), missing("charlstm", "out of memory"))),
            Optional.empty());
    Table table = Tables.of(section);
    assertThat(row(table, 0)).startsWith("steps = 50", "0.500").contains("1.00");
    assertThat(row(table, 1)).startsWith("steps = 100", "1.100").contains("1.10");
    assertThat(table.notes()).containsExactly("steps = 200: not measured, out of memory");
  }

  @Test
  void startUpTimesAndTheirFailuresHaveATable() {
    Table table = Tables.startUp(results().startUp().orElseThrow());
    assertThat(row(table, 0)).containsExactly("demo, cold", "6.00", "5.50 to 6.50");
    assertThat(row(table, 1)).containsExactly("anna, warm", "–", "–");
    assertThat(table.notes()).containsExactly("anna, warm: no step was trained");
  }

  @Test
  void thePageNamesTheMachineTheVersionsAndTheCommand() {
    String page = Page.of(results(annaSection()));
    assertThat(page)
        .contains("scripts/bench --only anna", "a machine", "abc123", "2026-11-21")
        .contains("- charlstm 1.0\n- pytorch 1.0\n- dl4j 1.0\n")
        .contains("Rounds: 2.", "Load average before: 0.3.")
        .contains("| title of pytorch | 1.250 |")
        .contains("- title of python: not measured, no tensorflow in python3")
        .contains("## From the command to the end of the first training step");
  }

  @Test
  void jsonHasEveryTime() throws IOException {
    JsonNode root = new ObjectMapper().readTree(Json.of(results(annaSection())));
    JsonNode pytorch = root.path("measured").get(1);
    assertThat(pytorch.path("workload").asText()).isEqualTo("anna");
    assertThat(pytorch.path("contender").asText()).isEqualTo("pytorch");
    assertThat(pytorch.path("seconds").get(1).get(0).asDouble()).isEqualTo(1.5);
    assertThat(pytorch.path("peak_memory_bytes").asLong()).isEqualTo(900_000_000);
    assertThat(root.path("measured").get(2).path("failure").asText()).contains("no tensorflow");
    assertThat(root.path("measured").get(4).path("contender").asText()).isEqualTo("product");
    assertThat(root.path("start_up").get(0).path("seconds")).hasSize(2);
    assertThat(root.path("load_average_before").asDouble()).isEqualTo(0.25);
    assertThat(root.path("plan").path("rounds").asInt()).isEqualTo(2);
  }

  @Test
  void aContenderThatIsNotInstalledIsNoFailureAndOneThatBreaksDownIs() {
    Section harmless =
        new Section(
            "anna",
            List.of(new Section.Row(ANNA, missing("python", "no tensorflow"))),
            Optional.empty());
    Results.Circumstances circumstances = results().circumstances();
    assertThat(new Results(circumstances, List.of(harmless), Optional.empty()).anyFailed())
        .isFalse();
    assertThat(new Results(circumstances, List.of(annaSection()), Optional.empty()).anyFailed())
        .isTrue();
  }
}
