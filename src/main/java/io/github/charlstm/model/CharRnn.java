package io.github.charlstm.model;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The model of the program char-rnn-tensorflow (Python: its class {@code Model}), under its names.
 *
 * <p>Each character is a row of {@code embedding [V, L]}; a stack of cells in the scope {@code
 * rnnlm} reads the rows; each output row gives logits {@code row * rnnlm/softmax_w +
 * rnnlm/softmax_b}; the loss is the mean softmax cross-entropy with the next character. Dropout
 * falls on the embedding's rows, and on inputs and outputs of each cell. The learning rate is the
 * variable {@code Variable}.
 *
 * <p>Python has no {@code global_step}; here it is added, because dropout's masks hang on it.
 */
final class CharRnn {
  private static final String SCOPE = "rnnlm";

  private CharRnn() {}

  static LanguageModel build(ModelGraph graph, CharRnnSettings settings) {
    Ops tf = graph.tf;
    VariableScope root = graph.variables.rootScope();
    Operand<TFloat32> inputKeepProb =
        tf.withName("input_keep_prob").placeholderWithDefault(tf.constant(1f), Shape.scalar());
    RNNCell cell = cell(graph, settings, inputKeepProb);
    RNNState initialState = cell.zeroState(tf, graph.batchSize);
    VariableScope scope = root.child(SCOPE);
    GraphVariable<TFloat32> weights =
        scope.getVariable("softmax_w", Shape.of(settings.rnnSize(), settings.vocabularySize()));
    GraphVariable<TFloat32> biases =
        scope.getVariable("softmax_b", Shape.of(settings.vocabularySize()));
    GraphVariable<TFloat32> embedding =
        root.getVariable("embedding", Shape.of(settings.vocabularySize(), settings.rnnSize()));
    Operand<TFloat32> embedded = dropped(graph, graph.lookUp(embedding)); // [N, T, L]
    TimeSteps rnn = TimeSteps.of(graph, SCOPE, cell, embedded, initialState);
    graph.network(cell, Optional.of(embedding), weights, biases);
    Operand<TFloat32> rows = // [N*T, L]
        tf.reshape(rnn.outputs(), tf.array(-1, settings.rnnSize()));
    Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
    GraphVariable<TFloat32> learningRate =
        root.getUntrainableVariable("Variable", Shape.scalar(), Initializers.zeros());
    return graph.finish(
        initialState,
        graph.named("final_state", rnn.state()),
        logits,
        Optional.of(inputKeepProb),
        Optional.of(learningRate));
  }

  private static RNNCell cell(
      ModelGraph graph, CharRnnSettings settings, Operand<TFloat32> inputKeepProb) {
    List<RNNCell> layers = new ArrayList<>();
    for (int k = 0; k < settings.numLayers(); k++) {
      layers.add(
          DropoutWrapper.builder(settings.cell().make(settings.rnnSize()))
              .inputKeepProb(inputKeepProb)
              .outputKeepProb(graph.keepProb)
              .noise(graph.noise)
              .build());
    }
    return new MultiRNNCell(layers);
  }

  // tf.nn.dropout: kept values are divided by keep_prob.
  private static Operand<TFloat32> dropped(ModelGraph graph, Operand<TFloat32> rows) {
    Ops tf = graph.tf.withSubScope("dropout");
    Operand<TFloat32> noise = graph.noise.draw(tf, tf.shape(rows), OptionalLong.empty());
    Operand<TFloat32> rate = tf.math.sub(tf.constant(1f), graph.keepProb);
    return tf.select(
        tf.math.greaterEqual(noise, rate), tf.math.realDiv(rows, graph.keepProb), tf.constant(0f));
  }
}
