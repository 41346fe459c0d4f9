package io.github.charlstm.foreign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Runs a graph on windows of one text. A graph with N rows gets the text in each, and the first row
 * is read. The final state's tensors are fed to the next run as they are.
 */
final class WindowRunner implements AutoCloseable {
  private final LoadedGraph loaded;
  private final ImportedGraph graph;
  private final TensorRoles roles;
  private final StatefulVariables variables;
  private final int batchSize;
  // Initial states that cannot be computed by the graph: they come from placeholders.
  private final Set<TensorName> fedWithZeros = new LinkedHashSet<>();
  private Result last;

  WindowRunner(LoadedGraph loaded, TensorRoles roles) {
    this.loaded = loaded;
    this.graph = loaded.imported();
    this.roles = roles;
    List<String> targets =
        Stream.concat(Stream.of(roles.predictions()), roles.finalState().stream())
            .map(TensorName::operation)
            .toList();
    loaded.allow(targets);
    this.variables = new StatefulVariables(loaded, roles);
    this.batchSize = findBatchSize();
    findWhatMustBeFed(targets);
  }

  private int findBatchSize() {
    long rows = Shapes.size(graph.shape(roles.inputs()), 0);
    for (TensorName state : roles.initialState()) {
      if (rows < 1 && graph.shape(state).numDimensions() == 2) {
        rows = Shapes.size(graph.shape(state), 0);
      }
    }
    if (rows > 1_000_000) {
      throw new InteropException(loaded.file() + ": a batch of " + rows + " rows is too large");
    }
    return (int) Math.max(1, rows);
  }

  private void findWhatMustBeFed(List<String> targets) {
    Set<TensorName> fed = new LinkedHashSet<>(List.of(roles.inputs()));
    fed.addAll(roles.keepProb());
    fed.addAll(roles.training());
    for (TensorName state : roles.initialState()) {
      if (!unfed(List.of(state.operation()), fed).isEmpty()) {
        fedWithZeros.add(state);
      }
    }
    fed.addAll(fedWithZeros);
    List<TensorName> missing = unfed(targets, fed);
    if (!missing.isEmpty()) {
      throw new InteropException(
          String.format(
              "%s: the predictions need a value for %s, which has no role that is fed; %s; name it,"
                  + " for example --map keep_prob=%s",
              loaded.file(),
              String.join(", ", missing.stream().map(graph::describe).toList()),
              new TensorCandidates(graph).describe(),
              missing.get(0)));
    }
  }

  private List<TensorName> unfed(List<String> targets, Set<TensorName> fed) {
    return graph.view().upstream(targets, input -> fed.contains(TensorName.of(input))).stream()
        .map(graph.view().nodes()::get)
        .filter(ImportedGraph::isPlaceholder)
        .map(NodeDef::getName)
        .map(name -> new TensorName(name, 0))
        .filter(name -> !fed.contains(name))
        .toList();
  }

  /** The number of steps that the graph takes, or -1 if it takes any. */
  int steps() {
    Shape shape = graph.shape(roles.inputs());
    return shape.numDimensions() < 0 || shape.numDimensions() == 1
        ? 1
        : (int) Math.min(Integer.MAX_VALUE, Shapes.size(shape, 1));
  }

  int batchSize() {
    return batchSize;
  }

  boolean keepsStateInVariables() {
    return variables.isPresent();
  }

  /** Starts anew: the next run takes the graph's own initial state, or zeros. */
  void reset() {
    if (last != null) {
      last.close();
      last = null;
    }
    variables.reset();
  }

  /**
   * Reads a window.
   *
   * @param symbols {@code [T]}
   * @param advance whether the next run goes on from the state after it
   */
  BatchRow run(int[] symbols, boolean advance) {
    List<Tensor> made = new ArrayList<>();
    try {
      Result result =
          loaded.run("the graph cannot be run", runner -> prepare(runner, symbols, made));
      boolean kept = false;
      try {
        BatchRow rows = BatchRow.of(result.get(0), batchSize, loaded.file());
        if (advance) {
          Result before = last;
          last = result;
          kept = true;
          if (before != null) {
            before.close();
          }
        }
        return rows;
      } finally {
        if (!kept) {
          result.close();
        }
      }
    } finally {
      made.forEach(Tensor::close);
    }
  }

  private void prepare(Session.Runner runner, int[] symbols, List<Tensor> made) {
    feed(runner, roles.inputs(), inputs(symbols), made);
    roles.keepProb().forEach(name -> feed(runner, name, one(name), made));
    roles.training().forEach(name -> feed(runner, name, TBool.scalarOf(false), made));
    runner.fetch(roles.predictions().operation(), roles.predictions().output());
    for (int k = 0; k < roles.initialState().size(); k++) {
      TensorName initial = roles.initialState().get(k);
      if (last != null) {
        runner.feed(initial.operation(), initial.output(), last.get(k + 1));
      } else if (fedWithZeros.contains(initial)) {
        feed(runner, initial, zeros(initial), made);
      }
      TensorName end = roles.finalState().get(k);
      runner.fetch(end.operation(), end.output());
    }
  }

  private static void feed(
      Session.Runner runner, TensorName name, Tensor value, List<Tensor> made) {
    made.add(value);
    runner.feed(name.operation(), name.output(), value);
  }

  private Tensor one(TensorName name) {
    return switch (graph.type(name).orElse(DataType.DT_INVALID)) {
      case DT_FLOAT -> TFloat32.scalarOf(1f);
      case DT_DOUBLE -> TFloat64.scalarOf(1);
      default ->
          throw new InteropException(
              loaded.file()
                  + ": keep_prob must be float32 or float64, found "
                  + graph.describe(name));
    };
  }

  private Tensor inputs(int[] symbols) {
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
          throw new InteropException(
              loaded.file()
                  + ": inputs must be int32, int64, float32 or float64, found "
                  + graph.describe(roles.inputs()));
    };
  }

  private Tensor zeros(TensorName state) {
    Shape declared = graph.shape(state);
    long[] sizes = declared.numDimensions() < 0 ? null : declared.asArray();
    boolean known = sizes != null && Arrays.stream(sizes).filter(size -> size < 0).count() <= 1;
    boolean wide = graph.type(state).equals(Optional.of(DataType.DT_DOUBLE));
    if (!known || !wide && !graph.type(state).equals(Optional.of(DataType.DT_FLOAT))) {
      throw new InteropException(
          loaded.file()
              + ": an initial state of zeros cannot be made for "
              + graph.describe(state)
              + ": expected float32 or float64, and every size but the batch's known");
    }
    Shape shape = Shape.of(Arrays.stream(sizes).map(size -> size < 0 ? batchSize : size).toArray());
    int size = Math.toIntExact(shape.size());
    return wide
        ? TFloat64.tensorOf(shape, DataBuffers.of(new double[size]))
        : TFloat32.tensorOf(shape, DataBuffers.of(new float[size]));
  }

  @Override
  public void close() {
    if (last != null) {
      last.close();
    }
    loaded.close();
  }
}
