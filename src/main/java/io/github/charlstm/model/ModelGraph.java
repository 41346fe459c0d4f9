package io.github.charlstm.model;

import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.DecoupledWeightDecayExtension;
import io.github.charlstm.graph.ExponentialMovingAverage;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.HyperParameter;
import io.github.charlstm.graph.IndexedSlices;
import io.github.charlstm.graph.LearningRate;
import io.github.charlstm.graph.Optimizer;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.SamplingDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

/**
 * What the graphs of all text models have in common: placeholders before the network; logits, loss
 * and training after it. N, T, V and L are those of {@link LanguageModel}.
 */
final class ModelGraph {
  private static final long WEIGHT_SEED = 0x57_65_69_67_68_74L;

  final Ops tf;
  final int batchSize;
  final VariableStore variables;
  final Placeholder<TInt32> inputs; // [N, T]
  final Placeholder<TFloat32> keepProb;
  final RandomSource noise;

  private final ModelSettings settings;
  private final int numSteps;
  private final Placeholder<TInt32> targets; // [N, T]
  private final Optional<TrainingOptions> options;
  private final Optional<GraphVariable<TInt64>> globalStep;
  private Optional<Embedding> embedding = Optional.empty();
  private Optional<Operand<TFloat32>> inputKeepProb = Optional.empty();
  private Optional<Operand<TFloat32>> recurrentKeepProb = Optional.empty();
  private Optional<Operand<TFloat32>> weightKeepProb = Optional.empty();
  private Optional<GraphVariable<TFloat32>> learningRate = Optional.empty();

  // rows: [N, T, width], looked up by the inputs
  // tied: the table [V, width], where the softmax reads it too
  private record Embedding(
      GraphVariable<TFloat32> variable, Operand<TFloat32> rows, Optional<Operand<TFloat32>> tied) {}

  ModelGraph(
      Ops tf,
      ModelSettings settings,
      int batchSize,
      int numSteps,
      Optional<TrainingOptions> options) {
    ModelSettings.requireSize("batch_size", batchSize, Integer.MAX_VALUE);
    ModelSettings.requireSize("num_steps", numSteps, Integer.MAX_VALUE);
    this.tf = tf;
    this.settings = settings;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    this.options = options;
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

  /** Adds the placeholder {@code input_keep_prob}, 1 unless fed, of models that drop inputs. */
  Operand<TFloat32> inputKeepProb() {
    inputKeepProb = inputKeepProb.or(() -> Optional.of(share("input_keep_prob")));
    return inputKeepProb.orElseThrow();
  }

  /** Adds the placeholder {@code recurrent_keep_prob}, of models that drop states. */
  Operand<TFloat32> recurrentKeepProb() {
    recurrentKeepProb = recurrentKeepProb.or(() -> Optional.of(share("recurrent_keep_prob")));
    return recurrentKeepProb.orElseThrow();
  }

  /** Adds the placeholder {@code weight_keep_prob}, of models that drop recurrent weights. */
  Operand<TFloat32> weightKeepProb() {
    weightKeepProb = weightKeepProb.or(() -> Optional.of(share("weight_keep_prob")));
    return weightKeepProb.orElseThrow();
  }

  /** The random numbers of a layer's weight dropout, of a training graph. */
  RandomSource weightNoise(int layer) {
    long seed = (options.orElseThrow().seed() ^ WEIGHT_SEED) + layer;
    return RandomSource.ofStep(seed, globalStep.orElseThrow().value());
  }

  private Operand<TFloat32> share(String name) {
    return tf.withName(name).placeholderWithDefault(tf.constant(1f), Shape.scalar());
  }

  /** The shares that will be fed; of a graph without training all is kept. */
  KeepProbs keepProbs() {
    return options.map(TrainingOptions::keepProbs).orElse(KeepProbs.ALL);
  }

  /** Whether dropout takes one mask for all steps; dropout of the state always does. */
  boolean hasVariationalDropout() {
    return options.map(TrainingOptions::variationalDropout).orElse(false)
        || keepProbs().recurrent() < 1;
  }

  /** Makes a variable hold the learning rate, which is otherwise a constant of the graph. */
  void keepLearningRateIn(GraphVariable<TFloat32> variable) {
    learningRate = Optional.of(variable);
  }

  static RNNCell stack(int numLayers, Supplier<RNNCell> cell) {
    return new MultiRNNCell(Stream.generate(cell).limit(numLayers).toList());
  }

  /** One-hot rows of symbols, {@code [..., V]}. */
  Operand<TFloat32> oneHot(Operand<TInt32> symbols) {
    return tf.oneHot(
        symbols,
        tf.constant(settings.vocabularySize()),
        tf.constant(1f),
        tf.constant(0f),
        new OneHot.Options[0]);
  }

  /** The row of the embedding {@code [V, width]} for each input, {@code [N, T, width]}. */
  Operand<TFloat32> lookUp(GraphVariable<TFloat32> variable) {
    Operand<TFloat32> rows = tf.gather(variable.value(), inputs, tf.constant(0));
    embedding = Optional.of(new Embedding(variable, rows, Optional.empty()));
    return rows;
  }

  /** The table that was looked up in, {@code [V, width]}, for a softmax that shares it. */
  Operand<TFloat32> tiedEmbedding() {
    Embedding read = embedding.orElseThrow();
    Operand<TFloat32> table = tf.identity(read.variable().value());
    embedding = Optional.of(new Embedding(read.variable(), read.rows(), Optional.of(table)));
    return table;
  }

  /**
   * Runs a cell over the window, by the loop of {@link TrainingOptions}, in a scope of the root.
   */
  RnnImplementation.Outputs rnn(
      String scope, RNNCell cell, Operand<TFloat32> rows, RNNState<TFloat32> initialState) {
    return rnn(variables.rootScope(), scope, cell, rows, initialState);
  }

  /** As above, in a scope of another one. */
  RnnImplementation.Outputs rnn(
      VariableScope outer,
      String scope,
      RNNCell cell,
      Operand<TFloat32> rows,
      RNNState<TFloat32> initialState) {
    int lanes = SessionOptions.lanes(options.map(TrainingOptions::lanes).orElse(0));
    return RnnImplementation.of(settings, options)
        .run(tf, outer, scope, cell, rows, initialState, lanes);
  }

  /** Adds what follows the cells, with weights {@code [L, V]}, and completes the graph. */
  LanguageModel finish(
      RNNCell cell,
      RNNState<TFloat32> initialState,
      RnnImplementation.Outputs rnn,
      Operand<TFloat32> weights,
      GraphVariable<TFloat32> biases) {
    RNNState<TFloat32> finalState = named("final_state", rnn.state());
    Operand<TFloat32> rows = // [N*T, L]
        tf.reshape(rnn.outputs(), tf.array(-1, settings.units()));
    Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(rows, weights), biases.value());
    Operand<TFloat32> predictions = tf.withName("predictions").nn.softmax(logits);
    Operand<TFloat32> losses = losses(logits);
    Operand<TFloat32> loss = loss(losses);
    return new LanguageModel(
        settings,
        batchSize,
        numSteps,
        variables,
        inputs,
        targets,
        keepProb,
        inputKeepProb,
        recurrentKeepProb,
        weightKeepProb,
        initialState,
        finalState,
        predictions,
        losses,
        loss,
        new SamplingDecoder.Network(
            cell, embedding.map(table -> table.variable().value()), weights, biases.value()),
        options.map(o -> training(loss, o)));
  }

  // Models that read one-hot rows have one-hot labels too, as in the book.
  private Operand<TFloat32> losses(Operand<TFloat32> logits) {
    Operand<TFloat32> crossEntropy;
    if (settings.hasEmbedding()) {
      Operand<TInt32> labels = tf.reshape(targets, tf.array(-1));
      crossEntropy =
          tf.nn
              .sparseSoftmaxCrossEntropyWithLogits(
                  logits, hasPadding() ? tf.math.maximum(labels, tf.constant(0)) : labels)
              .loss();
    } else {
      Operand<TFloat32> labels =
          tf.reshape(oneHot(targets), tf.array(-1, settings.vocabularySize()));
      crossEntropy = FrameworkOps.create(tf).nn.softmaxCrossEntropyWithLogits(labels, logits, -1);
    }
    return tf.withName("losses").identity(crossEntropy);
  }

  private boolean hasPadding() {
    return options.map(TrainingOptions::padding).orElse(false);
  }

  // the mean of the losses of targets that are not padding
  private Operand<TFloat32> loss(Operand<TFloat32> losses) {
    if (!hasPadding()) {
      return tf.withName("loss").math.mean(losses, tf.array(0));
    }
    Operand<TFloat32> weights =
        tf.dtypes.cast(
            tf.math.greaterEqual(tf.reshape(targets, tf.array(-1)), tf.constant(0)),
            TFloat32.class);
    return tf.withName("loss")
        .math
        .div(
            tf.sum(tf.math.mul(losses, weights), tf.array(0)),
            tf.math.maximum(tf.sum(weights, tf.array(0)), tf.constant(1f)));
  }

  private LanguageModel.Training training(Operand<TFloat32> loss, TrainingOptions given) {
    List<GraphVariable<TFloat32>> trainable = variables.trainable();
    List<Operand<TFloat32>> gradients =
        gradients(
            given.sumOverSteps() ? tf.math.mul(loss, tf.constant((float) numSteps)) : loss,
            trainable);
    Optional<ClipByGlobalNorm<TFloat32>> clip =
        given.gradClip() == 0
            ? Optional.empty()
            : Optional.of(ClipByGlobalNorm.of(tf, gradients, given.gradClip()));
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    for (Operand<TFloat32> gradient : clip.map(ClipByGlobalNorm::clipped).orElse(gradients)) {
      // Adam changes all rows of a variable; by a dense gradient it does so in one operation.
      clipped.add(given.optimizer() == OptimizerKind.ADAM ? gradient.asOutput() : gradient);
    }
    Optional<LanguageModel.LearningRateFeed> feed =
        learningRate
            .map(this::feed)
            .or(() -> given.feedsLearningRate() ? Optional.of(feed(given)) : Optional.empty());
    LearningRate rate =
        learningRate
            .map(variable -> LearningRate.of(variable.value()))
            .or(() -> feed.map(fed -> LearningRate.of(fed.value())))
            .orElseGet(() -> LearningRate.of(given.learningRate()));
    GraphVariable<TInt64> step = globalStep.orElseThrow();
    Op update =
        withWeightDecay(given.optimizer().optimizer(rate, given.momentum()), rate, given, trainable)
            .applyGradients(tf, variables, trainable, clipped, step);
    Op trainStep =
        given.averageDecay() == 0
            ? update
            : ExponentialMovingAverage.of((float) given.averageDecay())
                .apply(tf.withControlDependencies(update), variables, trainable);
    return new LanguageModel.Training(
        trainStep,
        clip.map(ClipByGlobalNorm::globalNorm)
            .orElseGet(() -> ClipByGlobalNorm.globalNorm(tf, gradients)),
        NamedTensors.byVariable(trainable, clipped),
        step,
        feed,
        allFinite(tf, trainable));
  }

  // Matrices lose a share of rate * weight_decay at each step; biases do not.
  private Optimizer withWeightDecay(
      Optimizer optimizer,
      LearningRate rate,
      TrainingOptions given,
      List<GraphVariable<TFloat32>> trainable) {
    if (given.weightDecay() == 0) {
      return optimizer;
    }
    Operand<TFloat32> share = tf.math.mul(rate.operand(tf), tf.constant(given.weightDecay()));
    return new DecoupledWeightDecayExtension(optimizer, HyperParameter.of(share))
        .withDecayVarList(trainable.stream().filter(v -> v.shape().numDimensions() > 1).toList());
  }

  // In TF1 the gradient of an embedding is one row for each look-up (IndexedSlices), and the global
  // norm is taken of these rows before those of the same symbol are added up. That of a table which
  // the softmax reads too is dense.
  private List<Operand<TFloat32>> gradients(
      Operand<TFloat32> loss, List<GraphVariable<TFloat32>> trainable) {
    List<Operand<TFloat32>> xs = new ArrayList<>();
    for (GraphVariable<TFloat32> variable : trainable) {
      xs.add(isEmbedding(variable) ? embedding.orElseThrow().rows() : variable.value());
    }
    Optional<Operand<TFloat32>> tied = embedding.flatMap(Embedding::tied);
    tied.ifPresent(xs::add);
    var all = tf.gradients(loss, xs);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int k = 0; k < trainable.size(); k++) {
      GraphVariable<TFloat32> variable = trainable.get(k);
      Operand<TFloat32> gradient = all.dy(k);
      if (isEmbedding(variable)) {
        long width = variable.shape().get(1);
        IndexedSlices<TFloat32> rows =
            new IndexedSlices<>(
                tf.reshape(gradient, tf.array(-1, (int) width)),
                tf.reshape(inputs, tf.array(-1)),
                variable.shape());
        gradient = tied.isPresent() ? tf.math.add(rows, all.<TFloat32>dy(trainable.size())) : rows;
      }
      gradients.add(gradient);
    }
    return gradients;
  }

  private boolean isEmbedding(GraphVariable<TFloat32> variable) {
    return embedding.filter(known -> known.variable().name().equals(variable.name())).isPresent();
  }

  private LanguageModel.LearningRateFeed feed(TrainingOptions given) {
    return new LanguageModel.LearningRateFeed(
        tf.withName("learning_rate")
            .placeholderWithDefault(tf.constant(given.learningRate()), Shape.scalar()),
        Optional.empty());
  }

  private LanguageModel.LearningRateFeed feed(GraphVariable<TFloat32> variable) {
    Operand<TFloat32> value =
        tf.withName("learning_rate").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    return new LanguageModel.LearningRateFeed(
        value, Optional.of(tf.assign(variable.reference(), value)));
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

  private RNNState<TFloat32> named(String scope, RNNState<TFloat32> state) {
    Ops inside = tf.withSubScope(scope);
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (Operand<TFloat32> leaf : state.flatten()) {
      leaves.add(inside.identity(leaf));
    }
    return state.pack(leaves);
  }
}
