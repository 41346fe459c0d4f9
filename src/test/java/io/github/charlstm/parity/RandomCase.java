package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** A case of random_cases: its inputs, weights and variables come from a formula. */
record RandomCase(String name, JsonNode node) {

  static List<RandomCase> all() {
    List<RandomCase> cases = new ArrayList<>();
    GoldenCase.file("random_cases")
        .get("cases")
        .forEach(node -> cases.add(new RandomCase(node.get("case").asText(), node)));
    return cases;
  }

  /** Both loops: Python's numbers of one are those of the other. */
  List<String> kinds() {
    return node.get("loop").get("kind").asText().contains("bidirectional")
        ? List.of("bidirectional_dynamic_rnn", "static_bidirectional_rnn")
        : List.of("dynamic_rnn", "static_rnn");
  }

  Difference difference(String kind) {
    try (GraphRunner runner = GraphRunner.unoptimized()) {
      VariableStore variables = new VariableStore(runner.tf(), RandomSeeds.of(1));
      Shape inputsShape = GoldenTensor.shape(node.get("inputs_shape"));
      List<GoldenTensor> initialState = new ArrayList<>();
      for (JsonNode shape : node.get("initial_state_shapes")) {
        initialState.add(
            formula("initial_state/" + initialState.size(), GoldenTensor.shape(shape)));
      }
      LoopGraph<TFloat32> loop =
          new LoopGraph.Builder<>(
                  TFloat32.class,
                  runner.tf(),
                  variables.rootScope(),
                  new SpecCells(runner.tf(), TFloat32.class),
                  node.get("cell"),
                  node.get("loop"),
                  inputsShape,
                  initialState.isEmpty())
              .build(kind);
      List<GoldenTensor> stateWeights = new ArrayList<>();
      for (JsonNode state : node.get("final_state")) {
        Shape shape = GoldenTensor.shape(state.get("shape"));
        stateWeights.add(formula("loss_weights/state/" + stateWeights.size(), shape));
      }
      Shape outputs = GoldenTensor.shape(node.get("outputs").get("shape"));
      LossGraph.Found found =
          new LossGraph(
                  runner.tf(),
                  variables,
                  loop,
                  formula("loss_weights/outputs", outputs),
                  stateWeights)
              .run(
                  runner.session(),
                  variable -> formula(variable.name(), variable.shape()),
                  formula("inputs", inputsShape),
                  initialState,
                  Map.of());
      Difference values = GoldensTest.compareRun(node, found);
      return new Difference(values.values(), values.state(), gradients(found));
    }
  }

  private double gradients(LossGraph.Found found) {
    JsonNode gradients = node.get("gradients");
    double largest =
        GoldenTensor.of(gradients.get("inputs")).relativeDifference(found.inputGradient());
    for (int k = 0; k < found.stateGradients().size(); k++) {
      GoldenTensor gradient = GoldenTensor.of(gradients.get("initial_state").get(k));
      largest = Math.max(largest, gradient.relativeDifference(found.stateGradients().get(k)));
    }
    if (gradients.get("variables").size() != found.variableGradients().size()) {
      throw new AssertionError("other variables than " + gradients.get("variables").fieldNames());
    }
    for (Map.Entry<String, float[]> entry : found.variableGradients().entrySet()) {
      JsonNode expected = gradients.get("variables").get(entry.getKey());
      largest =
          Math.max(
              largest,
              FormulaValues.digestDifference(
                  node.get("seed").asLong(), entry.getKey(), expected, entry.getValue()));
    }
    return largest;
  }

  private GoldenTensor formula(String tensor, Shape shape) {
    return FormulaValues.of(node.get("seed").asLong(), tensor, shape);
  }

  @Override
  public String toString() {
    return name + " " + node.get("cell").get("type").asText();
  }
}
