package io.github.charlstm.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of {@code charlstm reproduce}.
 *
 * @param name of its folder, not blank
 * @param settings those that differ from the defaults, by name, such as {@code num_layers}
 * @param steps training steps of a full run, at least {@code quickSteps}, at least 1
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
