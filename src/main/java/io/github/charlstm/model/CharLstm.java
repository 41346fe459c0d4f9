package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.StaticRnn;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The character-level LSTM of Deep Learning by Example, chapter 10 (Python: the book's class {@code
 * CharLSTM}).
 *
 * <p>The cells read one-hot characters; each output row gives logits {@code row * softmax/Variable
 * + softmax/Variable_1}; the loss is the mean softmax cross-entropy with the next character.
 */
public final class CharLstm {
  private CharLstm() {}

  /**
   * Structural settings; vocabulary from 1 to 1,200,000, units to 65,536, layers to 64.
   *
   * @param vocabularySize number of distinct characters (Python: {@code num_classes})
   * @param lstmSize units per layer
   * @param asPrinted true for the graph that the book's program runs: a single {@code
   *     BasicLSTMCell} without dropout, because {@code build_lstm_cell} returns the cell and not
   *     the stack it built. False for the graph that the book describes: {@code numLayers} cells,
   *     each in a {@code DropoutWrapper}, in a {@code MultiRNNCell}
   */
  public record Settings(int vocabularySize, int lstmSize, int numLayers, boolean asPrinted)
      implements ModelSettings {
    public Settings {
      ModelSettings.requireSizes(vocabularySize, "lstm_size", lstmSize, numLayers);
      if (asPrinted && numLayers != 1) {
        throw new IllegalArgumentException(
            "`num_layers`: expected 1, since the model as printed has one layer, found "
                + numLayers);
      }
    }

    @Override
    public int units() {
      return lstmSize;
    }

    @Override
    public boolean hasEmbedding() {
      return false;
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

    /** {@return the book's settings: 2 layers of 512} */
    public static Settings of(int vocabularySize) {
      return new Settings(vocabularySize, 512, 2, false);
    }

    @Override
    public Settings withVocabularySize(int size) {
      return new Settings(size, lstmSize, numLayers, asPrinted);
    }

    /** {@return these with other units per layer (Python: {@code lstm_size})} */
    public Settings withLstmSize(int size) {
      return new Settings(vocabularySize, size, numLayers, asPrinted);
    }

    /** {@return these with another number of stacked cells (Python: {@code num_layers})} */
    public Settings withNumLayers(int layers) {
      return new Settings(vocabularySize, lstmSize, layers, asPrinted);
    }

    /** {@return these for the graph that the book's program runs, or that its text describes} */
    public Settings withAsPrinted(boolean printed) {
      return new Settings(vocabularySize, lstmSize, numLayers, printed);
    }
  }

  private static LanguageModel build(ModelGraph graph, Settings settings) {
    RNNCell cell = cell(graph, settings);
    RNNState<TFloat32> initialState = cell.zeroState(graph.tf, graph.batchSize);
    Operand<TFloat32> rows = graph.oneHot(graph.inputs); // [N, T, V]
    var rnn = graph.rnn(StaticRnn.DEFAULT_SCOPE, cell, rows, initialState);
    VariableScope softmax = graph.variables.rootScope().child("softmax");
    GraphVariable<TFloat32> weights =
        softmax.variable(
            Shape.of(settings.lstmSize(), settings.vocabularySize()),
            Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases =
        softmax.variable(Shape.of(settings.vocabularySize()), Initializers.zeros());
    return graph.finish(cell, initialState, rnn, weights.value(), biases);
  }

  private static RNNCell cell(ModelGraph graph, Settings settings) {
    if (settings.asPrinted()) {
      return new BasicLSTMCell(settings.lstmSize());
    }
    return ModelGraph.stack(
        settings.numLayers(),
        () ->
            DropoutWrapper.builder(new BasicLSTMCell(settings.lstmSize()))
                .outputKeepProb(graph.keepProb)
                .noise(graph.noise)
                .build());
  }
}
