package io.github.charlstm.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.op.Ops;

/**
 * Structural settings of a text model, which fix the shapes of its variables: a checkpoint fits a
 * graph only if these are equal.
 */
public sealed interface ModelSettings extends LayerSettings
    permits CharLstm.Settings,
        CharRnn.Settings,
        RnnLanguageModel.Settings,
        ShakespeareLstm.Settings {
  /** The most units of a layer, and the widest embedding. */
  int MOST_UNITS = 65_536;

  /** {@return the number of distinct symbols, V} */
  int vocabularySize();

  /** {@return these for another number of distinct symbols} */
  ModelSettings withVocabularySize(int size);

  /**
   * {@return a name for each tensor of the network's state: {@code c_0}, {@code h_0}, {@code c_1},
   * ... for LSTMs, else {@code state_0}, {@code state_1}, ...}
   */
  default List<String> stateNames() {
    return IntStream.range(0, numLayers())
        .boxed()
        .flatMap(layer -> Stream.of("c_" + layer, "h_" + layer))
        .toList();
  }

  /** {@return whether its layers are LSTMs that a fused loop covers} */
  default boolean hasPlainLstm() {
    return true;
  }

  /** {@return the loop where the fused one is wanted and it has no {@link #hasPlainLstm}} */
  default RnnImplementation loopOfOtherCells() {
    return RnnImplementation.UNROLLED;
  }

  /** {@return whether it looks symbols up in an embedding; otherwise it reads one-hot rows} */
  default boolean hasEmbedding() {
    return true;
  }

  /** Builds the graph of N sequences and T steps; with options, a training graph. */
  LanguageModel build(Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options);

  /**
   * A lower bound of the memory of a training step. It counts what grows with the vocabulary: rows
   * {@code [N*T, V]} of the logits, their softmax and gradient, and one-hot inputs; and the kernels
   * that are V wide, each with its gradient and the optimizer's slots. With a large vocabulary this
   * can exceed the machine's memory, and then the operating system kills the process without a
   * message.
   */
  default double minStepBytes(int batchSize, int numSteps, OptimizerKind optimizer) {
    double rows = (hasEmbedding() ? 3.0 : 4.0) * batchSize * numSteps * vocabularySize();
    // embedding and softmax, or the four gates' part of the first kernel and softmax
    double kernels = (double) vocabularySize() * units() * (hasEmbedding() ? 2 : 5);
    return Float.BYTES * (rows + (2 + optimizer.slots()) * kernels);
  }

  /**
   * Checks the sizes that every model has; {@code unitsName} is Python's name of the setting.
   *
   * @throws IllegalArgumentException if one is below 1 or above its maximum
   */
  static void requireSizes(int vocabularySize, String unitsName, int units, int numLayers) {
    requireSize("vocabulary_size", vocabularySize, 1_200_000);
    requireSize(unitsName, units, MOST_UNITS);
    requireSize("num_layers", numLayers, 64);
  }

  /** Checks that one size, named in Python, is in [1, max]. */
  static void requireSize(String name, int size, int max) {
    if (size < 1 || size > max) {
      throw new IllegalArgumentException(
          "`" + name + "`: expected a whole number from 1 to " + max + ", found " + size);
    }
  }
}
