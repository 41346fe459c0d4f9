package io.github.charlstm.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors of a graph by their roles.
 *
 * @param inputs symbol numbers, {@code [N, T]} or {@code [N]}
 * @param predictions probabilities or logits, {@code [N*T, V]}, {@code [N, T, V]} or {@code [N, V]}
 * @param keepProb keep probabilities of dropout; fed 1
 * @param training switches between training and inference; fed false
 * @param initialState states from which a run starts, {@code [N, L]} each
 * @param finalState states with which it ends, in the same order
 */
public record TensorRoles(
    TensorName inputs,
    TensorName predictions,
    List<TensorName> keepProb,
    List<TensorName> training,
    List<TensorName> initialState,
    List<TensorName> finalState) {
  public TensorRoles {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(predictions, "predictions");
    keepProb = List.copyOf(keepProb);
    training = List.copyOf(training);
    initialState = List.copyOf(initialState);
    finalState = List.copyOf(finalState);
    if (initialState.size() != finalState.size()) {
      throw new IllegalArgumentException(
          String.format(
              "expected as many tensors for final_state as for initial_state, found %s and %s",
              finalState.size(), initialState.size()));
    }
  }

  /** The tensors by the names of the roles, without roles that no tensor has. */
  Map<String, List<TensorName>> byRole() {
    Map<String, List<TensorName>> roles = new LinkedHashMap<>();
    roles.put(RoleMap.INPUTS, List.of(inputs));
    roles.put(RoleMap.PREDICTIONS, List.of(predictions));
    roles.put(RoleMap.KEEP_PROB, keepProb);
    roles.put(RoleMap.TRAINING, training);
    roles.put(RoleMap.INITIAL_STATE, initialState);
    roles.put(RoleMap.FINAL_STATE, finalState);
    roles.values().removeIf(List::isEmpty);
    return roles;
  }
}
