package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.RnnDecoder;
import java.util.Collections;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The stacked LSTM of TensorFlow Machine Learning Cookbook, chapter 9 (Python: its class {@code
 * LSTM_Model}).
 *
 * <p>Each symbol is a row of {@code lstm_vars/embedding_mat [V, L]}; {@code rnn_decoder} runs the
 * stack over the rows; each output row gives logits {@code row * lstm_vars/W + lstm_vars/b}; the
 * loss is the mean softmax cross-entropy with the next symbol ({@code sequence_loss_by_example}
 * with weights of one). There is no dropout. The word version of the chapter has one layer: a cell
 * without {@code MultiRNNCell}.
 */
public final class ShakespeareLstm {
  private ShakespeareLstm() {}

  /**
   * Structural settings; vocabulary from 1 to 1,200,000, units to 65,536, layers to 64.
   *
   * @param vocabularySize number of symbols, {@code unknown} included (Python: {@code vocab_size})
   * @param rnnSize units per layer, and the width of the embedding
   * @param sharedCell true for a stack of one cell object, {@code [cell] * num_layers}, whose
   *     layers share one kernel and bias, which is how TF 1.2 and later run the book's code; false
   *     for variables of its own in each layer, as the book's text says
   */
  public record Settings(int vocabularySize, int rnnSize, int numLayers, boolean sharedCell)
      implements ModelSettings {
    public Settings {
      ModelSettings.requireSizes(vocabularySize, "rnn_size", rnnSize, numLayers);
    }

    @Override
    public int units() {
      return rnnSize;
    }

    @Override
    public String describe() {
      String sharing = sharedCell && numLayers > 1 ? " sharing one cell's variables" : "";
      return "embedding, " + numLayers + " x LSTM " + rnnSize + sharing;
    }

    @Override
    public LanguageModel build(
        Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options) {
      return ShakespeareLstm.build(new ModelGraph(tf, this, batchSize, numSteps, options), this);
    }

    /** The book's character version: 3 layers of 128, each with its own variables. */
    public static Settings of(int vocabularySize) {
      return new Settings(vocabularySize, 128, 3, false);
    }

    @Override
    public Settings withVocabularySize(int size) {
      return new Settings(size, rnnSize, numLayers, sharedCell);
    }

    /** {@return these with other units per layer (Python: {@code rnn_size})} */
    public Settings withRnnSize(int size) {
      return new Settings(vocabularySize, size, numLayers, sharedCell);
    }

    /** {@return these with another number of stacked cells (Python: {@code num_layers})} */
    public Settings withNumLayers(int layers) {
      return new Settings(vocabularySize, rnnSize, layers, sharedCell);
    }

    /** {@return these with one cell's variables for all layers, or for each its own} */
    public Settings withSharedCell(boolean shared) {
      return new Settings(vocabularySize, rnnSize, numLayers, shared);
    }
  }

  private static LanguageModel build(ModelGraph graph, Settings settings) {
    RNNCell cell = cell(settings);
    RNNState<TFloat32> initialState = cell.zeroState(graph.tf, graph.batchSize);
    VariableScope scope = graph.variables.rootScope().child("lstm_vars");
    int vocabularySize = settings.vocabularySize();
    var normal = Initializers.randomNormal(0f, 1f);
    GraphVariable<TFloat32> weights =
        scope.getVariable("W", Shape.of(settings.rnnSize(), vocabularySize), normal);
    GraphVariable<TFloat32> biases =
        scope.getVariable("b", Shape.of(vocabularySize), Initializers.zeros());
    GraphVariable<TFloat32> embedding =
        scope.getVariable("embedding_mat", Shape.of(vocabularySize, settings.rnnSize()), normal);
    Operand<TFloat32> embedded = graph.lookUp(embedding); // [N, T, L]
    var rnn = graph.rnn(RnnDecoder.DEFAULT_SCOPE, cell, embedded, initialState);
    return graph.finish(cell, initialState, rnn, weights.value(), biases);
  }

  private static RNNCell cell(Settings settings) {
    if (settings.numLayers() == 1) {
      return new BasicLSTMCell(settings.rnnSize());
    }
    if (settings.sharedCell()) {
      return new MultiRNNCell(
          Collections.nCopies(settings.numLayers(), new BasicLSTMCell(settings.rnnSize())));
    }
    return ModelGraph.stack(settings.numLayers(), () -> new BasicLSTMCell(settings.rnnSize()));
  }
}
