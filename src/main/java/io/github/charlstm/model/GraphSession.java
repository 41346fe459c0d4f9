package io.github.charlstm.model;

import static java.util.stream.Collectors.toSet;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.SavedModelWriter;
import io.github.charlstm.checkpoint.Saver;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.sample.ExclusiveUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * A model's graph, its session and the values of its variables: what training, saving and restoring
 * have in common. Subclasses feed the batches of their model. A call while another thread is in one
 * throws {@link java.util.ConcurrentModificationException}.
 *
 * @param <B> a batch
 */
public abstract sealed class GraphSession<B> implements AutoCloseable
    permits LanguageModelSession, RowClassifierSession {
  /** Tag of the graph for predictions in a SavedModel, as Python's loaders expect it. */
  public static final String SERVING_TAG = "serve";

  /** Tag of the training graph in a SavedModel. */
  public static final String TRAINING_TAG = "train";

  private final Graph graph;
  private final VariableStore variables;
  private final Op initializer;
  private final Saver saver;
  private final Session session;
  private final ExclusiveUse use =
      new ExclusiveUse(
          "open a session for each thread, or read a language model by newReader() for each");
  private Optional<GraphDef> definition = Optional.empty();
  private Optional<Float> learningRate = Optional.empty();

  /**
   * What a training step gives: the mean loss of the batch before the update, with dropout (nats a
   * symbol, or as {@link RowClassifier#loss}), and the gradients' norm before clipping.
   */
  public record StepResult(float loss, float globalNorm) {}

  /** Adds the initializer and the saver to a complete graph, which this closes. */
  GraphSession(Graph graph, VariableStore variables, ConfigProto options) {
    this.graph = graph;
    this.variables = variables;
    initializer = variables.globalVariablesInitializer();
    saver = Saver.create(Ops.create(graph), variables.references(), 0);
    session = new Session(graph, options);
  }

  /** Builds a session in a new graph, which is closed if that fails. */
  static <T> T inGraph(Function<Graph, T> builder) {
    Graph graph = new Graph();
    try {
      return builder.apply(graph);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /** The loss and the operations of a training step. */
  abstract Operand<TFloat32> loss();

  abstract LanguageModel.Training training();

  abstract void feed(Feeds feeds, B batch, KeepProbs keepProbs);

  /** Takes the tensors from {@code first} on to the next step, and closes the others. */
  void advance(Result result, int first) {
    result.close();
  }

  /** Gives every variable its initial value. */
  public void initialize() {
    learningRate = Optional.empty();
    session.run(initializer);
  }

  /**
   * Gives every variable its value in a checkpoint. A graph that trains must use every tensor of
   * it; one that does not passes over the optimizer's slots.
   */
  public void restore(Path prefix) {
    learningRate = Optional.empty();
    if (hasTraining()) {
      saver.restoreExactly(session, prefix);
    } else {
      saver.restoreAllowingUnused(session, prefix);
    }
  }

  boolean hasTraining() {
    return true;
  }

  /** One training step. */
  public StepResult trainStep(B batch, KeepProbs keepProbs) {
    LanguageModel.Training training = training();
    try (Feeds feeds = feeds()) {
      feed(feeds, batch, keepProbs);
      feedLearningRate(feeds);
      feeds.runner.fetch(loss()).fetch(training.globalNorm()).addTarget(training.trainStep());
      Result result = run(feeds);
      StepResult step = new StepResult(scalar(result.get(0)), scalar(result.get(1)));
      advance(result, 2);
      return step;
    }
  }

  /**
   * The gradients that a training step on a batch would apply, with its dropout masks, by the
   * variables' names, after clipping; to be closed. This is a run of its own, which changes neither
   * variables nor state.
   */
  public NamedTensors gradients(B batch, KeepProbs keepProbs) {
    Map<String, Operand<TFloat32>> gradients = training().gradients();
    try (Feeds feeds = feeds()) {
      feed(feeds, batch, keepProbs);
      gradients.values().forEach(feeds.runner::fetch);
      return NamedTensors.of(gradients.keySet(), run(feeds));
    }
  }

  private void feedLearningRate(Feeds feeds) {
    training()
        .learningRate()
        .filter(feed -> feed.assign().isEmpty())
        .ifPresent(
            feed ->
                learningRate.ifPresent(rate -> feeds.feed(feed.value(), TFloat32.scalarOf(rate))));
  }

  /** Runs what was fed and fetched; models with a state feed it and fetch the next. */
  Result run(Feeds feeds) {
    return feeds.runner.run();
  }

  /** {@return the trainable variables' values by name; to be closed} */
  public NamedTensors trainableValues() {
    return NamedTensors.of(session.runner(), variables.trainable());
  }

  /** Sets the learning rate of the next steps; one that is a constant of the graph stays. */
  public void setLearningRate(float rate) {
    if (learningRate.isPresent() && learningRate.get() == rate) {
      return;
    }
    learningRate = Optional.of(rate);
    Optional<LanguageModel.LearningRateFeed> feed = training().learningRate();
    Optional<Op> assign = feed.flatMap(LanguageModel.LearningRateFeed::assign);
    if (assign.isPresent()) {
      try (TFloat32 value = TFloat32.scalarOf(rate)) {
        session.runner().feed(feed.get().value(), value).addTarget(assign.get()).run().close();
      }
    }
  }

  /** {@return whether every trainable variable is free of NaN and infinities} */
  public boolean isFinite() {
    try (Result result = session.runner().fetch(training().allFinite()).run()) {
      return ((TBool) result.get(0)).getBoolean();
    }
  }

  /** {@return the tensors that go from one step to the next, by name; valid until the next run} */
  public Map<String, Tensor> state() {
    return Map.of();
  }

  /** {@return the graph's definition} */
  public synchronized GraphDef graphDef() {
    return definition.orElseGet(graph::toGraphDef);
  }

  /** {@return the graphs of a SavedModel of this model, for training and for predictions} */
  public abstract List<MetaGraphDef> metaGraphs();

  MetaGraphDef metaGraph(String tag, Map<String, SignatureDef> signatures) {
    List<VariableDef> definitions = variables.all().stream().map(GraphSession::definition).toList();
    return SavedModelWriter.metaGraph(
        graphDef(), saver.saverDef(), List.of(tag), signatures, definitions);
  }

  /** Writes a SavedModel with this session's variables; the folder is made if missing. */
  public void write(SavedModelWriter writer, Path folder) throws IOException {
    writer.write(folder, session, saver);
  }

  /** Writes {@code prefix.index} and its data (Python: {@code Saver.save}). */
  public void saveCheckpoint(Path prefix) throws IOException {
    saver.write(session, prefix);
  }

  /**
   * Copies the values, or their moving averages where there are some, to the variables of the same
   * names in another session.
   */
  public void copyVariables(GraphSession<B> other) {
    Set<String> names = variables.all().stream().map(GraphVariable::name).collect(toSet());
    Session.Runner fetch = session.runner();
    for (GraphVariable<?> variable : other.variables().all()) {
      String average = averageName(variable.name());
      fetch.fetch(names.contains(average) ? average : variable.name());
    }
    try (Result values = fetch.run()) {
      int next = 0;
      Map<String, Tensor> byName = new HashMap<>();
      for (GraphVariable<?> variable : other.variables().all()) {
        byName.put(variable.name(), values.get(next++));
      }
      other.assign(byName);
    }
  }

  /**
   * As {@link #restore}, but gives every variable its moving average in the checkpoint (Python:
   * {@code ExponentialMovingAverage.variables_to_restore}), where there is one.
   */
  public void restoreAverages(Path prefix) {
    restore(prefix);
    assignAverages(prefix);
  }

  /** As {@link #restoreAverages}, of a checkpoint of another optimizer, whose slots are unused. */
  void restoreWeights(Path prefix) {
    saver.restoreAllowingUnused(session, prefix);
    assignAverages(prefix);
  }

  private void assignAverages(Path prefix) {
    CheckpointReader reader = CheckpointReader.open(prefix);
    Map<String, Tensor> averages = new HashMap<>();
    try {
      for (GraphVariable<?> variable : variables.all()) {
        String average = averageName(variable.name());
        if (reader.hasTensor(average)) {
          averages.put(variable.name(), reader.readTensor(average));
        }
      }
      assign(averages);
    } finally {
      averages.values().forEach(Tensor::close);
    }
  }

  /** {@return the name of a variable's moving average, if it has one} */
  public static String averageName(String variable) {
    return variable + "/ExponentialMovingAverage";
  }

  /** Gives some variables, and their moving averages, values by their names. */
  public void assign(Map<String, ? extends Tensor> values) {
    if (values.isEmpty()) {
      return;
    }
    // An initializer assigns whatever its initial value is fed with.
    Session.Runner assign = session.runner();
    for (GraphVariable<?> variable : variables.all()) {
      Tensor value = values.get(variable.name().replaceFirst(averageName("") + "$", ""));
      if (value != null) {
        assign.addTarget(variable.initializer());
      }
      if (values.containsKey(variable.name())) { // an average has its variable's initial value
        assign.feed(variable.initialValue(), values.get(variable.name()));
      }
    }
    assign.run().close();
  }

  private VariableStore variables() {
    return variables;
  }

  Session session() {
    return session;
  }

  void run(Op target) {
    session.run(target);
  }

  /** {@return the use of this session by one thread} */
  public ExclusiveUse exclusive() {
    return use;
  }

  /** Begins a run of this session. */
  Feeds feeds() {
    return new Feeds(session, use.begin());
  }

  /** What is added to the graph from now on is not part of {@link #graphDef}. */
  synchronized void keepDefinition() {
    if (definition.isEmpty()) {
      definition = Optional.of(graph.toGraphDef());
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }

  private static VariableDef definition(GraphVariable<?> variable) {
    return SavedModelWriter.variable(
        variable.reference(),
        variable.initialValue(),
        variable.initializer(),
        variable.value(),
        variable.trainable());
  }

  static float scalar(Tensor tensor) {
    return ((TFloat32) tensor).getFloat();
  }

  /** All values, row-major. */
  static float[] floats(Tensor tensor) {
    TFloat32 source = (TFloat32) tensor;
    float[] values = new float[Math.toIntExact(source.size())];
    source.asRawTensor().data().asFloats().read(values);
    return values;
  }

  /** One run of the session, with the tensors fed to it. */
  static final class Feeds implements AutoCloseable {
    final Session.Runner runner;
    private final List<Tensor> fed = new ArrayList<>();
    private final ExclusiveUse.Call call;

    /**
     * @param call ends with this
     */
    Feeds(Session session, ExclusiveUse.Call call) {
      runner = session.runner();
      this.call = call;
    }

    void feed(Operand<?> operand, Tensor tensor) {
      fed.add(tensor);
      runner.feed(operand, tensor);
    }

    @Override
    public void close() {
      fed.forEach(Tensor::close);
      call.close();
    }
  }
}
