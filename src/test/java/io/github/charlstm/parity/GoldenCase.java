package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What Python was given in one case, in the format of scripts/python/README.md.
 *
 * @param initialState empty for zero states
 */
record GoldenCase(
    String name,
    JsonNode cell,
    JsonNode loop,
    OptionalLong graphSeed,
    GoldenTensor inputs,
    List<GoldenTensor> initialState,
    Map<String, GoldenTensor> variables,
    GoldenTensor outputWeights,
    List<GoldenTensor> stateWeights,
    JsonNode found) {

  /** Families of cases that scripts/python/cell_cases.py writes. */
  static final List<String> FAMILIES =
      List.of(
          "basic_cells",
          "basic_lstm_cell",
          "lstm_cell",
          "gru_cell",
          "contrib_cells",
          "contrib_wrappers",
          "multi_rnn_cell",
          "dropout_wrapper",
          "residual_and_device",
          "sequence_lengths",
          "loop_shapes",
          "bidirectional",
          "stack_bidirectional",
          "rnn_decoder");

  static JsonNode file(String name) {
    String resource = "/goldens/" + name + ".tf-2.15.1.json";
    try (InputStream in = GoldenCase.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "no file " + resource + "; write it with scripts/python/generate_goldens.py");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  static List<GoldenCase> all() {
    List<GoldenCase> cases = new ArrayList<>();
    for (String family : FAMILIES) {
      file(family).get("cases").forEach(node -> cases.add(of(node)));
    }
    return cases;
  }

  private static GoldenCase of(JsonNode node) {
    Map<String, GoldenTensor> variables = new LinkedHashMap<>();
    node.get("variables")
        .properties()
        .forEach(field -> variables.put(field.getKey(), GoldenTensor.of(field.getValue())));
    JsonNode weights = node.get("loss_weights");
    JsonNode seed = node.get("graph_seed");
    return new GoldenCase(
        node.get("case").asText(),
        node.get("cell"),
        node.get("loop"),
        seed.isNull() ? OptionalLong.empty() : OptionalLong.of(seed.asLong()),
        GoldenTensor.of(node.get("inputs")),
        node.get("initial_state").isNull()
            ? List.of()
            : GoldenTensor.list(node.get("initial_state")),
        variables,
        GoldenTensor.of(weights.get("outputs")),
        GoldenTensor.list(weights.get("state")),
        node);
  }

  String kind() {
    return loop.get("kind").asText();
  }

  boolean timeMajor() {
    return loop.path("time_major").asBoolean(false);
  }

  @Override
  public String toString() {
    return name;
  }
}
