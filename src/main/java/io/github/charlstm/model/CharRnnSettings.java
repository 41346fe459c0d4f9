package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.RNNCell;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.tensorflow.op.Ops;

/**
 * Structural settings of {@link CharRnn}.
 *
 * @param vocabularySize number of distinct characters (Python: {@code vocab_size}), at least 1
 * @param rnnSize units a layer, and the width of the embedding (Python: {@code rnn_size})
 * @param numLayers cells on top of each other (Python: {@code num_layers}), at least 1
 * @param cell class of the cells (Python: {@code model})
 */
public record CharRnnSettings(int vocabularySize, int rnnSize, int numLayers, Cell cell)
    implements ModelSettings {

  /** Classes of cells, by the names that they give to variables. */
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
    private final IntFunction<RNNCell> make;

    Cell(String shortName, IntFunction<RNNCell> make) {
      this.shortName = shortName;
      this.make = make;
    }

    RNNCell make(int units) {
      return make.apply(units);
    }
  }

  /**
   * Checks the sizes.
   *
   * @param vocabularySize from 1 to 1,200,000
   * @param rnnSize from 1 to 65,536
   * @param numLayers from 1 to 64
   * @param cell not null
   * @throws IllegalArgumentException if a size is out of its range
   */
  public CharRnnSettings {
    ModelSettings.requireSizes(vocabularySize, "rnn_size", rnnSize, numLayers);
    Objects.requireNonNull(cell, "cell");
  }

  @Override
  public int units() {
    return rnnSize;
  }

  @Override
  public List<String> stateNames() {
    return switch (cell) {
      case BASIC_LSTM_CELL, LSTM_CELL -> ModelSettings.lstmStateNames(numLayers);
      case BASIC_RNN_CELL, GRU_CELL ->
          IntStream.range(0, numLayers).mapToObj(layer -> "state_" + layer).toList();
    };
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
}
