package io.github.charlstm.model;

import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.sample.ExclusiveUse;
import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A session of a {@link LanguageModel} that carries the recurrent state from run to run. */
public final class LanguageModelSession extends GraphSession<TrainingBatches.Batch>
    implements NextSymbolModel {
  private final LanguageModel model;
  private final GraphSampler sampler;
  private RecurrentState state;

  private LanguageModelSession(Graph graph, LanguageModel model, ConfigProto options) {
    super(graph, model.variables(), options);
    this.model = model;
    state = new RecurrentState(model);
    sampler = new GraphSampler(Ops.create(graph), model);
  }

  static LanguageModelSession of(Function<Ops, LanguageModel> builder, ConfigProto options) {
    return inGraph(
        graph -> new LanguageModelSession(graph, builder.apply(Ops.create(graph)), options));
  }

  /** {@return a session on the training graph; its variables have no values yet} */
  public static LanguageModelSession training(
      ModelSettings settings, int batchSize, int numSteps, TrainingOptions options) {
    RnnImplementation loop = RnnImplementation.of(settings, Optional.of(options));
    return of(
        tf -> settings.build(tf, batchSize, numSteps, Optional.of(options)),
        SessionOptions.forLoop(loop, options.lanes()));
  }

  /** {@return a session on an inference graph; its variables have no values yet} */
  public static LanguageModelSession inference(
      ModelSettings settings, int batchSize, int numSteps) {
    return of(
        tf -> settings.build(tf, batchSize, numSteps, Optional.empty()),
        batchSize == 1 && numSteps == 1
            ? SessionOptions.forOneSymbol()
            : SessionOptions.forUnrolledGraphs());
  }

  /** {@return the model's graph} */
  public LanguageModel model() {
    return model;
  }

  @Override
  Operand<TFloat32> loss() {
    return model.loss();
  }

  @Override
  LanguageModel.Training training() {
    return model.training();
  }

  @Override
  boolean hasTraining() {
    return model.hasTraining();
  }

  @Override
  void feed(Feeds feeds, TrainingBatches.Batch batch, KeepProbs keepProbs) {
    state.resetRows(batch.starts());
    feed(feeds, batch.inputs(), keepProbs);
    feeds.feed(model.targets(), window(batch.targets()));
  }

  private void feed(Feeds feeds, int[] inputs, KeepProbs keepProbs) {
    feeds.feed(model.inputs(), window(inputs));
    feeds.feed(model.keepProb(), TFloat32.scalarOf(keepProbs.output()));
    model
        .inputKeepProb()
        .ifPresent(share -> feeds.feed(share, TFloat32.scalarOf(keepProbs.input())));
    model
        .recurrentKeepProb()
        .ifPresent(share -> feeds.feed(share, TFloat32.scalarOf(keepProbs.recurrent())));
    model
        .weightKeepProb()
        .ifPresent(share -> feeds.feed(share, TFloat32.scalarOf(keepProbs.weight())));
  }

  // Symbols as a tensor [N, T].
  private TInt32 window(int[] symbols) {
    Shape shape = Shape.of(model.batchSize(), model.numSteps());
    if (symbols.length != shape.size()) {
      throw new IllegalArgumentException(
          "a window of this graph has shape %s, so %s characters; found %s"
              .formatted(shape, shape.size(), symbols.length));
    }
    return TInt32.tensorOf(shape, DataBuffers.of(symbols, true, false));
  }

  @Override
  Result run(Feeds feeds) {
    state.connect(feeds.runner);
    return super.run(feeds);
  }

  @Override
  void advance(Result result, int first) {
    state.advance(result, first);
  }

  /** {@return the graph as it stands in a SavedModel, with a signature for its kind} */
  public MetaGraphDef metaGraph() {
    return model.hasTraining()
        ? metaGraph(TRAINING_TAG, ModelSignatures.training(model))
        : metaGraph(SERVING_TAG, ModelSignatures.serving(model));
  }

  @Override
  public List<MetaGraphDef> metaGraphs() {
    try (LanguageModelSession serving = inference(model.settings(), 1, 1)) {
      return List.of(metaGraph(), serving.metaGraph());
    }
  }

  /** Sets the state to zeros. */
  @Override
  public void resetState() {
    exclusive().run(() -> state.reset());
  }

  @Override
  public Optional<SavedState> saveState() {
    return exclusive().get(() -> Optional.of(state.save(exclusive())));
  }

  /**
   * {@return a reader of this session's variables with a state of its own, which begins with zeros}
   * Each of several threads may use one at the same time; the texts are those of a session alone.
   * It is closed before the session.
   *
   * @throws IllegalStateException unless the graph has one sequence and one step
   */
  public NextSymbolModel newReader() {
    requireOneSymbol();
    return new Reader();
  }

  /** Runs an action from a state of zeros, then restores the present state. */
  public <T> T withFreshState(Supplier<T> action) {
    return exclusive().get(() -> fromZeros(action));
  }

  private <T> T fromZeros(Supplier<T> action) {
    RecurrentState before = state;
    try (RecurrentState fresh = new RecurrentState(model)) {
      state = fresh;
      return action.get();
    } finally {
      state = before;
    }
  }

  /** Sets the state: a row-major {@code [N, L]} array for each tensor, c and h of each layer. */
  public void setState(List<float[]> values) {
    exclusive().run(() -> state.set(values));
  }

  @Override
  public Map<String, Tensor> state() {
    return state.tensors();
  }

  /**
   * {@return cross-entropy of each target in nats, without dropout; the state moves on} All are
   * {@code [N*T]}, row-major.
   */
  public float[] losses(int[] inputs, int[] targets) {
    return losses(new TrainingBatches.Batch(inputs, targets));
  }

  /**
   * As above; rows that start have a state of zeros before. The numbers of padding, whose target is
   * {@link TrainingBatches#NO_TARGET}, mean nothing.
   */
  public float[] losses(TrainingBatches.Batch batch) {
    return losses(batch, Optional.empty());
  }

  /** As above, in a run that does an operation too. */
  float[] losses(TrainingBatches.Batch batch, Optional<Op> operation) {
    // TensorFlow's kernel refuses targets that are no class, unless the graph replaces them. The
    // gradients that an operation takes must know which are padding.
    int[] classes =
        operation.isPresent()
            ? batch.targets()
            : Arrays.stream(batch.targets()).map(target -> Math.max(target, 0)).toArray();
    try (Feeds feeds = feeds()) {
      feed(
          feeds, new TrainingBatches.Batch(batch.inputs(), classes, batch.starts()), KeepProbs.ALL);
      operation.ifPresent(feeds.runner::addTarget);
      return fetch(feeds, model.losses(), state);
    }
  }

  /**
   * {@return probability of each character coming next, {@code [N*T*V]}, without dropout, for a
   * row-major window {@code [N*T]}; the state moves on}
   */
  public float[] predict(int[] inputs) {
    try (Feeds feeds = feeds()) {
      return predict(feeds, inputs, state);
    }
  }

  /** As above; rows that start have a state of zeros before. */
  public float[] predict(TrainingBatches.Batch batch) {
    try (Feeds feeds = feeds()) {
      state.resetRows(batch.starts());
      return predict(feeds, batch.inputs(), state);
    }
  }

  private float[] predict(Feeds feeds, int[] inputs, RecurrentState from) {
    feed(feeds, inputs, KeepProbs.ALL);
    return fetch(feeds, model.predictions(), from);
  }

  private static float[] fetch(Feeds feeds, Operand<TFloat32> operand, RecurrentState from) {
    feeds.runner.fetch(operand);
    from.connect(feeds.runner);
    Result result = feeds.runner.run();
    float[] values = floats(result.get(0));
    from.advance(result, 1);
    return values;
  }

  /** As {@link #predict}, for a graph of one sequence and one step. */
  @Override
  public float[] predictNext(int symbol) {
    requireOneSymbol();
    return predict(new int[] {symbol});
  }

  private void requireOneSymbol() {
    if (model.batchSize() != 1 || model.numSteps() != 1) {
      throw new IllegalStateException(
          "reading symbol by symbol needs a graph of one sequence and one step, found %s and %s"
              .formatted(model.batchSize(), model.numSteps()));
    }
  }

  /** True for the policies of package {@code sample} if the graph has one sequence. */
  @Override
  public boolean generates(NextSymbolPolicy policy) {
    return model.batchSize() == 1 && GraphSampler.Rule.of(policy).isPresent();
  }

  /** Without dropout. The first call with a kind of policy adds a loop, which is not saved. */
  @Override
  public GeneratedSymbols generate(
      int symbol, NextSymbolPolicy policy, OptionalInt stop, double[] uniforms) {
    try (Feeds feeds = feeds()) {
      return generate(feeds, state, symbol, policy, stop, uniforms);
    }
  }

  private GeneratedSymbols generate(
      Feeds feeds,
      RecurrentState from,
      int symbol,
      NextSymbolPolicy policy,
      OptionalInt stop,
      double[] uniforms) {
    if (!generates(policy)) {
      throw new UnsupportedOperationException(
          String.format(
              "generating in a graph needs one sequence, found %s, and a policy that looks at"
                  + " the probabilities alone, found %s",
              model.batchSize(), policy));
    }
    keepDefinition();
    return sampler.generate(feeds, from, symbol, policy, stop, uniforms);
  }

  /** A state of its own on the session's variables. */
  private final class Reader implements NextSymbolModel {
    private final RecurrentState own = new RecurrentState(model);
    private final ExclusiveUse use = new ExclusiveUse("make a newReader() for each thread");

    @Override
    public ExclusiveUse exclusive() {
      return use;
    }

    @Override
    public void resetState() {
      use.run(() -> own.reset());
    }

    @Override
    public Optional<SavedState> saveState() {
      return use.get(() -> Optional.of(own.save(use)));
    }

    @Override
    public float[] predictNext(int symbol) {
      try (Feeds feeds = new Feeds(session(), use.begin())) {
        return predict(feeds, new int[] {symbol}, own);
      }
    }

    @Override
    public boolean generates(NextSymbolPolicy policy) {
      return LanguageModelSession.this.generates(policy);
    }

    @Override
    public GeneratedSymbols generate(
        int symbol, NextSymbolPolicy policy, OptionalInt stop, double[] uniforms) {
      try (Feeds feeds = new Feeds(session(), use.begin())) {
        return LanguageModelSession.this.generate(feeds, own, symbol, policy, stop, uniforms);
      }
    }

    @Override
    public void close() {
      use.run(() -> own.close());
    }
  }

  @Override
  public void close() {
    exclusive()
        .run(
            () -> {
              state.close();
              super.close();
            });
  }
}
