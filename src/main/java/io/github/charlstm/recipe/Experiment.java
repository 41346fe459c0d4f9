package io.github.charlstm.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of {@code charlstm reproduce}, at least one step even if quick; the settings are those
 * that differ from the defaults, by name, such as {@code num_layers}.
 */
public record Experiment(
    String name, Data data, Map<String, String> settings, long steps, long quickSteps) {

  /** Training data. */
  public enum Data {
    /** The text of Anna Karenina. */
    ANNA,
    /** Shakespeare's works. */
    SHAKESPEARE,
    /** Images of digits. */
    MNIST
  }

  /** Copies the settings, whose order stays. */
  public Experiment {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    if (name.isBlank() || quickSteps < 1 || steps < quickSteps) {
      throw new IllegalArgumentException(
          "expected a name and at least as many steps as quick steps, found '%s', %s and %s"
              .formatted(name, steps, quickSteps));
    }
  }
}
