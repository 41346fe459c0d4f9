package io.github.charlstm.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Output;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A GraphDef's nodes by name, and the spelling of tensors in it. */
final class Nodes {
  private final GraphDef definition;
  private final Map<String, NodeDef> byName = new LinkedHashMap<>();

  Nodes(GraphDef definition) {
    this.definition = definition;
    definition.getNodeList().forEach(node -> byName.put(node.getName(), node));
  }

  GraphDef definition() {
    return definition;
  }

  NodeDef node(String name) {
    NodeDef node = byName.get(name);
    if (node == null) {
      throw new IllegalStateException("no node called " + name);
    }
    return node;
  }

  Set<String> names() {
    return byName.keySet();
  }

  /** Whether {@code to} is computed from {@code from}, or is the same tensor. */
  boolean reaches(Output<?> from, Output<?> to) {
    String wanted = tensor(from);
    Deque<String> open = new ArrayDeque<>(List.of(tensor(to)));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String next = open.pop();
      if (next.equals(wanted)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(tensors(node(nodeOf(next))));
      }
    }
    return false;
  }

  /** Inputs that carry tensors, spelled {@code node:index}. */
  static List<String> tensors(NodeDef node) {
    List<String> tensors = new ArrayList<>();
    for (String input : node.getInputList()) {
      if (!input.startsWith("^")) {
        tensors.add(input.contains(":") ? input : input + ":0");
      }
    }
    return tensors;
  }

  /** Inputs that only control the order, spelled {@code ^node}. */
  static List<String> controls(NodeDef node) {
    return node.getInputList().stream().filter(input -> input.startsWith("^")).toList();
  }

  /** All inputs. */
  static List<String> inputs(NodeDef node) {
    List<String> inputs = new ArrayList<>(tensors(node));
    inputs.addAll(controls(node));
    return inputs;
  }

  static String tensor(Output<?> output) {
    return output.op().name() + ":" + output.index();
  }

  /** Name of the node that an input comes from. */
  static String nodeOf(String input) {
    return input.startsWith("^") ? input.substring(1) : input.substring(0, input.lastIndexOf(':'));
  }

  static int indexOf(String tensor) {
    return Integer.parseInt(tensor.substring(tensor.lastIndexOf(':') + 1));
  }
}
