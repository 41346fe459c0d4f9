package io.github.charlstm.model;

import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.LearningRate;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.SamplingDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** What every model has around its network: placeholders before it, loss and training after it. */
final class ModelGraph {
  final Ops tf;
  final int batchSize;
  final int numSteps;
  final VariableStore variables;
  final Placeholder<TInt32> inputs;
  final Placeholder<TFloat32> keepProb;
  final RandomSource noise;
  final RnnImplementation loop;
  final int lanes;
  private final ModelSettings settings;
  private final Placeholder<TInt32> targets;
  private final Optional<TrainingOptions> options;
  private final Optional<GraphVariable<TInt64>> globalStep;
  private Optional<Embedding> embedding = Optional.empty();
  private SamplingDecoder.Network network;

  // rows: [N, T, width], looked up by the inputs
  private record Embedding(GraphVariable<TFloat32> variable, Operand<TFloat32> rows) {}

  ModelGraph(
      Ops tf,
      ModelSettings settings,
      int batchSize,
      int numSteps,
      Optional<TrainingOptions> options) {
    if (batchSize < 1 || numSteps < 1) {
      throw new IllegalArgumentException(
          "batch_size and num_steps must be at least 1, found " + batchSize + " and " + numSteps);
    }
    this.tf = tf;
    this.settings = settings;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    this.options = options;
    loop = RnnImplementation.of(settings, options);
    lanes = SessionOptions.lanes(options.map(TrainingOptions::lanes).orElse(0));
    long seed = options.map(TrainingOptions::seed).orElse(0L);
    RandomSeeds seeds = RandomSeeds.numbered(seed);
    variables = new VariableStore(tf, seeds);
    Shape window = Shape.of(batchSize, numSteps);
    inputs = tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(window));
    targets = tf.withName("targets").placeholder(TInt32.class, Placeholder.shape(window));
    keepProb =
        tf.withName("keep_prob").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    globalStep = options.map(o -> variables.createGlobalStep());
    noise =
        globalStep
            .map(step -> RandomSource.ofStep(seed, step.value()))
            .orElseGet(() -> RandomSource.stream(seeds));
  }

  /** Symbols as rows of zeros with a single one, {@code [..., V]}. */
  Operand<TFloat32> oneHot(Operand<TInt32> symbols) {
    return tf.oneHot(
        symbols,
        tf.constant(settings.vocabularySize()),
        tf.constant(1f),
        tf.constant(0f),
        new OneHot.Options[0]);
  }

  /** The row of a variable {@code [V, width]} for each input, {@code [N, T, width]}. */
  Operand<TFloat32> lookUp(GraphVariable<TFloat32> variable) {
    Operand<TFloat32> rows = tf.gather(variable.value(), inputs, tf.constant(0));
    embedding = Optional.of(new Embedding(variable, rows));
    return rows;
  }

  /**
   * Says what lies between a symbol and the logits of the next, once the cell is built.
   *
   * @param table {@code [V, width]}, of models that look symbols up
   * @param weights {@code [L, V]}
   * @param biases {@code [V]}
   */
  void network(
      RNNCell cell,
      Optional<GraphVariable<TFloat32>> table,
      GraphVariable<TFloat32> weights,
      GraphVariable<TFloat32> biases) {
    network =
        new SamplingDecoder.Network(
            cell, table.map(GraphVariable::value), weights.value(), biases.value());
  }

  /**
   * Completes the graph.
   *
   * @param initialState before the first step
   * @param finalState after the last step
   * @param logits {@code [N*T, V]}, row n*T + t
   * @param inputKeepProb of models that drop inputs
   * @param learningRate variable that holds it, of models that keep it in one
   */
  LanguageModel finish(
      RNNState initialState,
      RNNState finalState,
      Operand<TFloat32> logits,
      Optional<Operand<TFloat32>> inputKeepProb,
      Optional<GraphVariable<TFloat32>> learningRate) {
    Operand<TFloat32> predictions = tf.withName("predictions").nn.softmax(logits);
    Operand<TFloat32> losses = losses(logits);
    Operand<TFloat32> loss = tf.withName("loss").math.mean(losses, tf.array(0));
    return new LanguageModel(
        settings,
        batchSize,
        numSteps,
        variables,
        inputs,
        targets,
        keepProb,
        inputKeepProb,
        initialState,
        finalState,
        predictions,
        losses,
        loss,
        Objects.requireNonNull(network, "network"),
        options.map(o -> training(loss, o, learningRate)));
  }

  private Operand<TFloat32> losses(Operand<TFloat32> logits) {
    Operand<TFloat32> labels = tf.reshape(oneHot(targets), tf.array(-1, settings.vocabularySize()));
    Operand<TFloat32> crossEntropy =
        FrameworkOps.create(tf).nn.softmaxCrossEntropyWithLogits(labels, logits, -1);
    return tf.withName("losses").identity(crossEntropy);
  }

  private LanguageModel.Training training(
      Operand<TFloat32> loss,
      TrainingOptions given,
      Optional<GraphVariable<TFloat32>> learningRate) {
    List<GraphVariable<TFloat32>> trainable = variables.trainable();
    List<Operand<TFloat32>> xs = new ArrayList<>();
    trainable.forEach(variable -> xs.add(differentiated(variable)));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    var all = tf.gradients(loss, xs);
    for (int k = 0; k < xs.size(); k++) {
      gradients.add(all.dy(k));
    }
    ClipByGlobalNorm clip = ClipByGlobalNorm.of(tf, gradients, given.gradClip());
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    for (int k = 0; k < xs.size(); k++) {
      clipped.add(whole(trainable.get(k), clip.clipped().get(k)));
    }
    LearningRate rate =
        learningRate
            .map(variable -> LearningRate.of(variable.value()))
            .orElseGet(() -> LearningRate.of(given.learningRate()));
    GraphVariable<TInt64> step = globalStep.orElseThrow();
    Op trainStep = new AdamOptimizer(rate).applyGradients(tf, variables, trainable, clipped, step);
    return new LanguageModel.Training(
        trainStep,
        clip.globalNorm(),
        NamedTensors.byVariable(trainable, clipped),
        step,
        learningRate.map(this::feed),
        allFinite(tf, trainable));
  }

  // In TF1 the gradient of an embedding is one row for each look-up (IndexedSlices), and the global
  // norm is taken of these rows before those of the same symbol are added up.
  private Operand<TFloat32> differentiated(GraphVariable<TFloat32> variable) {
    return isEmbedding(variable) ? embedding.orElseThrow().rows() : variable.value();
  }

  private Operand<TFloat32> whole(GraphVariable<TFloat32> variable, Operand<TFloat32> gradient) {
    if (!isEmbedding(variable)) {
      return gradient;
    }
    long width = variable.shape().get(1);
    return tf.math.unsortedSegmentSum(
        tf.reshape(gradient, tf.array(-1, (int) width)),
        tf.reshape(inputs, tf.array(-1)),
        tf.constant(settings.vocabularySize()));
  }

  private boolean isEmbedding(GraphVariable<TFloat32> variable) {
    return embedding.filter(known -> known.variable().name().equals(variable.name())).isPresent();
  }

  private LanguageModel.LearningRateFeed feed(GraphVariable<TFloat32> learningRate) {
    Operand<TFloat32> value =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    return new LanguageModel.LearningRateFeed(value, tf.assign(learningRate.reference(), value));
  }

  /** Whether all values of some variables are free of NaN and infinities. */
  static Operand<TBool> allFinite(Ops tf, List<GraphVariable<TFloat32>> variables) {
    List<Operand<TBool>> finite = new ArrayList<>();
    for (GraphVariable<TFloat32> variable : variables) {
      Operand<TFloat32> flat = tf.reshape(variable.value(), tf.array(-1));
      finite.add(tf.all(tf.math.isFinite(flat), tf.array(0)));
    }
    return tf.all(tf.stack(finite), tf.array(0));
  }

  /** The same state under names of its own. */
  RNNState named(String scope, RNNState state) {
    Ops inside = tf.withSubScope(scope);
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (Operand<TFloat32> leaf : state.flatten()) {
      leaves.add(inside.identity(leaf));
    }
    return state.pack(leaves);
  }
}
