package io.github.charlstm.loop;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.NodeDef;

/**
 * The tensors that the backward pass of a step needs from its forward pass.
 *
 * <p>The body's graph contains both passes. The search goes back from the gradients to tensors of
 * the forward pass:
 *
 * <ul>
 *   <li>those that differ from step to step are <i>saved</i>, one value a step. Random values are
 *       among them, so both passes see the same masks;
 *   <li>those that are the same at each step but known only inside the loop, namely shapes, are
 *       <i>shared</i>: one value for all steps;
 *   <li>placeholders of the inputs, of the time and of captures, constants, and what depends only
 *       on constants and captures, exist in the backward pass too.
 * </ul>
 */
final class SavedTensors {
  private static final Set<String> SHAPES = Set.of("Shape", "ShapeN", "Rank", "Size");

  private final GraphIndex nodes;
  private final Set<String> forward;
  private final Set<String> known;
  private final Predicate<String> varies;
  private final Predicate<String> inLoop;
  private final Predicate<String> seeded;
  private final Set<String> saved = new LinkedHashSet<>();
  private final Set<String> shared = new LinkedHashSet<>();

  /**
   * @param nodes the body, both passes
   * @param forward names of the nodes of the forward pass
   * @param step placeholders of the forward pass that change from step to step
   * @param seeds placeholders of the backward pass
   * @param known nodes that change from step to step but that the backward pass can compute itself
   * @param results what the backward pass has to compute
   */
  SavedTensors(
      GraphIndex nodes,
      Set<String> forward,
      Set<String> step,
      Set<String> seeds,
      Set<String> known,
      Collection<Output<?>> results) {
    this.nodes = nodes;
    this.forward = forward;
    this.known = known;
    Predicate<NodeDef> changing =
        node -> step.contains(node.getName()) || TensorFlow.isOpStateful(node.getOp());
    this.varies = closure(changing, node -> !SHAPES.contains(node.getOp()));
    this.inLoop = closure(changing, node -> true);
    this.seeded = closure(node -> seeds.contains(node.getName()), node -> true);
    walk(results);
  }

  List<String> saved() {
    return new ArrayList<>(saved);
  }

  List<String> shared() {
    return new ArrayList<>(shared);
  }

  private void walk(Collection<Output<?>> results) {
    Deque<String> open = new ArrayDeque<>();
    results.forEach(result -> open.add(GraphIndex.tensor(result)));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String tensor = open.pop();
      if (!seen.add(tensor)) {
        continue;
      }
      String name = GraphIndex.nodeOf(tensor);
      if (isShared(name)) {
        shared.add(tensor);
      } else if (isSaved(name)) {
        saved.add(tensor);
      } else {
        open.addAll(GraphIndex.tensors(nodes.node(name)));
      }
    }
  }

  private boolean isShared(String name) {
    return !known.contains(name) && !seeded.test(name) && !varies.test(name) && inLoop.test(name);
  }

  private boolean isSaved(String name) {
    return forward.contains(name) && !known.contains(name) && varies.test(name);
  }

  // Whether a node is of a kind, or depends on one that is, through nodes that pass it on.
  private Predicate<String> closure(Predicate<NodeDef> kind, Predicate<NodeDef> passesOn) {
    Map<String, Boolean> results = new HashMap<>();
    return name -> {
      Deque<String> open = new ArrayDeque<>(List.of(name));
      while (!open.isEmpty()) {
        String next = open.peek();
        NodeDef node = nodes.node(next);
        if (results.containsKey(next)) {
          open.pop();
        } else if (kind.test(node) || !passesOn.test(node)) {
          results.put(next, kind.test(node));
        } else {
          List<String> inputs = GraphIndex.tensors(node).stream().map(GraphIndex::nodeOf).toList();
          List<String> unknown = inputs.stream().filter(i -> !results.containsKey(i)).toList();
          unknown.forEach(open::push);
          if (unknown.isEmpty()) {
            results.put(next, inputs.stream().anyMatch(results::get));
          }
        }
      }
      return results.get(name);
    };
  }
}
