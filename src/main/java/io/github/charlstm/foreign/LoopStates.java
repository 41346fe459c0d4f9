package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the states of while loops by the loops' structure, since their numbering differs from graph
 * to graph: what a loop starts from, and what it ends with.
 *
 * <p>TF1's loops have for each loop variable {@code Enter -> Merge -> Switch -> Exit}; in the
 * operation {@code While}, output k is what becomes of input k. A state is a loop variable of
 * floats with two dimensions {@code [N, L]} that the loop's body changes.
 */
final class LoopStates {
  private final ImportedGraph imported;
  private final Map<String, NodeDef> nodes;

  LoopStates(ImportedGraph imported) {
    this.imported = imported;
    this.nodes = imported.view().nodes();
  }

  /**
   * @param upstream the nodes that the predictions depend on
   * @return by what a loop starts from: what it ends with, in the graph's order
   */
  Map<TensorName, TensorName> find(Set<String> upstream) {
    Map<TensorName, TensorName> states = new LinkedHashMap<>();
    Map<String, TensorName> exits = exits();
    for (String name : nodes.keySet()) {
      if (!upstream.contains(name)) {
        continue;
      }
      NodeDef node = nodes.get(name);
      if (node.getOp().equals("Merge") && exits.containsKey(name)) {
        start(node).ifPresent(start -> add(states, start, exits.get(name)));
      } else if (node.getOp().equals("While") || node.getOp().equals("StatelessWhile")) {
        addAll(states, node);
      }
    }
    return states;
  }

  private void add(Map<TensorName, TensorName> states, TensorName start, TensorName end) {
    if (!imported.isFloat(start) || !imported.mayHaveRank(start, 2, 2)) {
      return;
    }
    if (states.put(start, end) != null) {
      throw new InteropException(
          imported.source().file()
              + ": two states of a loop start from the same tensor "
              + start
              + ", so they cannot be fed apart; such a graph cannot be run step by step");
    }
  }

  /** By merge: the exit at its switch. */
  private Map<String, TensorName> exits() {
    Map<String, TensorName> exits = new HashMap<>();
    for (NodeDef node : nodes.values()) {
      if (node.getOp().equals("Exit")) {
        input(node, 0)
            .filter(source -> source.getOp().equals("Switch"))
            .flatMap(source -> input(source, 0))
            .filter(source -> source.getOp().equals("Merge"))
            .ifPresent(merge -> exits.put(merge.getName(), new TensorName(node.getName(), 0)));
      }
    }
    return exits;
  }

  private Optional<NodeDef> input(NodeDef node, int position) {
    List<String> inputs = GraphIndex.dataInputs(node);
    return position < inputs.size()
        ? Optional.ofNullable(nodes.get(GraphIndex.nodeOf(inputs.get(position))))
        : Optional.empty();
  }

  private Optional<TensorName> start(NodeDef merge) {
    for (int k = 0; k < GraphIndex.dataInputs(merge).size(); k++) {
      Optional<NodeDef> enter = input(merge, k).filter(node -> node.getOp().equals("Enter"));
      if (enter.isPresent()) {
        return GraphIndex.dataInputs(enter.get()).stream().map(TensorName::of).findFirst();
      }
    }
    return Optional.empty();
  }

  private void addAll(Map<TensorName, TensorName> states, NodeDef loop) {
    AttrValue body = loop.getAttrMap().get("body");
    FunctionDef function =
        body == null ? null : imported.view().functions().get(body.getFunc().getName());
    if (function == null) {
      return;
    }
    NodeScope scope = FunctionCalls.scopeOf(function, Map.of());
    List<String> inputs = GraphIndex.dataInputs(loop);
    var signature = function.getSignature();
    int count = Math.min(inputs.size(), signature.getOutputArgCount());
    for (int k = 0; k < Math.min(count, signature.getInputArgCount()); k++) {
      String result = function.getRetMap().get(signature.getOutputArg(k).getName());
      boolean unchanged =
          result == null || scope.origin(result).equals(signature.getInputArg(k).getName());
      if (!unchanged) {
        add(states, TensorName.of(inputs.get(k)), new TensorName(loop.getName(), k));
      }
    }
  }
}
