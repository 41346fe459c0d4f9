package io.github.charlstm.model;

/**
 * Structural settings of {@link CharLstm}: a checkpoint fits a graph only if these are equal.
 *
 * @param vocabularySize number of distinct characters (Python: {@code num_classes}), at least 1
 * @param lstmSize units a layer (Python: {@code lstm_size}), at least 1
 * @param numLayers cells on top of each other (Python: {@code num_layers}), at least 1
 * @param asPrinted whether the graph is the one the book's page really runs: a single {@code
 *     BasicLSTMCell} without dropout, because {@code build_lstm_cell} returns the cell and not the
 *     stack it built. Otherwise it is the one the page describes: {@code numLayers} cells, each in
 *     a {@code DropoutWrapper}, in a {@code MultiRNNCell}
 */
public record CharLstmSettings(int vocabularySize, int lstmSize, int numLayers, boolean asPrinted) {

  public CharLstmSettings {
    requireSize("vocabulary_size", vocabularySize, 1_200_000);
    requireSize("lstm_size", lstmSize, 65_536);
    requireSize("num_layers", numLayers, 64);
    if (asPrinted && numLayers != 1) {
      throw new IllegalArgumentException(
          "the graph as printed has one layer; num_layers is " + numLayers);
    }
  }

  private static void requireSize(String name, int size, int largest) {
    if (size < 1 || size > largest) {
      throw new IllegalArgumentException(
          name + " must be from 1 to " + largest + ", found " + size);
    }
  }
}
