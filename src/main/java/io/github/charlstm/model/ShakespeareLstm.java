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
import java.util.stream.Stream;
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
 * with weights of one). There is no dropout. The word version of the chapter has one layer and no
 * stack: its cell stands alone.
 */
final class ShakespeareLstm {
  private ShakespeareLstm() {}

  static LanguageModel build(ModelGraph graph, ShakespeareSettings settings) {
    Ops tf = graph.tf;
    VariableScope root = graph.variables.rootScope();
    RNNCell cell = cell(settings);
    RNNState initialState = cell.zeroState(tf, graph.batchSize);
    VariableScope scope = root.child("lstm_vars");
    Shape wide = Shape.of(settings.rnnSize(), settings.vocabularySize());
    GraphVariable<TFloat32> weights =
        scope.getVariable("W", wide, Initializers.randomNormal(0f, 1f));
    GraphVariable<TFloat32> biases =
        scope.getVariable("b", Shape.of(settings.vocabularySize()), Initializers.zeros());
    GraphVariable<TFloat32> embedding =
        scope.getVariable(
            "embedding_mat",
            Shape.of(settings.vocabularySize(), settings.rnnSize()),
            Initializers.randomNormal(0f, 1f));
    Operand<TFloat32> looked = graph.lookUp(embedding); // [N, T, L]
    TimeSteps rnn = TimeSteps.of(graph, RnnDecoder.DEFAULT_SCOPE, cell, looked, initialState);
    graph.network(cell, Optional.of(embedding), weights, biases);
    Operand<TFloat32> rows = // [N*T, L]
        tf.reshape(rnn.outputs(), tf.array(-1, settings.rnnSize()));
    Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
    RNNState finalState = graph.named("final_state", rnn.state());
    return graph.finish(initialState, finalState, logits, Optional.empty(), Optional.empty());
  }

  private static RNNCell cell(ShakespeareSettings settings) {
    if (settings.numLayers() == 1) {
      return new BasicLSTMCell(settings.rnnSize());
    }
    if (settings.sharedCell()) {
      return new MultiRNNCell(
          Collections.nCopies(settings.numLayers(), new BasicLSTMCell(settings.rnnSize())));
    }
    return new MultiRNNCell(
        Stream.generate(() -> new BasicLSTMCell(settings.rnnSize()))
            .limit(settings.numLayers())
            .toList());
  }
}
