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
import java.util.function.UnaryOperator;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** Finds the tensors from which a graph's state starts, and those with which it ends. */
final class StateFinder {
  // From the key of a state's input to that of its output.
  private static final List<UnaryOperator<String>> PAIR_RULES =
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

  private final ImportedGraph graph;
  private final RoleMap mapped;
  private final TensorCandidates candidates;
  private final Map<TensorName, TensorName> paired;
  private final TensorName symbols;

  /**
   * @param paired final states by initial states, from {@link #pairs}
   * @param symbols the inputs
   */
  StateFinder(
      ImportedGraph graph,
      RoleMap mapped,
      TensorCandidates candidates,
      Map<TensorName, TensorName> paired,
      TensorName symbols) {
    this.graph = graph;
    this.mapped = mapped;
    this.candidates = candidates;
    this.paired = paired;
    this.symbols = symbols;
  }

  /**
   * @param upstream the nodes that the predictions depend on
   * @return final states by initial states; empty if the graph has none
   */
  Map<TensorName, TensorName> find(Set<String> upstream) {
    List<TensorName> initial = mapped.all(RoleMap.INITIAL_STATE);
    List<TensorName> last = mapped.all(RoleMap.FINAL_STATE);
    if (!last.isEmpty()) {
      Map<TensorName, TensorName> states = new LinkedHashMap<>();
      for (int k = 0; k < initial.size(); k++) {
        states.put(initial.get(k), last.get(k));
      }
      requireDistinct(states, initial);
      return states;
    }
    if (initial.isEmpty() && !paired.isEmpty()) {
      return paired;
    }
    Map<TensorName, TensorName> loops = new LoopStates(graph).find(upstream);
    if (loops.isEmpty()) {
      loops = new LinkedHashMap<>(new UnrolledStates(graph, upstream).find());
    }
    if (!initial.isEmpty()) {
      if (!loops.keySet().containsAll(initial)) {
        throw candidates.missing(RoleMap.FINAL_STATE);
      }
      loops.keySet().retainAll(Set.copyOf(initial));
      requireDistinct(loops, initial);
    } else if (loops.isEmpty() && upstream.stream().anyMatch(this::looksLikeState)) {
      throw candidates.missing(RoleMap.FINAL_STATE);
    }
    return loops;
  }

  private void requireDistinct(Map<TensorName, TensorName> states, List<TensorName> initial) {
    if (states.size() != initial.size()) {
      throw InteropException.of(
          "%s: a tensor is named twice for initial_state", graph.source().file());
    }
  }

  private boolean looksLikeState(String name) {
    NodeDef node = graph.index().nodes().get(name);
    TensorName tensor = new TensorName(name, 0);
    return TensorCandidates.isZeroState(node)
        || ImportedGraph.isPlaceholder(node)
            && !tensor.equals(symbols)
            && graph.isFloat(tensor)
            && graph.shape(tensor).numDimensions() >= 2;
  }

  /** The outputs of a signature that are the final states of its inputs, as keys by keys. */
  static Map<String, String> pairs(
      ImportedGraph graph, Map<String, TensorName> inputs, Map<String, TensorName> outputs) {
    Map<String, String> pairs = new LinkedHashMap<>();
    inputs.forEach(
        (key, input) -> {
          if (!graph.isFloat(input) || !graph.mayHaveRank(input, 2, 4)) {
            return;
          }
          for (UnaryOperator<String> rule : PAIR_RULES) {
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

  /**
   * Finds the states of while loops by the loops' structure, since the numbering of their nodes
   * differs from graph to graph.
   *
   * <p>TF1's loops have for each loop variable {@code Enter -> Merge -> Switch -> Exit}; in the
   * operation {@code While}, output k is the final value of input k. A state is a loop variable of
   * floats {@code [N, L]} that the loop's body changes.
   */
  private static final class LoopStates {
    private final ImportedGraph imported;
    private final Map<String, NodeDef> nodes;

    LoopStates(ImportedGraph imported) {
      this.imported = imported;
      this.nodes = imported.index().nodes();
    }

    /**
     * @param upstream the nodes that the predictions depend on
     * @return final values by initial values, in the graph's order
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
        throw InteropException.of(
            "%s: two states of a loop start from the same tensor %s, so they cannot be fed"
                + " separately; such a graph cannot be run step by step",
            imported.source().file(), start);
      }
    }

    /** The Exit of each Merge's Switch, by the Merge's name. */
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
      return GraphIndex.dataInputs(merge).stream()
          .map(input -> nodes.get(GraphIndex.nodeOf(input)))
          .filter(node -> node != null && node.getOp().equals("Enter"))
          .limit(1)
          .flatMap(enter -> GraphIndex.dataInputs(enter).stream())
          .map(TensorName::of)
          .findFirst();
    }

    private void addAll(Map<TensorName, TensorName> states, NodeDef loop) {
      AttrValue body = loop.getAttrMap().get("body");
      FunctionDef function =
          body == null ? null : imported.index().functions().get(body.getFunc().getName());
      if (function == null) {
        return;
      }
      FunctionCalls.NodeScope scope = FunctionCalls.scopeOf(function, Map.of());
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

  /**
   * Finds the states of unrolled LSTM and GRU cells from their zero states, by the equations:
   * {@code c' = f * c + i * j} and {@code h' = o * tanh(c')} for an LSTM, {@code h' = u * h + (1 -
   * u) * c} for a GRU. From a state a product and a sum lead to the next, up to the last; an LSTM's
   * h belongs to the first c that depends on it.
   *
   * <p>Cells with peepholes and plain RNN cells are not found.
   */
  private static final class UnrolledStates {
    private static final Set<String> SUMS = Set.of("Add", "AddV2");
    private static final Set<String> PRODUCTS = Set.of("Mul");

    private final ImportedGraph graph;
    private final List<TensorName> zeros = new ArrayList<>();
    private final List<TensorName> plainZeros = new ArrayList<>();
    private final Map<TensorName, List<NodeDef>> consumers = new HashMap<>();

    /**
     * @param upstream the nodes that the predictions depend on
     */
    UnrolledStates(ImportedGraph graph, Set<String> upstream) {
      this.graph = graph;
      for (String name : graph.index().nodes().keySet()) {
        if (!upstream.contains(name)) {
          continue;
        }
        NodeDef node = graph.index().nodes().get(name);
        if (TensorCandidates.isZeroState(node)) {
          zeros.add(new TensorName(name, 0));
        } else if (isPlainZeros(node)) {
          plainZeros.add(new TensorName(name, 0));
        }
        for (String input : GraphIndex.dataInputs(node)) {
          consumers.computeIfAbsent(TensorName.of(input), key -> new ArrayList<>()).add(node);
        }
      }
      if (zeros.isEmpty()) {
        zeros.addAll(plainZeros);
      }
    }

    // Before TensorFlow 1.0.1 the zero states were zeros:0, zeros_1:0, ... without a scope.
    private boolean isPlainZeros(NodeDef node) {
      TensorName name = new TensorName(node.getName(), 0);
      return node.getName().matches("(.*/)?zeros(_\\d+)?")
          && graph.isFloat(name)
          && graph.shape(name).numDimensions() == 2;
    }

    /** Final states by initial states; empty unless that of every zero state was found. */
    Map<TensorName, TensorName> find() {
      Map<TensorName, TensorName> firstSums = new LinkedHashMap<>();
      zeros.forEach(zero -> next(zero).ifPresent(first -> firstSums.put(first, zero)));
      Map<TensorName, TensorName> found = new HashMap<>();
      firstSums.forEach((first, zero) -> found.put(zero, last(first)));
      Map<TensorName, TensorName> states = new LinkedHashMap<>();
      for (TensorName zero : zeros) {
        Optional.ofNullable(found.get(zero))
            .or(() -> nearest(zero, firstSums.keySet()).map(this::last).flatMap(this::outputOfCell))
            .ifPresent(last -> states.put(zero, last));
      }
      return Set.copyOf(states.values()).size() == zeros.size() ? states : Map.of();
    }

    private List<NodeDef> consumers(TensorName tensor, Set<String> types) {
      return consumers.getOrDefault(tensor, List.of()).stream()
          .filter(node -> types.contains(node.getOp()))
          .toList();
    }

    /** The sum of which a product of the state is a term, if there is exactly one. */
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
      for (Optional<TensorName> on = next(last);
          on.isPresent() && seen.add(last);
          on = next(last)) {
        last = on.get();
      }
      return last;
    }

    /** The first of some tensors that depends on a tensor. */
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
            int outputs =
                graph.graph().operationOrThrow(ImportedGraph.inGraph(node.getName())).numOutputs();
            for (int k = 0; k < outputs; k++) {
              open.add(new TensorName(node.getName(), k));
            }
          }
        }
      }
      return Optional.empty();
    }

    /** An LSTM's h for its c: the product of an activation of c with the output gate. */
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
}
