package io.github.charlstm.foreign;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A GraphDef's nodes and functions by name, in the file's order. */
final class GraphIndex {
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();

  GraphIndex(GraphDef graph) {
    graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
  }

  Map<String, NodeDef> nodes() {
    return Collections.unmodifiableMap(nodes);
  }

  Map<String, FunctionDef> functions() {
    return Collections.unmodifiableMap(functions);
  }

  /** The inputs that carry tensors, as written. */
  static List<String> dataInputs(NodeDef node) {
    return node.getInputList().stream().filter(input -> !input.startsWith("^")).toList();
  }

  /** The node an input comes from, written as {@code name}, {@code name:1} or {@code ^name}. */
  static String nodeOf(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /**
   * Every node that runs when these do: they themselves and all they depend on.
   *
   * @param fed tensors that are given from outside: what only they depend on does not run
   */
  Set<String> upstream(Collection<String> targets, Set<TensorName> fed) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(targets);
    while (!open.isEmpty()) {
      String name = open.pop();
      NodeDef node = nodes.get(name);
      if (node == null || !found.add(name)) {
        continue;
      }
      for (String input : node.getInputList()) {
        if (input.startsWith("^") || !fed.contains(TensorName.of(input))) {
          open.push(nodeOf(input));
        }
      }
    }
    return found;
  }
}
