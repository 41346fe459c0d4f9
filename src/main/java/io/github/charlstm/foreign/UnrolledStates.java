package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Finds the states of unrolled LSTM and GRU cells from their zero states, by the equations: {@code
 * c' = f * c + i * j} and {@code h' = o * tanh(c')} for an LSTM, {@code h' = u * h + (1 - u) * c}
 * for a GRU. From a state a product and a sum lead to the next, up to the last; an LSTM's h goes
 * with the c that it first has a part in.
 *
 * <p>Cells with peepholes and plain RNN cells are not found.
 */
final class UnrolledStates {
  private static final Set<String> SUMS = Set.of("Add", "AddV2");
  private static final Set<String> PRODUCTS = Set.of("Mul");

  private final ImportedGraph graph;
  private final List<TensorName> zeros = new ArrayList<>();
  private final Map<TensorName, List<NodeDef>> consumers = new HashMap<>();

  /**
   * @param upstream the nodes that the predictions depend on
   */
  UnrolledStates(ImportedGraph graph, Set<String> upstream) {
    this.graph = graph;
    for (String name : graph.view().nodes().keySet()) {
      if (!upstream.contains(name)) {
        continue;
      }
      NodeDef node = graph.view().nodes().get(name);
      if (TensorCandidates.isZeroState(node)) {
        zeros.add(new TensorName(name, 0));
      }
      for (String input : GraphIndex.dataInputs(node)) {
        consumers.computeIfAbsent(TensorName.of(input), key -> new ArrayList<>()).add(node);
      }
    }
  }

  /** Final state by initial state; empty unless that of every zero state was found. */
  Map<TensorName, TensorName> find() {
    Map<TensorName, TensorName> firstSums = new LinkedHashMap<>();
    Map<TensorName, TensorName> found = new HashMap<>();
    for (TensorName zero : zeros) {
      next(zero).ifPresent(first -> firstSums.put(first, zero));
    }
    firstSums.forEach((first, zero) -> found.put(zero, last(first)));
    for (TensorName zero : zeros) {
      if (!found.containsKey(zero)) {
        nearest(zero, firstSums.keySet())
            .map(first -> last(first))
            .flatMap(this::outputOfCell)
            .ifPresent(output -> found.put(zero, output));
      }
    }
    Map<TensorName, TensorName> states = new LinkedHashMap<>();
    zeros.forEach(zero -> Optional.ofNullable(found.get(zero)).ifPresent(n -> states.put(zero, n)));
    boolean complete = states.size() == zeros.size();
    return complete && new HashSet<>(states.values()).size() == zeros.size() ? states : Map.of();
  }

  private List<NodeDef> consumers(TensorName tensor, Set<String> types) {
    return consumers.getOrDefault(tensor, List.of()).stream()
        .filter(node -> types.contains(node.getOp()))
        .toList();
  }

  /** The sum that a state has a part in through a product, if there is one and only one. */
  private Optional<TensorName> next(TensorName state) {
    Set<TensorName> sums = new HashSet<>();
    for (NodeDef product : consumers(state, PRODUCTS)) {
      consumers(new TensorName(product.getName(), 0), SUMS).stream()
          .map(sum -> new TensorName(sum.getName(), 0))
          .filter(sum -> graph.shape(sum).equals(graph.shape(state)))
          .forEach(sums::add);
    }
    return sums.size() == 1 ? sums.stream().findFirst() : Optional.empty();
  }

  private TensorName last(TensorName first) {
    TensorName last = first;
    Set<TensorName> seen = new HashSet<>();
    for (Optional<TensorName> on = next(last); on.isPresent() && seen.add(last); on = next(last)) {
      last = on.get();
    }
    return last;
  }

  /** The first of some tensors that a tensor leads to. */
  private Optional<TensorName> nearest(TensorName from, Set<TensorName> goals) {
    Deque<TensorName> open = new ArrayDeque<>(List.of(from));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      TensorName tensor = open.poll();
      if (goals.contains(tensor)) {
        return Optional.of(tensor);
      }
      for (NodeDef node : consumers.getOrDefault(tensor, List.of())) {
        if (seen.add(node.getName())) {
          int outputs = graph.graph().operationOrThrow(node.getName()).numOutputs();
          for (int k = 0; k < outputs; k++) {
            open.add(new TensorName(node.getName(), k));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** An LSTM's h for its c: an activation, and a product with the output gate. */
  private Optional<TensorName> outputOfCell(TensorName memory) {
    List<TensorName> outputs =
        consumers(memory, Set.of("Tanh", "Relu", "Sigmoid")).stream()
            .flatMap(node -> consumers(new TensorName(node.getName(), 0), PRODUCTS).stream())
            .map(product -> new TensorName(product.getName(), 0))
            .distinct()
            .toList();
    return outputs.size() == 1 ? outputs.stream().findFirst() : Optional.empty();
  }
}
