package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GradientCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Checks for the tests of the language models. */
final class LanguageModelChecks {
  private static final int[][] INPUTS = {{0, 1, 2}, {3, 2, 1}};
  private static final int[][] TARGETS = {{1, 2, 0}, {2, 1, 3}};

  private LanguageModelChecks() {}

  /** Names and shapes of the variables of an inference graph, or with options a training graph. */
  static Map<String, Shape> variables(ModelSettings settings, Optional<TrainingOptions> options) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      LanguageModel model =
          options.isPresent()
              ? settings.build(tf, 2, 3, options)
              : settings.build(tf, 1, 1, Optional.empty());
      Map<String, Shape> shapes = new TreeMap<>();
      model.variables().all().forEach(variable -> shapes.put(variable.name(), variable.shape()));
      return shapes;
    }
  }

  /** Training adds the step and Adam's slots, but none for the variables that are not trained. */
  static void assertTrainingAddsAdam(
      ModelSettings settings, TrainingOptions options, String... notTrained) {
    Map<String, Shape> training = variables(settings, Optional.of(options));
    Map<String, Shape> inference = variables(settings, Optional.empty());
    assertThat(training).containsAllEntriesOf(inference);
    List<String> added = new ArrayList<>(training.keySet());
    added.removeAll(inference.keySet());
    List<String> expected = new ArrayList<>(List.of("beta1_power", "beta2_power", "global_step"));
    List<String> trained = new ArrayList<>(inference.keySet());
    trained.removeAll(List.of(notTrained));
    trained.forEach(name -> expected.addAll(List.of(name + "/Adam", name + "/Adam_1")));
    assertThat(added).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Compares gradients with finite differences, for a model of at least 4 symbols. */
  static void assertGradients(ModelSettings settings, int stateTensor) {
    try (GraphRunner runner = new GraphRunner()) {
      LanguageModel model = settings.build(runner.tf(), 2, 3, Optional.empty());
      runner.feedAlways(model.inputs(), TInt32.tensorOf(StdArrays.ndCopyOf(INPUTS)));
      runner.feedAlways(model.targets(), TInt32.tensorOf(StdArrays.ndCopyOf(TARGETS)));
      runner.feedAlways(model.keepProb(), TFloat32.scalarOf(1));
      // scaled by 20: the gradients of a mean over six characters are too small for differences of
      // floats
      Operand<TFloat32> loss = runner.tf().math.mul(model.loss(), runner.tf().constant(20f));
      GradientCheck.assertGradientsHold(
          runner, model.variables(), loss, model.initialState().flatten().get(stateTensor));
    }
  }

  // The order of operations determines the order of sums, and so the last bits of a run.
  static void assertGraphIsReproducible(
      ModelSettings settings, int numSteps, TrainingOptions options) {
    GraphDef first = trainingGraph(settings, numSteps, options);
    for (int k = 0; k < 3; k++) {
      assertThat(trainingGraph(settings, numSteps, options).getNodeList())
          .isEqualTo(first.getNodeList());
    }
  }

  private static GraphDef trainingGraph(
      ModelSettings settings, int numSteps, TrainingOptions options) {
    try (Graph graph = new Graph()) {
      settings.build(Ops.create(graph), 2, numSteps, Optional.of(options));
      return graph.toGraphDef();
    }
  }
}
