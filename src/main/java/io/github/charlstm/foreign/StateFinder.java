package io.github.charlstm.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/** Finds where a graph's state comes in and where it comes out. */
final class StateFinder {
  private final ImportedGraph graph;
  private final RoleMap mapped;
  private final TensorCandidates offer;
  private final Map<TensorName, TensorName> paired;
  private final TensorName symbols;

  /**
   * @param paired states that the signature's names pair, initial by final
   * @param symbols the inputs
   */
  StateFinder(
      ImportedGraph graph,
      RoleMap mapped,
      TensorCandidates offer,
      Map<TensorName, TensorName> paired,
      TensorName symbols) {
    this.graph = graph;
    this.mapped = mapped;
    this.offer = offer;
    this.paired = paired;
    this.symbols = symbols;
  }

  /**
   * @param upstream the nodes that the predictions depend on
   * @return final state by initial state; empty if the graph has none to feed
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
        throw offer.missing(RoleMap.FINAL_STATE);
      }
      loops.keySet().retainAll(Set.copyOf(initial));
      requireDistinct(loops, initial);
    } else if (loops.isEmpty() && upstream.stream().anyMatch(this::looksLikeState)) {
      throw offer.missing(RoleMap.FINAL_STATE);
    }
    return loops;
  }

  private void requireDistinct(Map<TensorName, TensorName> states, List<TensorName> initial) {
    if (states.size() != initial.size()) {
      throw new InteropException(
          graph.source().file() + ": a tensor is named twice for initial_state");
    }
  }

  private boolean looksLikeState(String name) {
    NodeDef node = graph.view().nodes().get(name);
    TensorName tensor = new TensorName(name, 0);
    return TensorCandidates.isZeroState(node)
        || ImportedGraph.isPlaceholder(node)
            && !tensor.equals(symbols)
            && graph.isFloat(tensor)
            && graph.shape(tensor).numDimensions() >= 2;
  }
}
