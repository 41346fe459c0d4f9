package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import io.github.charlstm.sample.ExclusiveUse;
import io.github.charlstm.sample.HeldState;
import io.github.charlstm.sample.NextSymbolModel.SavedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;

/**
 * Runs a graph on windows of one text. A graph with N rows gets the text in each, and the first row
 * is read. The final state's tensors are fed to the next run as they are.
 */
final class WindowRunner implements AutoCloseable {
  private static final Set<DataType> FLOATS =
      Set.of(DataType.DT_FLOAT, DataType.DT_DOUBLE, DataType.DT_HALF, DataType.DT_BFLOAT16);

  private static final long MOST_COLUMNS = 65_536;

  private final LoadedGraph loaded;
  private final ImportedGraph graph;
  private final RoleMap roles;
  // Operations that reset the state that the graph keeps in variables, as Keras' stateful layers
  // do.
  private final List<String> resets = new ArrayList<>();
  private final int batchSize;
  // Initial states that depend on placeholders, so the graph cannot compute them.
  private final Set<TensorName> fedWithZeros = new LinkedHashSet<>();
  private final HeldState<Result> last = new HeldState<>();

  WindowRunner(LoadedGraph loaded, RoleMap roles) {
    this.loaded = loaded;
    this.graph = loaded.imported();
    this.roles = roles;
    List<String> targets =
        Stream.concat(Stream.of(roles.predictions()), roles.all(RoleMap.FINAL_STATE).stream())
            .map(TensorName::operation)
            .toList();
    loaded.allow(targets);
    findResets();
    this.batchSize = findBatchSize();
    findWhatMustBeFed(targets);
  }

  /**
   * The state is every variable of floats that is assigned while the predictions are computed. It
   * is reset by the model's own reset signature if it has one, else to zero.
   */
  private void findResets() {
    Set<String> variables = new LinkedHashSet<>();
    FunctionCalls.visit(
        graph.index(),
        graph.index().upstream(List.of(roles.predictions().operation()), input -> false),
        (node, scope) -> {
          if (node.getOp().matches("Assign(Add|Sub)?(VariableOp)?")) {
            GraphIndex.dataInputs(node).stream()
                .limit(1)
                .flatMap(input -> scope.nodeOfGraph(input).stream())
                .filter(name -> FLOATS.contains(type(name)))
                .forEach(variables::add);
          }
        });
    Optional<TensorName> reset = graph.source().resetSignature();
    if (reset.isPresent() && !variables.isEmpty()) {
      resets.add(reset.get().operation());
    } else {
      variables.forEach(this::addReset);
    }
  }

  private DataType type(String variable) {
    NodeDef node = graph.index().nodes().get(variable);
    return node == null
        ? DataType.DT_INVALID
        : node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
  }

  private void addReset(String variable) {
    GraphOperation handle = graph.graph().operationOrThrow(ImportedGraph.inGraph(variable));
    boolean isResource = handle.type().equals("VarHandleOp");
    String name = "charlstm_reset_" + resets.size() + "/" + variable;
    Output<?> state = handle.output(0);
    Output<?> value =
        isResource
            ? op("ReadVariableOp", name + "/Read")
                .addInput(state)
                .setAttr("dtype", type(variable))
                .build()
                .output(0)
            : state;
    Output<?> zeros = op("ZerosLike", name + "/Zeros").addInput(value).build().output(0);
    String assign = isResource ? "AssignVariableOp" : "Assign";
    op(assign, name + "/Assign").addInput(state).addInput(zeros).build();
    resets.add(name + "/Assign");
  }

  private GraphOperationBuilder op(String type, String name) {
    Graph target = graph.graph();
    return target.opBuilder(type, ImportedGraph.inGraph(name), target.baseScope());
  }

  private int findBatchSize() {
    long rows = size(graph.shape(roles.inputs()), 0);
    for (TensorName state : roles.all(RoleMap.INITIAL_STATE)) {
      if (rows < 1 && graph.shape(state).numDimensions() == 2) {
        rows = Math.max(size(graph.shape(state), 0), size(shapeOfDefault(state), 0));
      }
    }
    if (rows > 1_000_000) {
      throw InteropException.of("%s: a batch of %s rows is too large", loaded.file(), rows);
    }
    return (int) Math.max(1, rows);
  }

  // A placeholder of any batch size may have a default of one.
  private Shape shapeOfDefault(TensorName state) {
    NodeDef node = graph.index().nodes().get(state.operation());
    return node != null && node.getOp().equals("PlaceholderWithDefault")
        ? graph.shape(TensorName.of(node.getInput(0)))
        : Shape.unknown();
  }

  private void findWhatMustBeFed(List<String> targets) {
    Set<TensorName> fed = new LinkedHashSet<>(List.of(roles.inputs()));
    fed.addAll(roles.all(RoleMap.KEEP_PROB));
    fed.addAll(roles.all(RoleMap.TRAINING));
    for (TensorName state : roles.all(RoleMap.INITIAL_STATE)) {
      if (!unfed(List.of(state.operation()), fed).isEmpty()) {
        fedWithZeros.add(state);
      }
    }
    fed.addAll(fedWithZeros);
    List<TensorName> missing = unfed(targets, fed);
    if (!missing.isEmpty()) {
      throw InteropException.of(
          "%s: the predictions need a value for %s, which has no role that is fed; name it, for"
              + " example `map` keep_prob=%s; %s",
          loaded.file(),
          String.join(", ", missing.stream().map(graph::describe).toList()),
          missing.get(0),
          new TensorCandidates(graph).describe());
    }
  }

  private List<TensorName> unfed(List<String> targets, Set<TensorName> fed) {
    return graph.index().upstream(targets, input -> fed.contains(TensorName.of(input))).stream()
        .map(graph.index().nodes()::get)
        .filter(ImportedGraph::isPlaceholder)
        .map(NodeDef::getName)
        .map(name -> new TensorName(name, 0))
        .filter(name -> !fed.contains(name))
        .toList();
  }

  /** Whether a placeholder may be the probability of dropout. */
  boolean hasFloatScalar() {
    return new TensorCandidates(graph).hasFloatScalar();
  }

  /** The size of a dimension, -1 if it is unknown. */
  private static long size(Shape shape, int dimension) {
    return dimension < shape.numDimensions() ? Math.max(-1, shape.get(dimension)) : -1;
  }

  /** The number of steps that the graph takes, or -1 if it takes any. */
  int steps() {
    Shape shape = graph.shape(roles.inputs());
    return shape.numDimensions() < 0 || shape.numDimensions() == 1
        ? 1
        : (int) Math.min(Integer.MAX_VALUE, size(shape, 1));
  }

  int batchSize() {
    return batchSize;
  }

  boolean keepsStateInVariables() {
    return !resets.isEmpty();
  }

  /** The state from which the next run starts; of a graph without state in variables. */
  SavedState saveState(ExclusiveUse use) {
    return last.save(use);
  }

  /** The next run starts from the graph's own initial state, or zeros. */
  void reset() {
    last.close();
    resets.forEach(loaded::runOperation);
  }

  /** Reads a window {@code [T]}; if {@code advance}, the next run starts from its final state. */
  BatchRow run(int[] symbols, boolean advance) {
    List<Tensor> made = new ArrayList<>();
    try {
      Result result =
          loaded.run("the graph cannot be run", runner -> prepare(runner, symbols, made));
      Result unused = result;
      try {
        BatchRow rows = BatchRow.of(result.get(0), batchSize, loaded.file());
        if (advance) {
          unused = null;
          last.set(result, result);
        }
        return rows;
      } finally {
        if (unused != null) {
          unused.close();
        }
      }
    } finally {
      made.forEach(Tensor::close);
    }
  }

  private void prepare(Session.Runner runner, int[] symbols, List<Tensor> made) {
    feed(runner, roles.inputs(), inputs(symbols), made);
    roles.all(RoleMap.KEEP_PROB).forEach(name -> feed(runner, name, one(name), made));
    roles.all(RoleMap.TRAINING).forEach(name -> feed(runner, name, TBool.scalarOf(false), made));
    runner.fetch(ImportedGraph.inGraph(roles.predictions()));
    for (int k = 0; k < roles.all(RoleMap.INITIAL_STATE).size(); k++) {
      TensorName initial = roles.all(RoleMap.INITIAL_STATE).get(k);
      if (last.get() != null) {
        runner.feed(ImportedGraph.inGraph(initial), last.get().get(k + 1));
      } else if (fedWithZeros.contains(initial)) {
        feed(runner, initial, zeros(initial), made);
      }
      runner.fetch(ImportedGraph.inGraph(roles.all(RoleMap.FINAL_STATE).get(k)));
    }
  }

  private static void feed(
      Session.Runner runner, TensorName name, Tensor value, List<Tensor> made) {
    made.add(value);
    runner.feed(ImportedGraph.inGraph(name), value);
  }

  private Tensor one(TensorName name) {
    return switch (graph.type(name).orElse(DataType.DT_INVALID)) {
      case DT_FLOAT -> TFloat32.scalarOf(1f);
      case DT_DOUBLE -> TFloat64.scalarOf(1);
      default ->
          throw InteropException.of(
              "%s: keep_prob must be float32 or float64, found %s",
              loaded.file(), graph.describe(name));
    };
  }

  private Tensor inputs(int[] symbols) {
    if (graph.mayBeOneHot(roles.inputs())) {
      return oneHot(symbols);
    }
    boolean flat = graph.shape(roles.inputs()).numDimensions() == 1;
    Shape shape = flat ? Shape.of(batchSize) : Shape.of(batchSize, symbols.length);
    int[] all = new int[batchSize * symbols.length];
    for (int k = 0; k < all.length; k++) {
      all[k] = symbols[k % symbols.length];
    }
    DataType type = graph.type(roles.inputs()).orElseThrow();
    return switch (type) {
      case DT_INT32 -> TInt32.tensorOf(shape, DataBuffers.of(all));
      case DT_INT64 ->
          TInt64.tensorOf(shape, DataBuffers.of(Arrays.stream(all).asLongStream().toArray()));
      case DT_UINT8 -> {
        byte[] numbers = new byte[all.length];
        for (int k = 0; k < all.length; k++) {
          numbers[k] = (byte) all[k];
        }
        yield TUint8.tensorOf(shape, DataBuffers.of(numbers));
      }
      case DT_FLOAT -> {
        float[] numbers = new float[all.length];
        for (int k = 0; k < all.length; k++) {
          numbers[k] = all[k];
        }
        yield TFloat32.tensorOf(shape, DataBuffers.of(numbers));
      }
      case DT_DOUBLE ->
          TFloat64.tensorOf(shape, DataBuffers.of(Arrays.stream(all).asDoubleStream().toArray()));
      default ->
          throw InteropException.of(
              "%s: inputs must be uint8, int32, int64, float32 or float64, found %s",
              loaded.file(), graph.describe(roles.inputs()));
    };
  }

  // [N, T, V] with a one at each symbol
  private Tensor oneHot(int[] symbols) {
    long width = size(graph.shape(roles.inputs()), 2);
    if (width < 2) {
      Shape predictions = graph.shape(roles.predictions());
      width = size(predictions, predictions.numDimensions() - 1);
    }
    int columns = (int) Math.min(MOST_COLUMNS, width);
    if (width != columns || width < 2) {
      throw InteropException.of(
          "%s: one-hot inputs need a known number of symbols from 2 to %s, found %s",
          loaded.file(), MOST_COLUMNS, graph.describe(roles.inputs()));
    }
    float[] rows = new float[batchSize * symbols.length * columns];
    for (int k = 0; k < batchSize * symbols.length; k++) {
      int symbol = symbols[k % symbols.length];
      if (symbol >= columns) {
        throw InteropException.of(
            "%s: symbol %s is beyond the inputs %s",
            loaded.file(), symbol, graph.describe(roles.inputs()));
      }
      rows[k * columns + symbol] = 1;
    }
    Shape shape = Shape.of(batchSize, symbols.length, columns);
    return switch (graph.type(roles.inputs()).orElseThrow()) {
      case DT_FLOAT -> TFloat32.tensorOf(shape, DataBuffers.of(rows));
      case DT_DOUBLE -> {
        double[] wide = new double[rows.length];
        for (int k = 0; k < rows.length; k++) {
          wide[k] = rows[k];
        }
        yield TFloat64.tensorOf(shape, DataBuffers.of(wide));
      }
      default ->
          throw InteropException.of(
              "%s: one-hot inputs must be float32 or float64, found %s",
              loaded.file(), graph.describe(roles.inputs()));
    };
  }

  private Tensor zeros(TensorName state) {
    Shape declared = graph.shape(state);
    long[] sizes = declared.numDimensions() < 0 ? null : declared.asArray();
    boolean known = sizes != null && Arrays.stream(sizes).filter(size -> size < 0).count() <= 1;
    boolean wide = graph.type(state).equals(Optional.of(DataType.DT_DOUBLE));
    if (!known || !wide && !graph.type(state).equals(Optional.of(DataType.DT_FLOAT))) {
      throw InteropException.of(
          "%s: an initial state of zeros cannot be made for %s: expected float32 or float64, and"
              + " every size but the batch's known",
          loaded.file(), graph.describe(state));
    }
    Shape shape = Shape.of(Arrays.stream(sizes).map(size -> size < 0 ? batchSize : size).toArray());
    int size = Math.toIntExact(shape.size());
    return wide
        ? TFloat64.tensorOf(shape, DataBuffers.of(new double[size]))
        : TFloat32.tensorOf(shape, DataBuffers.of(new float[size]));
  }

  @Override
  public void close() {
    last.close();
    loaded.close();
  }

  /**
   * The predictions for the first sequence, {@code [T][V]} or {@code [1][V]} for the last step
   * only, and whether those of all sequences are {@code alike}.
   */
  record BatchRow(float[][] values, boolean alike) {
    private static final float TOLERANCE = 1e-4f;

    /** The predictions are {@code [N*T, V]}, {@code [N, T, V]} or {@code [N, V]}. */
    static BatchRow of(Tensor predictions, int batchSize, String file) {
      int rank = predictions.shape().numDimensions();
      long size = predictions.shape().size();
      long width = rank < 2 ? 0 : predictions.shape().get(rank - 1);
      if (width < 2 || size / width % batchSize != 0 || size == 0) {
        throw InteropException.of(
            "%s: expected predictions of shape [N*T, V], [N, T, V] or [N, V] with N = %s and V at"
                + " least 2, found %s",
            file, batchSize, predictions.shape());
      }
      float[] all = floats(predictions, file);
      for (float value : all) {
        if (!Float.isFinite(value)) {
          throw new InteropException(
              file + ": the model predicts " + value + "; its weights may have diverged");
        }
      }
      int steps = Math.toIntExact(size / width / batchSize);
      float[][] values = new float[steps][(int) width];
      boolean alike = true;
      for (int k = 0; k < all.length; k++) {
        int inSequence = k % (steps * (int) width);
        if (k == inSequence) {
          values[k / (int) width][k % (int) width] = all[k];
        } else {
          alike &= Math.abs(all[k] - all[inSequence]) <= TOLERANCE;
        }
      }
      return new BatchRow(values, alike);
    }

    private static float[] floats(Tensor tensor, String file) {
      if (!(tensor instanceof TFloat32
          || tensor instanceof TFloat64
          || tensor instanceof TFloat16)) {
        throw InteropException.of(
            "%s: expected predictions of floats, found %s", file, tensor.dataType());
      }
      float[] values = new float[Math.toIntExact(((TFloating) tensor).size())];
      int[] k = {0};
      if (tensor instanceof TFloat32 single) {
        single.asRawTensor().data().asFloats().read(values);
      } else if (tensor instanceof TFloat64 wide) {
        wide.scalars().forEach(scalar -> values[k[0]++] = (float) scalar.getDouble());
      } else if (tensor instanceof TFloat16 narrow) {
        narrow.scalars().forEach(scalar -> values[k[0]++] = scalar.getFloat());
      }
      return values;
    }

    /** Whether a step has the same predictions as in another run. */
    boolean agrees(BatchRow other, int step) {
      for (int k = 0; k < values[step].length; k++) {
        if (Math.abs(values[step][k] - other.values[step][k]) > TOLERANCE) {
          return false;
        }
      }
      return true;
    }
  }
}
