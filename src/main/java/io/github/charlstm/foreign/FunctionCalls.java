package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Visits nodes of a graph and the nodes of every function that they call, directly or not. */
final class FunctionCalls {
  private static final Set<String> ARGUMENTS_FROM_FIRST =
      Set.of("PartitionedCall", "StatefulPartitionedCall", "While", "StatelessWhile");
  private static final Set<String> ARGUMENTS_FROM_SECOND =
      Set.of("If", "StatelessIf", "Case", "StatelessCase");

  private final GraphIndex graph;
  private final BiConsumer<NodeDef, NodeScope> visitor;
  // A function is visited once for each set of arguments.
  private final Set<Map.Entry<String, Map<String, String>>> entered = new HashSet<>();

  private FunctionCalls(GraphIndex graph, BiConsumer<NodeDef, NodeScope> visitor) {
    this.graph = graph;
    this.visitor = visitor;
  }

  /** The names are those of nodes of the graph itself. */
  static void visit(GraphIndex graph, Set<String> names, BiConsumer<NodeDef, NodeScope> visitor) {
    FunctionCalls tree = new FunctionCalls(graph, visitor);
    NodeScope top = new NodeScope("", graph.nodes(), Map.of());
    for (String name : names) {
      NodeDef node = graph.nodes().get(name);
      if (node != null) {
        tree.visit(node, top);
      }
    }
  }

  private void visit(NodeDef node, NodeScope scope) {
    visitor.accept(node, scope);
    if (graph.functions().containsKey(node.getOp())) {
      enter(node.getOp(), node, scope, 0);
    }
    int from =
        ARGUMENTS_FROM_FIRST.contains(node.getOp())
            ? 0
            : ARGUMENTS_FROM_SECOND.contains(node.getOp()) ? 1 : Integer.MAX_VALUE;
    for (AttrValue value : node.getAttrMap().values()) {
      if (value.hasFunc()) {
        enter(value.getFunc().getName(), node, scope, from);
      }
      value.getList().getFuncList().forEach(branch -> enter(branch.getName(), node, scope, from));
    }
  }

  private void enter(String name, NodeDef caller, NodeScope scope, int firstInput) {
    FunctionDef function = graph.functions().get(name);
    if (function == null) {
      return;
    }
    List<String> inputs = GraphIndex.dataInputs(caller);
    Map<String, String> arguments = new HashMap<>();
    for (int k = 0; k < function.getSignature().getInputArgCount(); k++) {
      long position = (long) firstInput + k;
      if (position < inputs.size()) {
        String argument = function.getSignature().getInputArg(k).getName();
        scope.nodeOfGraph(inputs.get((int) position)).ifPresent(n -> arguments.put(argument, n));
      }
    }
    if (!entered.add(Map.entry(name, arguments))) {
      return;
    }
    NodeScope inside = scopeOf(function, arguments);
    for (NodeDef node : new ArrayList<>(inside.nodes().values())) {
      visit(node, inside);
    }
  }

  static NodeScope scopeOf(FunctionDef function, Map<String, String> arguments) {
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    function.getNodeDefList().forEach(node -> nodes.put(node.getName(), node));
    return new NodeScope(function.getSignature().getName(), nodes, arguments);
  }

  /**
   * The nodes of the graph itself (whose name is empty), or of a function as one caller calls it;
   * {@code arguments} has the node of the graph that each argument is, if known.
   */
  record NodeScope(String function, Map<String, NodeDef> nodes, Map<String, String> arguments) {
    private static final int LONGEST_CHAIN = 100;

    /** The tensor that an input comes from, through Identity nodes. */
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

    /** The node of this scope that computes an input, Identity nodes aside. */
    Optional<NodeDef> source(String input) {
      return Optional.ofNullable(nodes.get(GraphIndex.nodeOf(origin(input))));
    }

    /** The node of the graph itself that is an input, through arguments and Identity nodes. */
    Optional<String> nodeOfGraph(String input) {
      String name = GraphIndex.nodeOf(origin(input));
      return function.isEmpty() ? Optional.of(name) : Optional.ofNullable(arguments.get(name));
    }

    String describe(NodeDef node) {
      return node.getName() + (function.isEmpty() ? "" : " of function " + function);
    }
  }
}
