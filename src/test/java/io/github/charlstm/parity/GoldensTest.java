package io.github.charlstm.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.types.TFloat32;

/** Every cell and loop against the numbers of Python's TensorFlow 1 interface. */
@Tag("slow")
class GoldensTest {
  // One cell's step stays within 1e-6; a few steps after each other within 1e-5.
  private static final double VALUES = 1e-6;
  private static final double GRADIENTS = 1e-5;
  private static final double LOSS = 5e-6;
  private static final double TRAINING = 1e-4;
  private static final ParityReport REPORT = new ParityReport();

  static Stream<GoldenCase> goldens() {
    return GoldenCase.all().stream();
  }

  static Stream<RandomCase> randomCases() {
    return RandomCase.all().stream();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void javaGivesPythonsNumbers(GoldenCase golden) {
    try (GraphRunner runner = new GraphRunner()) {
      RandomSeeds seeds =
          golden.graphSeed().isPresent()
              ? RandomSeeds.of(golden.graphSeed().getAsLong())
              : RandomSeeds.fromEntropy();
      VariableStore variables = new VariableStore(runner.tf(), seeds);
      SpecCells cells = new SpecCells(runner.tf(), TFloat32.class);
      LoopGraph<TFloat32> loop =
          new LoopGraph.Builder<>(
                  TFloat32.class,
                  runner.tf(),
                  variables.rootScope(),
                  cells,
                  golden.cell(),
                  golden.loop(),
                  golden.inputs().shape(),
                  golden.initialState().isEmpty())
              .build(golden.kind());
      assertThat(variables.trainable())
          .extracting(GraphVariable::name)
          .containsExactlyElementsOf(golden.variables().keySet());
      LossGraph graph =
          new LossGraph(
              runner.tf(), variables, loop, golden.outputWeights(), golden.stateWeights());
      // Fed below, but TensorFlow's optimizer may make another operation wait for a variable's
      // read.
      runner.run(variables.globalVariablesInitializer());
      Difference difference = compare(golden, golden.found(), run(runner, graph, golden, cells));
      if (golden.found().has("second_run")) {
        JsonNode second = golden.found().get("second_run");
        LossGraph.Found found = run(runner, graph, golden, cells);
        difference = difference.largest(compareRun(second, found));
      }
      REPORT.add(golden, difference);
      assertThat(difference.values()).as("outputs and loss").isLessThan(VALUES);
      assertThat(difference.state()).as("final state").isLessThan(VALUES);
      assertThat(difference.gradients()).as("gradients").isLessThan(GRADIENTS);
    }
  }

  private static LossGraph.Found run(
      GraphRunner runner, LossGraph graph, GoldenCase golden, SpecCells cells) {
    return graph.run(
        runner.session(),
        variable -> golden.variables().get(variable.name()),
        golden.inputs(),
        golden.initialState(),
        cells.keepProbs());
  }

  private static Difference compare(GoldenCase golden, JsonNode expected, LossGraph.Found found) {
    JsonNode gradients = expected.get("gradients");
    double largest =
        GoldenTensor.of(gradients.get("inputs")).relativeDifference(found.inputGradient());
    for (String name : golden.variables().keySet()) {
      GoldenTensor gradient = GoldenTensor.of(gradients.get("variables").get(name));
      largest = Math.max(largest, gradient.relativeDifference(found.variableGradients().get(name)));
    }
    for (int k = 0; k < golden.initialState().size(); k++) {
      GoldenTensor gradient = GoldenTensor.of(gradients.get("initial_state").get(k));
      largest = Math.max(largest, gradient.relativeDifference(found.stateGradients().get(k)));
    }
    Difference values = compareRun(expected, found);
    return new Difference(values.values(), values.state(), largest);
  }

  static Difference compareRun(JsonNode expected, LossGraph.Found found) {
    double outputs = GoldenTensor.of(expected.get("outputs")).difference(found.outputs());
    List<GoldenTensor> states = GoldenTensor.list(expected.get("final_state"));
    assertThat(found.finalState()).hasSameSizeAs(states);
    double state = 0;
    for (int k = 0; k < states.size(); k++) {
      state = Math.max(state, states.get(k).difference(found.finalState().get(k)));
    }
    // A loss adds terms that cancel, so it has its own bound.
    double loss = expected.get("loss").asDouble();
    assertThat((double) found.loss())
        .as("loss")
        .isCloseTo(
            loss, org.assertj.core.api.Assertions.within(LOSS * Math.max(1, Math.abs(loss))));
    return new Difference(outputs, state, 0);
  }

  @ParameterizedTest
  @MethodSource("randomCases")
  void unrolledDynamicAndPythonAgree(RandomCase random) {
    for (String kind : random.kinds()) {
      Difference difference = random.difference(kind);
      REPORT.addRandom(kind, difference);
      assertThat(difference.values()).as("outputs, %s", kind).isLessThan(VALUES);
      assertThat(difference.state()).as("final state, %s", kind).isLessThan(VALUES);
      assertThat(difference.gradients()).as("gradients, %s", kind).isLessThan(GRADIENTS);
    }
  }

  static Stream<RandomTraining> randomTrainings() {
    return RandomTraining.all().stream();
  }

  @ParameterizedTest
  @MethodSource("randomTrainings")
  void twentyStepsOfRandomModelsFollowPythons(RandomTraining random) {
    RandomTraining.Gap gap = random.follow();
    REPORT.addRandomTraining(random.dtype(), gap);
    assertThat(gap.losses()).as("losses").isLessThan(random.tolerance());
    assertThat(gap.gradients()).as("gradients of the first step").isLessThan(random.tolerance());
    assertThat(gap.variables()).as("last variables").isLessThan(random.tolerance());
  }

  static Stream<Arguments> trainingRuns() {
    // In an unrolled loop a wrapper with a seed has the same mask at each step, so Python's run
    // with dropout, which is dynamic, has no unrolled counterpart.
    return Stream.of(
        Arguments.of("no_dropout", false),
        Arguments.of("no_dropout", true),
        Arguments.of("dropout", true));
  }

  @ParameterizedTest
  @MethodSource("trainingRuns")
  void fiftyTrainingStepsFollowPythons(String name, boolean dynamic) throws IOException {
    JsonNode golden = GoldenCase.file("anna_small");
    for (JsonNode run : golden.get("runs")) {
      if (run.get("run").asText().equals(name)) {
        TrainingTrajectory.Gap gap = new TrainingTrajectory(golden, run).follow(dynamic);
        REPORT.addTraining(name, dynamic, gap);
        assertThat(gap.losses()).as("losses").isLessThan(TRAINING);
        assertThat(gap.globalNorms()).as("global norms").isLessThan(TRAINING);
        assertThat(gap.state()).as("final state").isLessThan(TRAINING);
        assertThat(gap.variables()).as("final variables").isLessThan(TRAINING);
      }
    }
  }

  // A run of some of the tests leaves the page as it is.
  @AfterAll
  static void writeThePage() throws IOException {
    long random = randomCases().mapToLong(one -> one.kinds().size()).sum();
    if (REPORT.holds(
        goldens().count(), random, randomTrainings().count(), trainingRuns().count())) {
      REPORT.write(Path.of("docs", "parity.md"));
    }
  }
}
