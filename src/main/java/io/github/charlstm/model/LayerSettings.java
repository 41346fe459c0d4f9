package io.github.charlstm.model;

/** Settings of a network of stacked cells: of a text model or of the classifier of images. */
public sealed interface LayerSettings permits ModelSettings, RowClassifier.Settings {
  /** {@return the units of each layer, L} */
  int units();

  /** {@return the number of stacked cells} */
  int numLayers();

  /** {@return a short description: {@code 2 x LSTM 512}} */
  String describe();
}
