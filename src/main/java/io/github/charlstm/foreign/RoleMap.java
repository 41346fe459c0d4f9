package io.github.charlstm.foreign;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of a graph by their roles: those that the user names, or, as {@link RoleFinder}
 * completes them, all.
 *
 * <ul>
 *   <li>{@code inputs}, one: symbol numbers, {@code [N, T]} or {@code [N]}
 *   <li>{@code predictions}, one: probabilities or logits, {@code [N*T, V]}, {@code [N, T, V]} or
 *       {@code [N, V]}
 *   <li>{@code keep_prob}: keep probabilities of dropout; fed 1
 *   <li>{@code training}: switches between training and inference; fed false
 *   <li>{@code initial_state}: states from which a run starts, {@code [N, L]} each
 *   <li>{@code final_state}: states with which it ends, in the same order and as many
 * </ul>
 */
public record RoleMap(Map<String, List<TensorName>> tensors) {
  static final String INPUTS = "inputs";
  static final String PREDICTIONS = "predictions";
  static final String KEEP_PROB = "keep_prob";
  static final String TRAINING = "training";
  static final String INITIAL_STATE = "initial_state";
  static final String FINAL_STATE = "final_state";
  private static final List<String> ROLES =
      List.of(INPUTS, PREDICTIONS, KEEP_PROB, TRAINING, INITIAL_STATE, FINAL_STATE);
  private static final List<String> SINGLE = List.of(INPUTS, PREDICTIONS);

  public RoleMap {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    tensors.forEach(
        (role, names) -> {
          if (!ROLES.contains(role)) {
            throw new IllegalArgumentException(
                "there is no role '" + role + "'; the roles are " + String.join(", ", ROLES));
          }
          if (names.isEmpty() || SINGLE.contains(role) && names.size() != 1) {
            throw new IllegalArgumentException(
                "role " + role + " takes one tensor, found " + names.size());
          }
        });
    int initial = tensors.getOrDefault(INITIAL_STATE, List.of()).size();
    int last = tensors.getOrDefault(FINAL_STATE, List.of()).size();
    if (last > 0 && initial != last) {
      throw new IllegalArgumentException(
          "expected as many tensors for final_state as for initial_state, found %s and %s"
              .formatted(last, initial));
    }
  }

  /** {@return a map without roles} */
  public static RoleMap empty() {
    return new RoleMap(Map.of());
  }

  /**
   * Parses entries, one a role, such as {@code predictions=softmax:0} and {@code
   * initial_state=a:0,b:0}; a tensor without {@code :0} is output 0.
   *
   * @throws IllegalArgumentException if an entry has another form, or a role is given twice
   */
  public static RoleMap parse(List<String> entries) {
    Map<String, List<TensorName>> tensors = new LinkedHashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals <= 0 || equals == entry.length() - 1) {
        throw new IllegalArgumentException(
            "expected role=tensor:0, such as predictions=softmax:0, found '" + entry + "'");
      }
      String role = entry.substring(0, equals);
      List<TensorName> names =
          Arrays.stream(entry.substring(equals + 1).split(",", -1))
              .map(String::strip)
              .map(TensorName::of)
              .toList();
      if (tensors.put(role, names) != null) {
        throw new IllegalArgumentException(
            "role " + role + " is given twice; separate several tensors by commas");
      }
    }
    return new RoleMap(tensors);
  }

  List<TensorName> all(String role) {
    return tensors.getOrDefault(role, List.of());
  }

  Optional<TensorName> one(String role) {
    return all(role).stream().findFirst();
  }

  /** The inputs of a complete map. */
  TensorName inputs() {
    return one(INPUTS).orElseThrow();
  }

  /** The predictions of a complete map. */
  TensorName predictions() {
    return one(PREDICTIONS).orElseThrow();
  }
}
