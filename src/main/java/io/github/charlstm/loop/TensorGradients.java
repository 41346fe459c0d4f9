package io.github.charlstm.loop;

import io.github.charlstm.graph.CustomGradients;
import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.Output;

/** {@code tf.gradients} where some ys may not depend on some xs. */
final class TensorGradients {
  private TensorGradients() {}

  /**
   * Adds the gradients of ys, whose own gradients are the seeds.
   *
   * @param ys none may be an ancestor of another one
   * @return by x; those without gradient are left out
   */
  static Map<Output<?>, Output<?>> of(
      Graph graph, List<Output<?>> ys, List<Output<?>> xs, List<Output<?>> seeds) {
    GraphIndex nodes = new GraphIndex(graph.toGraphDef());
    List<Output<?>> usedXs = new ArrayList<>(xs);
    // tf.gradients needs a y for each x; a y that depends on no x is left out.
    usedXs.removeIf(x -> ys.stream().noneMatch(y -> reaches(nodes, x, y)));
    List<Output<?>> usedYs = new ArrayList<>();
    List<Output<?>> usedSeeds = new ArrayList<>();
    for (int k = 0; k < ys.size(); k++) {
      Output<?> y = ys.get(k);
      if (usedXs.stream().anyMatch(x -> reaches(nodes, x, y))) {
        usedYs.add(y);
        usedSeeds.add(seeds.get(k));
      }
    }
    Map<Output<?>, Output<?>> found = new LinkedHashMap<>();
    if (!usedXs.isEmpty()) {
      Output<?>[] gradients =
          graph.addGradients("gradient", array(usedYs), array(usedXs), array(usedSeeds));
      for (int k = 0; k < gradients.length; k++) {
        if (CustomGradients.exists(gradients[k])) {
          found.put(usedXs.get(k), gradients[k]);
        }
      }
    }
    return found;
  }

  // Whether a tensor is computed from another one, or is the same.
  private static boolean reaches(GraphIndex nodes, Output<?> from, Output<?> to) {
    Deque<String> open = new ArrayDeque<>(List.of(GraphIndex.tensor(to)));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String tensor = open.pop();
      if (tensor.equals(GraphIndex.tensor(from))) {
        return true;
      }
      if (seen.add(tensor)) {
        open.addAll(GraphIndex.tensors(nodes.node(GraphIndex.nodeOf(tensor))));
      }
    }
    return false;
  }

  private static Output<?>[] array(List<Output<?>> outputs) {
    return outputs.toArray(Output[]::new);
  }
}
