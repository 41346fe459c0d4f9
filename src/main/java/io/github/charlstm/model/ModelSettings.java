package io.github.charlstm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.op.Ops;

/**
 * Structural settings of a model: a checkpoint fits a graph only if these are equal. There is one
 * record for each kind of model, and it builds the graph.
 */
public sealed interface ModelSettings
    permits CharLstmSettings, CharRnnSettings, ShakespeareSettings {
  /** {@return the number of distinct symbols, V} */
  int vocabularySize();

  /** {@return the width of each layer, L} */
  int units();

  /** {@return the number of cells on top of each other} */
  int numLayers();

  /**
   * {@return a name for each tensor of the network's state: {@code c_0}, {@code h_0}, {@code c_1},
   * ... of LSTMs, else {@code state_0}, {@code state_1}, ...}
   */
  List<String> stateNames();

  /** {@return whether its layers are LSTMs that a fused loop covers} */
  default boolean hasPlainLstm() {
    return true;
  }

  /** {@return what it is, in a few words for people: {@code 2 x LSTM 512}} */
  String describe();

  /**
   * Builds the graph.
   *
   * @param tf builder of an empty graph
   * @param batchSize N, at least 1
   * @param numSteps T, at least 1
   * @param options given for a graph that trains
   * @return the graph's tensors and operations
   */
  LanguageModel build(Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options);

  /**
   * {@return the names of LSTMs' states: {@code c_0}, {@code h_0}, {@code c_1}, ...}
   *
   * @param numLayers how many LSTMs
   */
  static List<String> lstmStateNames(int numLayers) {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < numLayers; layer++) {
      names.add("c_" + layer);
      names.add("h_" + layer);
    }
    return names;
  }

  /**
   * Refuses a size that is out of range.
   *
   * @param name of the setting, in Python
   * @param size what was found
   * @param largest that is allowed
   * @throws IllegalArgumentException unless the size is from 1 to the largest
   */
  static void requireSize(String name, int size, int largest) {
    if (size < 1 || size > largest) {
      throw new IllegalArgumentException(
          name + " must be from 1 to " + largest + ", found " + size);
    }
  }

  /**
   * As {@link #requireSize}, checks the sizes that every model has.
   *
   * @param vocabularySize at most 1,200,000
   * @param unitsName name of the next, in Python
   * @param units at most 65,536
   * @param numLayers at most 64
   * @throws IllegalArgumentException if one is below 1 or above its largest
   */
  static void requireSizes(int vocabularySize, String unitsName, int units, int numLayers) {
    requireSize("vocabulary_size", vocabularySize, 1_200_000);
    requireSize(unitsName, units, 65_536);
    requireSize("num_layers", numLayers, 64);
  }
}
