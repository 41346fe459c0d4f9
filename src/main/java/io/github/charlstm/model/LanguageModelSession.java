package io.github.charlstm.model;

import io.github.charlstm.sample.NextSymbolModel;
import io.github.charlstm.sample.NextSymbolPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * A {@link LanguageModel} that runs: its graph, a session, and the state that goes from each run to
 * the next. Not for use by several threads at once.
 */
public final class LanguageModelSession extends LanguageModelVariables implements NextSymbolModel {
  /** Tag of the sampling graph in a SavedModel, as Python's loaders expect it. */
  public static final String SERVING_TAG = "serve";

  /** Tag of the training graph in a SavedModel. */
  public static final String TRAINING_TAG = "train";

  private final GraphSampler sampler;
  private RecurrentState state;

  /**
   * What a training step gives.
   *
   * @param loss mean cross-entropy of the window before the update, nats a character
   * @param globalNorm of the gradients before clipping
   */
  public record StepResult(float loss, float globalNorm) {}

  private LanguageModelSession(
      Graph graph, Function<Ops, LanguageModel> builder, ConfigProto options) {
    super(graph, builder, options);
    try {
      state = new RecurrentState(model);
      sampler = new GraphSampler(Ops.create(graph), model);
    } catch (RuntimeException e) {
      values.close();
      throw e;
    }
  }

  /**
   * {@return a session on the training graph; its variables have no values yet}
   *
   * @param settings of the model
   * @param batchSize N, at least 1
   * @param numSteps T, at least 1
   * @param options of the train operation, and of the session that it suits
   */
  public static LanguageModelSession training(
      ModelSettings settings, int batchSize, int numSteps, TrainingOptions options) {
    RnnImplementation loop = RnnImplementation.of(settings, Optional.of(options));
    return new LanguageModelSession(
        new Graph(),
        tf -> settings.build(tf, batchSize, numSteps, Optional.of(options)),
        SessionOptions.forLoop(loop, options.lanes()));
  }

  /**
   * {@return a session on an inference graph; its variables have no values yet}
   *
   * @param settings of the model
   * @param batchSize N, at least 1
   * @param numSteps T, at least 1
   */
  public static LanguageModelSession inference(
      ModelSettings settings, int batchSize, int numSteps) {
    return new LanguageModelSession(
        new Graph(),
        tf -> settings.build(tf, batchSize, numSteps, Optional.empty()),
        batchSize == 1 && numSteps == 1
            ? SessionOptions.forOneSymbol()
            : SessionOptions.forUnrolledGraphs());
  }

  /** {@return the graph that it runs} */
  public LanguageModel model() {
    return model;
  }

  /** Forgets the state: the next run starts from zeros. */
  @Override
  public void resetState() {
    state.reset();
  }

  /**
   * Does something from a state of zeros and then takes the present state up again.
   *
   * @param <T> what it gives
   * @param action runs windows on this session
   * @return what the action gives
   */
  public <T> T withFreshState(Supplier<T> action) {
    RecurrentState before = state;
    try (RecurrentState fresh = new RecurrentState(model)) {
      state = fresh;
      return action.get();
    } finally {
      state = before;
    }
  }

  /**
   * Takes a state.
   *
   * @param values one row-major {@code [N, L]} array a leaf: c and h of each layer
   */
  public void setState(List<float[]> values) {
    state.set(values);
  }

  /** {@return the state's tensors by name; this session's, and valid until the next run} */
  public Map<String, Tensor> state() {
    return state.tensors();
  }

  /**
   * One training step on a window: updates the variables and moves the state on.
   *
   * @param inputs {@code [N*T]}, row-major
   * @param targets {@code [N*T]}, row-major
   * @param keepProbs shares of values that dropout keeps
   * @return the loss and the gradients' norm
   */
  public StepResult trainStep(int[] inputs, int[] targets, KeepProbs keepProbs) {
    LanguageModel.Training training = model.training();
    Result result =
        run(inputs, targets, keepProbs, List.of(model.loss(), training.globalNorm()), training);
    float loss = TensorIO.scalar(result.get(0));
    float globalNorm = TensorIO.scalar(result.get(1));
    state.advance(result, 2);
    return new StepResult(loss, globalNorm);
  }

  /**
   * The gradients that a training step on a window would apply, with its dropout masks. Neither
   * variables nor state change, and the step's own run stays the same: this is one more.
   *
   * @param inputs {@code [N*T]}, row-major
   * @param targets {@code [N*T]}, row-major
   * @param keepProbs shares of values that dropout keeps
   * @return them by the variables' names, after clipping; to be closed
   */
  public NamedTensors gradients(int[] inputs, int[] targets, KeepProbs keepProbs) {
    Map<String, Operand<TFloat32>> gradients = model.training().gradients();
    List<Operand<TFloat32>> fetches = List.copyOf(gradients.values());
    return NamedTensors.of(gradients.keySet(), run(inputs, targets, keepProbs, fetches, null));
  }

  /**
   * The values of the variables that are trained, as they are now.
   *
   * @return them by the variables' names; to be closed
   */
  public NamedTensors trainableValues() {
    return NamedTensors.of(values.runner(), model.variables().trainable());
  }

  /**
   * Sets the learning rate, where the model keeps it in a variable; else it is the one that the
   * graph was built with.
   *
   * @param rate above 0
   */
  public void setLearningRate(float rate) {
    model.training().learningRate().ifPresent(feed -> assign(feed, rate));
  }

  private void assign(LanguageModel.LearningRateFeed feed, float rate) {
    try (TFloat32 value = TFloat32.scalarOf(rate)) {
      values.runner().feed(feed.value(), value).addTarget(feed.assign()).run().close();
    }
  }

  /**
   * Scores a window without dropout and moves the state on.
   *
   * @param inputs {@code [N*T]}, row-major
   * @param targets {@code [N*T]}, row-major
   * @return cross-entropy of each target in nats, {@code [N*T]}
   */
  public float[] losses(int[] inputs, int[] targets) {
    Result result = run(inputs, targets, KeepProbs.ALL, List.of(model.losses()), null);
    float[] losses = TensorIO.floats(result.get(0));
    state.advance(result, 1);
    return losses;
  }

  /**
   * Feeds a window without dropout and moves the state on.
   *
   * @param inputs {@code [N*T]}, row-major
   * @return probability of each character coming next, {@code [N*T*V]}
   */
  public float[] predict(int[] inputs) {
    Result result = run(inputs, null, KeepProbs.ALL, List.of(model.predictions()), null);
    float[] probabilities = TensorIO.floats(result.get(0));
    state.advance(result, 1);
    return probabilities;
  }

  /**
   * As {@link #predict} for one symbol.
   *
   * @throws IllegalStateException unless the graph has one sequence and one step
   */
  @Override
  public float[] predictNext(int symbol) {
    if (model.batchSize() != 1 || model.numSteps() != 1) {
      throw new IllegalStateException(
          "reading symbol by symbol needs a graph of one sequence and one step, found "
              + model.batchSize()
              + " and "
              + model.numSteps());
    }
    return predict(new int[] {symbol});
  }

  /** True for the policies of package {@code sample} if the graph has one sequence. */
  @Override
  public boolean generates(NextSymbolPolicy policy) {
    return model.batchSize() == 1 && GraphSampler.Rule.of(policy).isPresent();
  }

  /**
   * Without dropout. The first call with a kind of policy adds a loop, not saved with the model.
   */
  @Override
  public GeneratedSymbols generate(
      int symbol, NextSymbolPolicy policy, OptionalInt stop, double[] uniforms) {
    if (!generates(policy)) {
      throw new UnsupportedOperationException(
          "generating in a graph needs one sequence, found "
              + model.batchSize()
              + ", and a greedy, top-n or temperature policy, found "
              + policy);
    }
    values.keepDefinition();
    return sampler.generate(values.session(), state, symbol, policy, stop, uniforms);
  }

  @Override
  public void close() {
    state.close();
    values.close();
  }

  private Result run(
      int[] inputs,
      int[] targets,
      KeepProbs keepProbs,
      List<Operand<TFloat32>> fetches,
      LanguageModel.Training training) {
    List<Tensor> fed = new ArrayList<>();
    try {
      Session.Runner runner = values.runner();
      TensorIO.feed(runner, fed, model.inputs(), TensorIO.window(model, inputs));
      TensorIO.feed(runner, fed, model.keepProb(), TFloat32.scalarOf(keepProbs.output()));
      if (model.inputKeepProb().isPresent()) {
        TensorIO.feed(
            runner, fed, model.inputKeepProb().get(), TFloat32.scalarOf(keepProbs.input()));
      }
      if (targets != null) {
        TensorIO.feed(runner, fed, model.targets(), TensorIO.window(model, targets));
      }
      fetches.forEach(runner::fetch);
      if (training != null) {
        runner.addTarget(training.trainStep());
      }
      state.connect(runner);
      return runner.run();
    } finally {
      fed.forEach(Tensor::close);
    }
  }
}
