package io.github.charlstm.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Finds in a signature which output is the final state of which input. */
final class StatePairs {
  /** What the name of a state's input becomes in its output. */
  private static final List<UnaryOperator<String>> RULES =
      List.of(
          key -> key.replaceFirst("initial", "final"),
          key -> key.replaceFirst("init_", "final_"),
          key -> key.replaceFirst("(_in|_input)(?=_?[0-9]*$)", "_out"),
          key -> key.replaceFirst("(_in|_input)(?=_?[0-9]*$)", "_output"),
          key -> key.replaceFirst("^in_", "out_"),
          key -> key + "_out",
          key -> key + "_output",
          key -> "new_" + key,
          key -> "next_" + key,
          UnaryOperator.identity());

  private StatePairs() {}

  /**
   * @param inputs of a signature, by key
   * @param outputs of a signature, by key
   * @return by the input's key, the output's
   */
  static Map<String, String> find(
      ImportedGraph graph, Map<String, TensorName> inputs, Map<String, TensorName> outputs) {
    Map<String, String> pairs = new LinkedHashMap<>();
    inputs.forEach(
        (key, input) -> {
          if (!graph.isFloat(input) || !graph.mayHaveRank(input, 2, 4)) {
            return;
          }
          for (UnaryOperator<String> rule : RULES) {
            TensorName output = outputs.get(rule.apply(key));
            if (output != null && sameKind(graph, input, output)) {
              pairs.put(key, rule.apply(key));
              return;
            }
          }
        });
    return pairs;
  }

  private static boolean sameKind(ImportedGraph graph, TensorName input, TensorName output) {
    int rank = graph.shape(input).numDimensions();
    return graph.type(input).equals(graph.type(output))
        && (rank < 0 || graph.mayHaveRank(output, rank, rank));
  }
}
