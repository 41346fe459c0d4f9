package io.github.charlstm.model;

import io.github.charlstm.graph.GraphVariable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/** Which axis of a model's variables has an index for each symbol of the vocabulary. */
public final class VocabularyAxes {
  private VocabularyAxes() {}

  /**
   * {@return the axis by the names of the variables that have one} Its first V indices are the
   * symbols in the order of their numbers; a kernel that reads one-hot rows has the rows of the
   * state after them.
   */
  public static Map<String, Integer> of(ModelSettings settings) {
    // the axis that is longer by one with one symbol more
    Map<String, long[]> shapes = shapes(settings);
    Map<String, Integer> axes = new HashMap<>();
    shapes(settings.withVocabularySize(settings.vocabularySize() + 1))
        .forEach(
            (name, longer) -> {
              for (int axis = 0; axis < longer.length; axis++) {
                if (longer[axis] == shapes.get(name)[axis] + 1) {
                  axes.put(name, axis);
                }
              }
            });
    return axes;
  }

  private static Map<String, long[]> shapes(ModelSettings settings) {
    try (Graph graph = new Graph()) {
      Collection<GraphVariable<?>> variables =
          settings.build(Ops.create(graph), 1, 1, Optional.empty()).variables().all();
      Map<String, long[]> shapes = new HashMap<>();
      variables.forEach(variable -> shapes.put(variable.name(), variable.shape().asArray()));
      return shapes;
    }
  }
}
