package io.github.charlstm.foreign;

import java.util.List;
import java.util.Objects;

/**
 * Which tensor of a graph does what.
 *
 * @param inputs symbol numbers, {@code [N, T]} or {@code [N]}
 * @param predictions probabilities or logits, {@code [N*T, V]}, {@code [N, T, V]} or {@code [N, V]}
 * @param keepProb shares of values that dropout keeps; fed 1
 * @param training switches between training and inference; fed false
 * @param initialState where the state comes in, {@code [N, L]} each
 * @param finalState where it comes out, in the same order
 */
public record TensorRoles(
    TensorName inputs,
    TensorName predictions,
    List<TensorName> keepProb,
    List<TensorName> training,
    List<TensorName> initialState,
    List<TensorName> finalState) {
  /**
   * Copies the lists; there are as many final states as initial ones.
   *
   * @param inputs not null
   * @param predictions not null
   * @param keepProb none or more
   * @param training none or more
   * @param initialState none or more
   * @param finalState as many
   * @throws IllegalArgumentException if there are more or fewer final states
   */
  public TensorRoles {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(predictions, "predictions");
    keepProb = List.copyOf(keepProb);
    training = List.copyOf(training);
    initialState = List.copyOf(initialState);
    finalState = List.copyOf(finalState);
    if (initialState.size() != finalState.size()) {
      throw new IllegalArgumentException(
          "expected as many tensors for final_state as for initial_state, found "
              + finalState.size()
              + " and "
              + initialState.size());
    }
  }
}
