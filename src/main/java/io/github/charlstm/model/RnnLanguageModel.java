package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LayerNormBasicLSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.WeightDropout;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A language model of stacked cells with the choices of later work, and with the variable names of
 * TF1's {@code ptb_word_lm.py} (Python: its class {@code PTBModel}).
 *
 * <p>Each symbol is a row of {@code Model/embedding [V, E]}; stacked cells in the scope {@code
 * Model/RNN} read the rows; each output row gives logits {@code row * Model/softmax_w +
 * Model/softmax_b}; the loss is the mean sparse softmax cross-entropy with the next symbol. With
 * tied weights the logits are {@code row * transpose(Model/embedding) + Model/softmax_b}, the row
 * multiplied by {@code Model/projection [L, E]} before if L is not E. Inan, Khosravi and Socher,
 * Tying word vectors and word classifiers, ICLR 2017.
 *
 * <p>Dropout applies to the embedding's rows ({@code input_keep_prob}), to each layer's outputs
 * ({@code keep_prob}), to the state h between steps ({@code recurrent_keep_prob}, {@link
 * DropoutWrapper}) and to recurrent weights ({@code weight_keep_prob}, {@link WeightDropout}).
 * Zaremba, Sutskever and Vinyals, Recurrent neural network regularization, arXiv:1409.2329.
 */
public final class RnnLanguageModel {
  private static final String SCOPE = "Model";

  private RnnLanguageModel() {}

  /** Classes of cells. */
  public enum Cell {
    /** {@link BasicRNNCell}. */
    RNN,
    /** {@link GRUCell}. */
    GRU,
    /** {@link BasicLSTMCell}. */
    LSTM,
    /** {@link LayerNormBasicLSTMCell}. */
    LAYER_NORM_LSTM;

    /** {@return its name in lower case, with hyphens} */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private boolean hasMemory() {
      return this == LSTM || this == LAYER_NORM_LSTM;
    }
  }

  /** Structural settings, by name, with the ranges and defaults of {@link Builder}. */
  public record Settings(
      int vocabularySize,
      int units,
      int numLayers,
      Cell cell,
      int embeddingSize,
      boolean tiedWeights,
      float forgetBias,
      float initScale)
      implements ModelSettings {
    public Settings {
      ModelSettings.requireSizes(vocabularySize, "units", units, numLayers);
      Objects.requireNonNull(cell, "cell");
      ModelSettings.requireSize("embedding_size", embeddingSize, ModelSettings.MOST_UNITS);
      requireFinite("forget_bias", forgetBias);
      requireFinite("init_scale", initScale);
      if (initScale < 0) {
        throw new IllegalArgumentException("`init_scale`: expected 0 or above, found " + initScale);
      }
    }

    private static void requireFinite(String name, float value) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "`" + name + "`: expected a finite number, found " + value);
      }
    }

    /** {@return a builder with the defaults, for a number of distinct symbols} */
    public static Builder builder(int vocabularySize) {
      return new Builder(vocabularySize);
    }

    @Override
    public Settings withVocabularySize(int size) {
      return toBuilder(size).build();
    }

    /** {@return a builder with these settings} */
    public Builder toBuilder() {
      return toBuilder(vocabularySize);
    }

    private Builder toBuilder(int size) {
      Builder builder = new Builder(size);
      builder.units = units;
      builder.numLayers = numLayers;
      builder.cell = cell;
      builder.embeddingSize = embeddingSize;
      builder.tiedWeights = tiedWeights;
      builder.forgetBias = forgetBias;
      builder.initScale = initScale;
      return builder;
    }

    @Override
    public List<String> stateNames() {
      return cell.hasMemory()
          ? ModelSettings.super.stateNames()
          : IntStream.range(0, numLayers).mapToObj(layer -> "state_" + layer).toList();
    }

    @Override
    public boolean hasPlainLstm() {
      return cell == Cell.LSTM;
    }

    // The graph of an unrolled loop grows with the steps, and so does the time to prepare it.
    @Override
    public RnnImplementation loopOfOtherCells() {
      return cell == Cell.LAYER_NORM_LSTM ? RnnImplementation.FUSED : RnnImplementation.DYNAMIC;
    }

    @Override
    public String describe() {
      String kind = cell.text().replace('-', ' ').toUpperCase(Locale.ROOT);
      String tied = tiedWeights ? " tied" : "";
      return "embedding " + embeddingSize + tied + ", " + numLayers + " x " + kind + " " + units;
    }

    @Override
    public LanguageModel build(
        Ops tf, int batchSize, int numSteps, Optional<TrainingOptions> options) {
      return new Network(this, new ModelGraph(tf, this, batchSize, numSteps, options)).build();
    }
  }

  /** Settings by name; those that are not set have the default. */
  public static final class Builder {
    private final int vocabularySize;
    private int units = 128;
    private int numLayers = 1;
    private Cell cell = Cell.LSTM;
    private int embeddingSize;
    private boolean tiedWeights;
    private float forgetBias = 1;
    private float initScale;

    private Builder(int vocabularySize) {
      this.vocabularySize = vocabularySize;
    }

    /** The units of each layer, from 1 to 65,536; default 128. */
    public Builder units(int value) {
      units = value;
      return this;
    }

    /** The number of stacked cells, from 1 to 64; default 1. */
    public Builder numLayers(int value) {
      numLayers = value;
      return this;
    }

    /** The class of the cells; default LSTM. */
    public Builder cell(Cell value) {
      cell = value;
      return this;
    }

    /** The width of the embedding, from 1 to 65,536; 0, the default, for that of the layers. */
    public Builder embeddingSize(int value) {
      embeddingSize = value;
      return this;
    }

    /** Whether the embedding is also the matrix of the softmax; default false. */
    public Builder tiedWeights(boolean value) {
      tiedWeights = value;
      return this;
    }

    /** What LSTMs add to the forget gate before its sigmoid; default 1. */
    public Builder forgetBias(float value) {
      forgetBias = value;
      return this;
    }

    /**
     * The bound of the uniform distribution of all initial values but the cells' biases, as in
     * {@code ptb_word_lm.py}; 0, the default, for glorot uniform, and zeros as the softmax's
     * biases.
     */
    public Builder initScale(float value) {
      initScale = value;
      return this;
    }

    /** {@return the settings; an IllegalArgumentException names a number out of its range} */
    public Settings build() {
      return new Settings(
          vocabularySize,
          units,
          numLayers,
          cell,
          embeddingSize == 0 ? units : embeddingSize,
          tiedWeights,
          forgetBias,
          initScale);
    }
  }

  /** One graph. */
  private record Network(Settings settings, ModelGraph graph) {
    LanguageModel build() {
      VariableScope scope = graph.variables.rootScope().child(SCOPE);
      Optional<Initializer> uniform =
          settings.initScale() == 0
              ? Optional.empty()
              : Optional.of(
                  Initializers.randomUniform(-settings.initScale(), settings.initScale()));
      if (uniform.isPresent()) {
        scope = scope.withInitializer(uniform.get());
      }
      GraphVariable<TFloat32> embedding =
          scope.getVariable(
              "embedding", Shape.of(settings.vocabularySize(), settings.embeddingSize()));
      Operand<TFloat32> rows = graph.lookUp(embedding); // [N, T, E]
      RNNCell cell = stack();
      RNNState<TFloat32> initialState = cell.zeroState(graph.tf, graph.batchSize);
      var rnn = graph.rnn(scope, "RNN", cell, rows, initialState);
      Operand<TFloat32> weights = weights(scope);
      GraphVariable<TFloat32> biases =
          scope.getVariable(
              "softmax_b",
              Shape.of(settings.vocabularySize()),
              uniform.orElse(Initializers.zeros()));
      return graph.finish(cell, initialState, rnn, weights, biases);
    }

    // [L, V]
    private Operand<TFloat32> weights(VariableScope scope) {
      Ops tf = graph.tf;
      if (!settings.tiedWeights()) {
        return scope
            .getVariable("softmax_w", Shape.of(settings.units(), settings.vocabularySize()))
            .value();
      }
      Operand<TFloat32> columns = // [E, V]
          tf.linalg.transpose(graph.tiedEmbedding(), tf.array(1, 0));
      return settings.units() == settings.embeddingSize()
          ? columns
          : tf.linalg.matMul(
              scope
                  .getVariable("projection", Shape.of(settings.units(), settings.embeddingSize()))
                  .value(),
              columns);
    }

    private RNNCell stack() {
      List<RNNCell> layers = new ArrayList<>();
      for (int k = 0; k < settings.numLayers(); k++) {
        layers.add(withDropout(withWeightDropout(cell(), k), k));
      }
      return new MultiRNNCell(layers);
    }

    private RNNCell cell() {
      return switch (settings.cell()) {
        case RNN -> new BasicRNNCell(settings.units());
        case GRU -> new GRUCell(settings.units());
        case LSTM ->
            BasicLSTMCell.builder(settings.units()).forgetBias(settings.forgetBias()).build();
        case LAYER_NORM_LSTM ->
            LayerNormBasicLSTMCell.builder(settings.units())
                .forgetBias(settings.forgetBias())
                .build();
      };
    }

    private RNNCell withWeightDropout(RNNCell cell, int layer) {
      return graph.keepProbs().weight() < 1
          ? WeightDropout.of(cell, graph.weightKeepProb(), graph.weightNoise(layer))
          : cell;
    }

    // Only what drops is part of the graph.
    private RNNCell withDropout(RNNCell cell, int layer) {
      KeepProbs shares = graph.keepProbs();
      boolean dropsInput = layer == 0 && shares.input() < 1;
      if (!dropsInput && shares.output() == 1 && shares.recurrent() == 1) {
        return cell;
      }
      DropoutWrapper.Builder wrapper = DropoutWrapper.builder(cell).noise(graph.noise);
      if (dropsInput) {
        wrapper.inputKeepProb(graph.inputKeepProb());
      }
      if (shares.output() < 1) {
        wrapper.outputKeepProb(graph.keepProb);
      }
      if (shares.recurrent() < 1) {
        wrapper.stateKeepProb(graph.recurrentKeepProb());
      }
      if (graph.hasVariationalDropout()) {
        wrapper.variationalRecurrent(layer == 0 ? settings.embeddingSize() : settings.units());
      }
      return wrapper.build();
    }
  }
}
