package io.github.charlstm.model;

import java.util.List;
import java.util.Optional;
import org.tensorflow.op.Ops;

/**
 * Structural settings of {@link CharLstm}.
 *
 * @param vocabularySize number of distinct characters (Python: {@code num_classes}), at least 1
 * @param lstmSize units a layer (Python: {@code lstm_size}), at least 1
 * @param numLayers cells on top of each other (Python: {@code num_layers}), at least 1
 * @param asPrinted whether the graph is the one the book's page really runs: a single {@code
 *     BasicLSTMCell} without dropout, because {@code build_lstm_cell} returns the cell and not the
 *     stack it built. Otherwise it is the one the page describes: {@code numLayers} cells, each in
 *     a {@code DropoutWrapper}, in a {@code MultiRNNCell}
 */
public record CharLstmSettings(int vocabularySize, int lstmSize, int numLayers, boolean asPrinted)
    implements ModelSettings {

  /**
   * Checks the sizes.
   *
   * @param vocabularySize from 1 to 1,200,000
   * @param lstmSize from 1 to 65,536
   * @param numLayers from 1 to 64; 1 if as printed
   * @param asPrinted the page's graph, or the one it describes
   * @throws IllegalArgumentException if a size is out of its range
   */
  public CharLstmSettings {
    ModelSettings.requireSizes(vocabularySize, "lstm_size", lstmSize, numLayers);
    if (asPrinted && numLayers != 1) {
      throw new IllegalArgumentException(
          "the graph as printed has one layer; num_layers is " + numLayers);
    }
  }

  @Override
  public int units() {
    return lstmSize;
  }

  @Override
  public List<String> stateNames() {
    return ModelSettings.lstmStateNames(numLayers);
  }

  @Override
  public String describe() {
    return asPrinted
        ? "one LSTM of " + lstmSize + " as printed, no dropout"
        : numLayers + " x LSTM " + lstmSize;
  }

  @Override
  public LanguageModel build(
      Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options) {
    return CharLstm.build(new ModelGraph(tf, this, batchSize, numSteps, options), this);
  }
}
