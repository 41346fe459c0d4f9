package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.rnn.StaticRnn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The character-level LSTM of Deep Learning by Example, chapter 10 (Python: the book's class {@code
 * CharLSTM}).
 *
 * <p>One-hot characters go through the cells, step by step; each output row gives logits {@code row
 * * softmax/Variable + softmax/Variable_1}; the loss is the mean softmax cross-entropy with the
 * next character.
 */
final class CharLstm {
  private CharLstm() {}

  static LanguageModel build(ModelGraph graph, CharLstmSettings settings) {
    Ops tf = graph.tf;
    RNNCell cell = cell(graph, settings);
    RNNState initialState = cell.zeroState(tf, graph.batchSize);
    Operand<TFloat32> rows = graph.oneHot(graph.inputs); // [N, T, V]
    TimeSteps rnn = TimeSteps.of(graph, StaticRnn.DEFAULT_SCOPE, cell, rows, initialState);
    RNNState finalState = graph.named("final_state", rnn.state());
    Operand<TFloat32> logits = logits(graph, settings, cell, rnn.outputs());
    return graph.finish(initialState, finalState, logits, Optional.empty(), Optional.empty());
  }

  private static RNNCell cell(ModelGraph graph, CharLstmSettings settings) {
    if (settings.asPrinted()) {
      return new BasicLSTMCell(settings.lstmSize());
    }
    List<RNNCell> layers = new ArrayList<>();
    for (int k = 0; k < settings.numLayers(); k++) {
      layers.add(
          DropoutWrapper.builder(new BasicLSTMCell(settings.lstmSize()))
              .outputKeepProb(graph.keepProb)
              .noise(graph.noise)
              .build());
    }
    return new MultiRNNCell(layers);
  }

  private static Operand<TFloat32> logits(
      ModelGraph graph, CharLstmSettings settings, RNNCell cell, Operand<TFloat32> outputs) {
    Ops tf = graph.tf;
    int lstmSize = settings.lstmSize();
    Operand<TFloat32> rows = tf.reshape(outputs, tf.array(-1, lstmSize)); // [N*T, L]
    VariableScope softmax = graph.variables.rootScope().child("softmax");
    GraphVariable<TFloat32> weights =
        softmax.variable(
            Shape.of(lstmSize, settings.vocabularySize()), Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases =
        softmax.variable(Shape.of(settings.vocabularySize()), Initializers.zeros());
    graph.network(cell, Optional.empty(), weights, biases);
    return tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
  }
}
