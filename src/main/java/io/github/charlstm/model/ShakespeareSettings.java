package io.github.charlstm.model;

import java.util.List;
import java.util.Optional;
import org.tensorflow.op.Ops;

/**
 * Structural settings of {@link ShakespeareLstm}.
 *
 * @param vocabularySize number of symbols, {@code unknown} included (Python: {@code vocab_size})
 * @param rnnSize units a layer, and the width of the embedding (Python: {@code rnn_size})
 * @param numLayers cells on top of each other (Python: {@code num_layers}), at least 1
 * @param sharedCell whether the stack is one cell object repeated, {@code [cell] * num_layers}, so
 *     that all layers share its variables, as TF 1.2 and later run the book's code; else each layer
 *     has its own, as the book's text says
 */
public record ShakespeareSettings(
    int vocabularySize, int rnnSize, int numLayers, boolean sharedCell) implements ModelSettings {

  /**
   * Checks the sizes.
   *
   * @param vocabularySize from 1 to 1,200,000
   * @param rnnSize from 1 to 65,536
   * @param numLayers from 1 to 64
   * @param sharedCell one cell for all layers, or one each
   * @throws IllegalArgumentException if a size is out of its range
   */
  public ShakespeareSettings {
    ModelSettings.requireSizes(vocabularySize, "rnn_size", rnnSize, numLayers);
  }

  @Override
  public int units() {
    return rnnSize;
  }

  @Override
  public List<String> stateNames() {
    return ModelSettings.lstmStateNames(numLayers);
  }

  @Override
  public String describe() {
    return "embedding, "
        + numLayers
        + " x LSTM "
        + rnnSize
        + (sharedCell && numLayers > 1 ? " sharing one cell's variables" : "");
  }

  @Override
  public LanguageModel build(
      Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options) {
    return ShakespeareLstm.build(new ModelGraph(tf, this, batchSize, numSteps, options), this);
  }
}
