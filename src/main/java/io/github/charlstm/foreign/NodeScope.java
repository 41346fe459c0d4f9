package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.NodeDef;

/**
 * Where a node stands: in the graph itself, or in a function as one caller calls it.
 *
 * @param function the function's name; empty for the graph itself
 * @param nodes the nodes there, by name
 * @param arguments the function's arguments, each with the node of the graph it stands for, if
 *     known
 */
record NodeScope(String function, Map<String, NodeDef> nodes, Map<String, String> arguments) {
  private static final int LONGEST_CHAIN = 100;

  /** An input, followed back through identities; the last one that could be followed. */
  String origin(String input) {
    String origin = input;
    for (int k = 0; k < LONGEST_CHAIN; k++) {
      NodeDef node = nodes.get(GraphIndex.nodeOf(origin));
      if (node == null || !node.getOp().equals("Identity") || node.getInputCount() == 0) {
        return origin;
      }
      origin = node.getInput(0);
    }
    return origin;
  }

  /** The node of this scope that makes an input, identities aside. */
  Optional<NodeDef> source(String input) {
    return Optional.ofNullable(nodes.get(GraphIndex.nodeOf(origin(input))));
  }

  /** The node of the graph itself that an input comes from, through arguments and identities. */
  Optional<String> nodeOfGraph(String input) {
    String name = GraphIndex.nodeOf(origin(input));
    return function.isEmpty() ? Optional.of(name) : Optional.ofNullable(arguments.get(name));
  }

  /** For messages. */
  String describe(NodeDef node) {
    return node.getName() + (function.isEmpty() ? "" : " of function " + function);
  }
}
