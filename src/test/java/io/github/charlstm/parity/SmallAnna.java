package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** The model of scripts/python/anna_small.py, as a user of the library would write it. */
final class SmallAnna {
  private final JsonNode sizes;
  private final Ops tf;
  private final int characters;
  final VariableStore variables;
  final Operand<TInt32> inputs;
  final Operand<TInt32> targets;
  final Operand<TFloat32> keepProb;
  final RNNState<TFloat32> initialState;
  final RNNState<TFloat32> finalState;
  final Operand<TFloat32> loss;
  final Operand<TFloat32> globalNorm;
  final Op trainStep;

  SmallAnna(Ops tf, JsonNode sizes, JsonNode run, boolean dynamic) {
    this.tf = tf;
    this.sizes = sizes;
    this.characters = sizes.get("vocabulary").asText().length();
    JsonNode seed = run.get("graph_seed");
    RandomSeeds seeds = seed.isNull() ? RandomSeeds.fromEntropy() : RandomSeeds.of(seed.asLong());
    variables = new VariableStore(tf, seeds);
    int batchSize = size("batch_size");
    Shape window = Shape.of(batchSize, size("num_steps"));
    inputs = tf.placeholder(TInt32.class, Placeholder.shape(window));
    targets = tf.placeholder(TInt32.class, Placeholder.shape(window));
    keepProb = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    RNNCell cell = cell(run.get("wrapper_seeds"));
    initialState = cell.zeroState(tf, batchSize);
    Operand<TFloat32> outputs;
    if (dynamic) {
      DynamicRnn<TFloat32> rnn =
          DynamicRnn.builder(tf, variables.rootScope(), cell, oneHot(inputs))
              .initialState(initialState)
              .build();
      outputs = rnn.outputs();
      finalState = rnn.state();
    } else {
      List<? extends Operand<TFloat32>> steps =
          tf.unstack(oneHot(inputs), (long) size("num_steps"), Unstack.axis(1L)).output();
      StaticRnn<TFloat32> rnn =
          StaticRnn.builder(tf, variables.rootScope(), cell, steps)
              .initialState(initialState)
              .build();
      outputs = TimeStack.of(tf, rnn.outputs());
      finalState = rnn.state();
    }
    loss = loss(logits(outputs));
    GraphVariable<TInt64> globalStep = variables.createGlobalStep();
    List<GraphVariable<TFloat32>> trainable = variables.trainable();
    List<Operand<TFloat32>> values = new ArrayList<>();
    trainable.forEach(variable -> values.add(variable.value()));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    var all = tf.gradients(loss, values);
    for (int k = 0; k < values.size(); k++) {
      gradients.add(all.dy(k));
    }
    ClipByGlobalNorm<TFloat32> clip =
        ClipByGlobalNorm.of(tf, gradients, (float) sizes.get("grad_clip").asDouble());
    globalNorm = clip.globalNorm();
    trainStep =
        new AdamOptimizer((float) sizes.get("learning_rate").asDouble())
            .applyGradients(tf, variables, trainable, clip.clipped(), globalStep);
  }

  private int size(String name) {
    return sizes.get(name).asInt();
  }

  private RNNCell cell(JsonNode wrapperSeeds) {
    List<RNNCell> layers = new ArrayList<>();
    for (JsonNode seed : wrapperSeeds) {
      DropoutWrapper.Builder layer =
          DropoutWrapper.builder(new BasicLSTMCell(size("lstm_size"))).outputKeepProb(keepProb);
      if (!seed.isNull()) {
        layer.seed(seed.asLong());
      }
      layers.add(layer.build());
    }
    return new MultiRNNCell(layers);
  }

  private Operand<TFloat32> oneHot(Operand<TInt32> numbers) {
    return tf.oneHot(
        numbers, tf.constant(characters), tf.constant(1f), tf.constant(0f), new OneHot.Options[0]);
  }

  private Operand<TFloat32> logits(Operand<TFloat32> outputs) {
    Operand<TFloat32> rows = tf.reshape(outputs, tf.array(-1, size("lstm_size")));
    VariableScope softmax = variables.rootScope().child("softmax");
    GraphVariable<TFloat32> weights =
        softmax.variable(
            Shape.of(size("lstm_size"), characters), Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases = softmax.variable(Shape.of(characters), Initializers.zeros());
    return tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
  }

  private Operand<TFloat32> loss(Operand<TFloat32> logits) {
    Operand<TFloat32> labels = tf.reshape(oneHot(targets), tf.array(-1, characters));
    Operand<TFloat32> losses =
        FrameworkOps.create(tf).nn.softmaxCrossEntropyWithLogits(labels, logits, -1);
    return tf.math.mean(losses, tf.array(0));
  }
}
