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
  /** Number of distinct symbols, V. */
  int vocabularySize();

  /** Width of each layer, L. */
  int units();

  /** Cells on top of each other. */
  int numLayers();

  /**
   * A name for each tensor of the network's state: {@code c_0}, {@code h_0}, {@code c_1}, ... of
   * LSTMs, else {@code state_0}, {@code state_1}, ...
   */
  List<String> stateNames();

  /** Whether its layers are LSTMs that a fused loop covers. */
  default boolean hasPlainLstm() {
    return true;
  }

  /** In a few words, for people: {@code 2 x LSTM 512}. */
  String describe();

  /**
   * Builds the graph.
   *
   * @param tf builder of an empty graph
   * @param batchSize N, at least 1
   * @param numSteps T, at least 1
   * @param options given for a graph that trains
   */
  LanguageModel build(Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options);

  /** {@code c_0}, {@code h_0}, {@code c_1}, ... */
  static List<String> lstmStateNames(int numLayers) {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < numLayers; layer++) {
      names.add("c_" + layer);
      names.add("h_" + layer);
    }
    return names;
  }

  /**
   * @throws IllegalArgumentException unless the size is from 1 to the largest
   */
  static void requireSize(String name, int size, int largest) {
    if (size < 1 || size > largest) {
      throw new IllegalArgumentException(
          name + " must be from 1 to " + largest + ", found " + size);
    }
  }

  /** As {@link #requireSize}, for the sizes that every model has. */
  static void requireSizes(int vocabularySize, String unitsName, int units, int numLayers) {
    requireSize("vocabulary_size", vocabularySize, 1_200_000);
    requireSize(unitsName, units, 65_536);
    requireSize("num_layers", numLayers, 64);
  }
}
