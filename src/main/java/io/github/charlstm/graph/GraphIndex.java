package io.github.charlstm.graph;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.Output;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes and functions of a {@code GraphDef} by name, and the spelling of tensors in it: an
 * input is {@code node}, {@code node:1} or {@code ^node} (a control input), in functions {@code
 * node:output:0}.
 */
public final class GraphIndex {
  private final GraphDef definition;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final Map<String, FunctionDef> functions = new LinkedHashMap<>();

  /** Indexes a graph; its nodes keep their order. */
  public GraphIndex(GraphDef definition) {
    this.definition = definition;
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
    definition
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.put(function.getSignature().getName(), function));
  }

  /** {@return the graph itself} */
  public GraphDef definition() {
    return definition;
  }

  /** {@return the nodes by name, in the graph's order} */
  public Map<String, NodeDef> nodes() {
    return Collections.unmodifiableMap(nodes);
  }

  /** {@return the functions of the graph's library by name} */
  public Map<String, FunctionDef> functions() {
    return Collections.unmodifiableMap(functions);
  }

  /**
   * {@return the node of that name}
   *
   * @param name without an output's index
   * @throws IllegalStateException if the graph has no such node
   */
  public NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new IllegalStateException("the graph has no node called " + name);
    }
    return node;
  }

  /**
   * {@return the targets and all nodes that they depend on, control inputs included}
   *
   * @param targets names of nodes; those that the graph does not have are left out
   * @param fed whether a data input, as it is spelled, is fed: it is not followed
   */
  public Set<String> upstream(Collection<String> targets, Predicate<String> fed) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(targets);
    while (!open.isEmpty()) {
      String name = open.pop();
      NodeDef node = nodes.get(name);
      if (node == null || !found.add(name)) {
        continue;
      }
      for (String input : node.getInputList()) {
        if (isControl(input) || !fed.test(input)) {
          open.push(nodeOf(input));
        }
      }
    }
    return found;
  }

  /** {@return the node's inputs that carry tensors, as they are spelled} */
  public static List<String> dataInputs(NodeDef node) {
    return node.getInputList().stream().filter(input -> !isControl(input)).toList();
  }

  /** {@return the node's control inputs, {@code ^node}} */
  public static List<String> controlInputs(NodeDef node) {
    return node.getInputList().stream().filter(GraphIndex::isControl).toList();
  }

  /** {@return the tensors that a node of a graph, not of a function, reads: {@code node:index}} */
  public static List<String> tensors(NodeDef node) {
    return dataInputs(node).stream().map(i -> i.contains(":") ? i : i + ":0").toList();
  }

  /** {@return a tensor's name, {@code node:index}} */
  public static String tensor(Output<?> output) {
    return output.op().name() + ":" + output.index();
  }

  /** {@return the name of the node that an input comes from} */
  public static String nodeOf(String input) {
    String name = isControl(input) ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /** {@return which output of its node a tensor {@code node:index} is} */
  public static int indexOf(String tensor) {
    return Integer.parseInt(tensor.substring(tensor.lastIndexOf(':') + 1));
  }

  private static boolean isControl(String input) {
    return input.startsWith("^");
  }
}
