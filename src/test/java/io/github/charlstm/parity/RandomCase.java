package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.ndarray.Shape;

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
      LoopGraph loop =
          new LoopGraph.Builder(
                  runner.tf(),
                  variables.rootScope(),
                  new SpecCells(runner.tf()),
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
      largest = Math.max(largest, difference(entry.getKey(), expected, entry.getValue()));
    }
    return largest;
  }

  // Two numbers represent the gradient: its square sum, and its product with fixed weights.
  private double difference(String variable, JsonNode expected, float[] gradient) {
    GoldenTensor probe = formula("probe/" + variable, GoldenTensor.shape(expected.get("shape")));
    double squares = 0;
    double dot = 0;
    for (int k = 0; k < gradient.length; k++) {
      squares += (double) gradient[k] * gradient[k];
      dot += (double) gradient[k] * probe.values()[k];
    }
    double norm = Math.sqrt(expected.get("sum_of_squares").asDouble());
    double scale = Math.max(0.01, norm);
    return Math.max(
        Math.abs(Math.sqrt(squares) - norm) / scale,
        Math.abs(dot - expected.get("dot_probe").asDouble()) / scale);
  }

  // See scripts/python/README.md.
  private GoldenTensor formula(String tensor, Shape shape) {
    long hash = 0xcbf29ce484222325L;
    for (byte letter : tensor.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (letter & 0xff)) * 0x100000001b3L;
    }
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int k = 0; k < values.length; k++) {
      long z = splitmix(node.get("seed").asLong() * 1000003 + hash * 31 + k);
      values[k] = (float) (((z >>> 40) / 16777216.0 * 2 - 1) * 0.7);
    }
    return new GoldenTensor(shape, values);
  }

  private static long splitmix(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  @Override
  public String toString() {
    return name + " " + node.get("cell").get("type").asText();
  }
}
