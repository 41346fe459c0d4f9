package io.github.charlstm.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that {@code charlstm reproduce} trains, at least one step even if quick.
 *
 * @param settings those that differ from the defaults, by name, such as {@code num_layers}
 * @param seeds how many seeds it is trained with; with more than one it is compared with Python
 */
public record Experiment(
    String name, Data data, Map<String, String> settings, long steps, long quickSteps, int seeds) {

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
    if (name.isBlank() || quickSteps < 1 || steps < quickSteps || seeds < 1) {
      throw new IllegalArgumentException(
          ("expected a name, at least as many steps as quick steps, and a seed, found '%s', %s,"
                  + " %s and %s seeds")
              .formatted(name, steps, quickSteps, seeds));
    }
  }
}
