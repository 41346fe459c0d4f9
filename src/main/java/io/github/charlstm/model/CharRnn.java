package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The model of the program char-rnn-tensorflow (Python: its class {@code Model}), with its variable
 * names.
 *
 * <p>Each character is a row of {@code embedding [V, L]}; stacked cells in the scope {@code rnnlm}
 * read the rows; each output row gives logits {@code row * rnnlm/softmax_w + rnnlm/softmax_b}; the
 * loss is the mean softmax cross-entropy with the next character. Dropout applies to the
 * embedding's rows and to the inputs and outputs of each cell. The learning rate is the variable
 * {@code Variable}.
 *
 * <p>Python has no {@code global_step}; here it is added, because dropout's masks depend on it.
 */
public final class CharRnn {
  private static final String SCOPE = "rnnlm";

  private CharRnn() {}

  /** Classes of cells, with the names that they give to variables. */
  public enum Cell {
    /** {@code rnn}: BasicRNNCell. */
    BASIC_RNN_CELL("RNN", BasicRNNCell::new),
    /** {@code gru}: GRUCell. */
    GRU_CELL("GRU", GRUCell::new),
    /** {@code lstm} of earlier versions: BasicLSTMCell. */
    BASIC_LSTM_CELL("LSTM", BasicLSTMCell::new),
    /** {@code lstm} of later versions: LSTMCell. */
    LSTM_CELL("LSTM", LSTMCell::new);

    private final String shortName;
    private final IntFunction<RNNCell> factory;

    Cell(String shortName, IntFunction<RNNCell> factory) {
      this.shortName = shortName;
      this.factory = factory;
    }
  }

  /**
   * Structural settings; vocabulary from 1 to 1,200,000, units to 65,536, layers to 64.
   *
   * @param vocabularySize number of distinct characters (Python: {@code vocab_size})
   * @param rnnSize units per layer, and the width of the embedding
   * @param cell class of the cells (Python: {@code model})
   */
  public record Settings(int vocabularySize, int rnnSize, int numLayers, Cell cell)
      implements ModelSettings {
    public Settings {
      ModelSettings.requireSizes(vocabularySize, "rnn_size", rnnSize, numLayers);
      Objects.requireNonNull(cell, "cell");
    }

    @Override
    public int units() {
      return rnnSize;
    }

    @Override
    public List<String> stateNames() {
      return hasPlainLstm()
          ? ModelSettings.super.stateNames()
          : IntStream.range(0, numLayers).mapToObj(layer -> "state_" + layer).toList();
    }

    @Override
    public boolean hasPlainLstm() {
      return cell == Cell.BASIC_LSTM_CELL || cell == Cell.LSTM_CELL;
    }

    @Override
    public String describe() {
      return "embedding, " + numLayers + " x " + cell.shortName + " " + rnnSize;
    }

    @Override
    public LanguageModel build(
        Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options) {
      return CharRnn.build(new ModelGraph(tf, this, batchSize, numSteps, options), this);
    }

    /** {@return the program's defaults: 2 layers of 128 LSTMCells} */
    public static Settings of(int vocabularySize) {
      return new Settings(vocabularySize, 128, 2, Cell.LSTM_CELL);
    }

    @Override
    public Settings withVocabularySize(int size) {
      return new Settings(size, rnnSize, numLayers, cell);
    }

    /** {@return these with other units per layer (Python: {@code rnn_size})} */
    public Settings withRnnSize(int size) {
      return new Settings(vocabularySize, size, numLayers, cell);
    }

    /** {@return these with another number of stacked cells (Python: {@code num_layers})} */
    public Settings withNumLayers(int layers) {
      return new Settings(vocabularySize, rnnSize, layers, cell);
    }

    /** {@return these with another class of cells (Python: {@code model})} */
    public Settings withCell(Cell other) {
      return new Settings(vocabularySize, rnnSize, numLayers, other);
    }
  }

  private static LanguageModel build(ModelGraph graph, Settings settings) {
    VariableScope root = graph.variables.rootScope();
    Operand<TFloat32> inputKeepProb = graph.inputKeepProb();
    RNNCell cell =
        ModelGraph.stack(
            settings.numLayers(),
            () ->
                DropoutWrapper.builder(settings.cell().factory.apply(settings.rnnSize()))
                    .inputKeepProb(inputKeepProb)
                    .outputKeepProb(graph.keepProb)
                    .noise(graph.noise)
                    .build());
    RNNState<TFloat32> initialState = cell.zeroState(graph.tf, graph.batchSize);
    VariableScope scope = root.child(SCOPE);
    GraphVariable<TFloat32> weights =
        scope.getVariable("softmax_w", Shape.of(settings.rnnSize(), settings.vocabularySize()));
    GraphVariable<TFloat32> biases =
        scope.getVariable("softmax_b", Shape.of(settings.vocabularySize()));
    GraphVariable<TFloat32> embedding =
        root.getVariable("embedding", Shape.of(settings.vocabularySize(), settings.rnnSize()));
    Operand<TFloat32> embedded = dropout(graph, graph.lookUp(embedding)); // [N, T, L]
    var rnn = graph.rnn(SCOPE, cell, embedded, initialState);
    graph.keepLearningRateIn(
        root.getUntrainableVariable("Variable", Shape.scalar(), Initializers.zeros()));
    return graph.finish(cell, initialState, rnn, weights.value(), biases);
  }

  // tf.nn.dropout: kept values are divided by keep_prob.
  private static Operand<TFloat32> dropout(ModelGraph graph, Operand<TFloat32> rows) {
    Ops tf = graph.tf.withSubScope("dropout");
    Operand<TFloat32> noise =
        Dtypes.as(
            graph.noise.draw(tf, tf.shape(rows), TFloat32.class, OptionalLong.empty()),
            TFloat32.class);
    Operand<TFloat32> rate = tf.math.sub(tf.constant(1f), graph.keepProb);
    return tf.select(
        tf.math.greaterEqual(noise, rate), tf.math.realDiv(rows, graph.keepProb), tf.constant(0f));
  }
}
