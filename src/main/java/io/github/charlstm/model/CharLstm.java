package io.github.charlstm.model;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.UniformNoise;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ClipByGlobalNorm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.framework.op.FrameworkOps;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.OneHot;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * The character-level LSTM of Deep Learning by Example, chapter 10 (Python: the book's class {@code
 * CharLSTM}).
 *
 * <p>One-hot characters go through the cells, step by step; each output row gives logits {@code row
 * * softmax/Variable + softmax/Variable_1}; the loss is the mean softmax cross-entropy with the
 * next character. N is the batch size, T the number of steps, L the LSTM size, V the vocabulary
 * size.
 *
 * <p>The training graph and every inference graph give their variables the same names, so one
 * checkpoint serves all.
 */
public final class CharLstm {
  private final CharLstmSettings settings;
  private final int batchSize;
  private final int numSteps;
  private final VariableStore variables;
  private final Placeholder<TInt32> inputs;
  private final Placeholder<TInt32> targets;
  private final Placeholder<TFloat32> keepProb;
  private final RNNState initialState;
  private final RNNState finalState;
  private final Operand<TFloat32> predictions;
  private final Operand<TFloat32> losses;
  private final Operand<TFloat32> loss;
  private final Optional<Training> training;

  /**
   * The training half of the graph.
   *
   * @param trainStep one update of all variables
   * @param globalNorm of the gradients, before clipping
   * @param globalStep number of updates done so far
   * @param allFinite whether every trainable variable is free of NaN and infinities
   */
  public record Training(
      Op trainStep,
      Operand<TFloat32> globalNorm,
      GraphVariable<TInt64> globalStep,
      Operand<TBool> allFinite) {}

  private CharLstm(
      Ops tf,
      CharLstmSettings settings,
      int batchSize,
      int numSteps,
      Optional<TrainingOptions> options) {
    if (batchSize < 1 || numSteps < 1) {
      throw new IllegalArgumentException(
          "batch_size and num_steps must be at least 1, found " + batchSize + " and " + numSteps);
    }
    this.settings = settings;
    this.batchSize = batchSize;
    this.numSteps = numSteps;
    long seed = options.map(TrainingOptions::seed).orElse(0L);
    RandomSeeds seeds = RandomSeeds.numbered(seed);
    variables = new VariableStore(tf, seeds);

    Shape window = Shape.of(batchSize, numSteps);
    inputs = tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(window));
    targets = tf.withName("targets").placeholder(TInt32.class, Placeholder.shape(window));
    keepProb =
        tf.withName("keep_prob").placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

    Optional<GraphVariable<TInt64>> globalStep = options.map(o -> variables.createGlobalStep());
    UniformNoise noise =
        globalStep
            .map(step -> UniformNoise.ofStep(seed, step.value()))
            .orElseGet(() -> UniformNoise.stream(seeds));
    RNNCell cell = cell(noise);
    initialState = cell.zeroState(tf, batchSize);
    StaticRnn rnn =
        StaticRnn.builder(tf, variables.rootScope(), cell, oneHotSteps(tf))
            .initialState(initialState)
            .build();
    finalState = named(tf.withSubScope("final_state"), rnn.state());

    Operand<TFloat32> logits = logits(tf, rnn.outputs());
    predictions = tf.withName("predictions").nn.softmax(logits);
    losses = losses(tf, logits);
    loss = tf.withName("loss").math.mean(losses, tf.array(0));
    training = options.map(o -> training(tf, o, globalStep.orElseThrow()));
  }

  /**
   * Builds the training graph.
   *
   * @param batchSize N, at least 1
   * @param numSteps T, at least 1
   */
  public static CharLstm training(
      Ops tf, CharLstmSettings settings, int batchSize, int numSteps, TrainingOptions options) {
    return new CharLstm(tf, settings, batchSize, numSteps, Optional.of(options));
  }

  /** Builds a graph without a train operation; the book samples with N = T = 1. */
  public static CharLstm inference(Ops tf, CharLstmSettings settings, int batchSize, int numSteps) {
    return new CharLstm(tf, settings, batchSize, numSteps, Optional.empty());
  }

  public CharLstmSettings settings() {
    return settings;
  }

  /** N. */
  public int batchSize() {
    return batchSize;
  }

  /** T. */
  public int numSteps() {
    return numSteps;
  }

  /** All variables of the graph. */
  public VariableStore variables() {
    return variables;
  }

  /** {@code inputs [N, T]}: characters as numbers of the vocabulary. */
  public Operand<TInt32> inputs() {
    return inputs;
  }

  /** {@code targets [N, T]}: the character after each input. */
  public Operand<TInt32> targets() {
    return targets;
  }

  /** {@code keep_prob}: scalar in (0, 1]; 1 when sampling and evaluating. Unused as printed. */
  public Operand<TFloat32> keepProb() {
    return keepProb;
  }

  /** Zeros unless fed: (c, h) a layer, each {@code [N, L]}. */
  public RNNState initialState() {
    return initialState;
  }

  /** After the last step, in the structure of the initial state. */
  public RNNState finalState() {
    return finalState;
  }

  /** {@code predictions [N*T, V]}: probability of each character coming next; row n*T + t. */
  public Operand<TFloat32> predictions() {
    return predictions;
  }

  /** {@code losses [N*T]}: cross-entropy of each target in nats; row n*T + t. */
  public Operand<TFloat32> losses() {
    return losses;
  }

  /** {@code loss}: mean of {@link #losses()}, in nats a character. */
  public Operand<TFloat32> loss() {
    return loss;
  }

  /** Whether this is a training graph. */
  public boolean hasTraining() {
    return training.isPresent();
  }

  /**
   * @throws IllegalStateException on an inference graph
   */
  public Training training() {
    return training.orElseThrow(
        () -> new IllegalStateException("this graph was built without a train operation"));
  }

  private RNNCell cell(UniformNoise noise) {
    if (settings.asPrinted()) {
      return new BasicLSTMCell(settings.lstmSize());
    }
    List<RNNCell> layers = new ArrayList<>();
    for (int k = 0; k < settings.numLayers(); k++) {
      layers.add(
          DropoutWrapper.builder(new BasicLSTMCell(settings.lstmSize()))
              .outputKeepProb(keepProb)
              .noise(noise)
              .build());
    }
    return new MultiRNNCell(layers);
  }

  // [N, T] -> T times [N, V]
  private List<? extends Operand<TFloat32>> oneHotSteps(Ops tf) {
    return tf.unstack(oneHot(tf, inputs), (long) numSteps, Unstack.axis(1L)).output();
  }

  private Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> characters) {
    return tf.oneHot(
        characters,
        tf.constant(settings.vocabularySize()),
        tf.constant(1f),
        tf.constant(0f),
        new OneHot.Options[0]);
  }

  private Operand<TFloat32> logits(Ops tf, List<Operand<TFloat32>> outputs) {
    int lstmSize = settings.lstmSize();
    Operand<TFloat32> stacked = TimeStack.of(tf, outputs); // [N, T, L]
    Operand<TFloat32> rows = tf.reshape(stacked, tf.array(-1, lstmSize)); // [N*T, L]
    VariableScope softmax = variables.rootScope().child("softmax");
    GraphVariable<TFloat32> weights =
        softmax.variable(
            Shape.of(lstmSize, settings.vocabularySize()), Initializers.truncatedNormal(0f, 0.1f));
    GraphVariable<TFloat32> biases =
        softmax.variable(Shape.of(settings.vocabularySize()), Initializers.zeros());
    return tf.math.add(tf.linalg.matMul(rows, weights.value()), biases.value());
  }

  private Operand<TFloat32> losses(Ops tf, Operand<TFloat32> logits) {
    Operand<TFloat32> labels =
        tf.reshape(oneHot(tf, targets), tf.array(-1, settings.vocabularySize()));
    Operand<TFloat32> crossEntropy =
        FrameworkOps.create(tf).nn.softmaxCrossEntropyWithLogits(labels, logits, -1);
    return tf.withName("losses").identity(crossEntropy);
  }

  private Training training(Ops tf, TrainingOptions options, GraphVariable<TInt64> globalStep) {
    List<GraphVariable<TFloat32>> trainable = variables.trainable();
    List<Operand<TFloat32>> values = new ArrayList<>();
    trainable.forEach(variable -> values.add(variable.value()));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    var all = tf.gradients(loss, values);
    for (int k = 0; k < values.size(); k++) {
      gradients.add(all.dy(k));
    }
    ClipByGlobalNorm clip = ClipByGlobalNorm.of(tf, gradients, options.gradClip());
    Op trainStep =
        new AdamOptimizer(options.learningRate())
            .applyGradients(tf, variables, trainable, clip.clipped(), globalStep);
    return new Training(trainStep, clip.globalNorm(), globalStep, allFinite(tf, values));
  }

  private static Operand<TBool> allFinite(Ops tf, List<Operand<TFloat32>> values) {
    List<Operand<TBool>> finite = new ArrayList<>();
    for (Operand<TFloat32> value : values) {
      Operand<TFloat32> flat = tf.reshape(value, tf.array(-1));
      finite.add(tf.all(tf.math.isFinite(flat), tf.array(0)));
    }
    return tf.all(tf.stack(finite), tf.array(0));
  }

  private static RNNState named(Ops tf, RNNState state) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (Operand<TFloat32> leaf : state.flatten()) {
      leaves.add(tf.identity(leaf));
    }
    return state.pack(leaves);
  }
}
