package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** A graph that TensorFlow has taken, beside its definition. */
final class ImportedGraph implements AutoCloseable {
  private static final int FIRST_REFERENCE_TYPE = 100;

  private final MetaGraphFile source;
  private final GraphIndex view;
  private final Graph graph;

  private ImportedGraph(MetaGraphFile source, GraphIndex view, Graph graph) {
    this.source = source;
    this.view = view;
    this.graph = graph;
  }

  /**
   * @throws InteropException if TensorFlow refuses the graph, or it holds forbidden operations
   */
  static ImportedGraph of(MetaGraphFile source, boolean trusted) {
    GraphIndex view = new GraphIndex(source.definition().getGraphDef());
    if (!trusted) {
      new ForbiddenOps(source.file().toString(), view).check(source.definition().getGraphDef());
    }
    NodeCheck.check(source.file().toString(), source.definition().getGraphDef());
    Graph graph = new Graph();
    try {
      graph.importGraphDef(withoutDevices(source.definition().getGraphDef()));
      return new ImportedGraph(source, view, graph);
    } catch (RuntimeException e) {
      graph.close();
      throw new InteropException(
          source.file()
              + " holds a graph that this TensorFlow cannot take (written by TensorFlow "
              + source.version()
              + "): "
              + InteropException.firstLine(e),
          e);
    }
  }

  // Where the writer's machines ran a node means nothing here (Python: clear_devices).
  private static GraphDef withoutDevices(GraphDef definition) {
    GraphDef.Builder graph = definition.toBuilder();
    graph.getNodeBuilderList().forEach(NodeDef.Builder::clearDevice);
    graph
        .getLibraryBuilder()
        .getFunctionBuilderList()
        .forEach(
            function -> function.getNodeDefBuilderList().forEach(NodeDef.Builder::clearDevice));
    return graph.build();
  }

  MetaGraphFile source() {
    return source;
  }

  GraphIndex view() {
    return view;
  }

  Graph graph() {
    return graph;
  }

  boolean has(TensorName name) {
    GraphOperation operation = graph.operation(name.operation());
    return operation != null && name.output() < operation.numOutputs();
  }

  /** The static shape; unknown if the tensor does not exist. */
  Shape shape(TensorName name) {
    return has(name)
        ? graph.operation(name.operation()).output(name.output()).shape()
        : Shape.unknown();
  }

  /** The element type, of a variable's reference that of the variable. */
  Optional<DataType> type(TensorName name) {
    if (!has(name)) {
      return Optional.empty();
    }
    DataType type = graph.operation(name.operation()).output(name.output()).dataType();
    return Optional.ofNullable(
        type.getNumber() > FIRST_REFERENCE_TYPE
            ? DataType.forNumber(type.getNumber() - FIRST_REFERENCE_TYPE)
            : type);
  }

  boolean isFloat(TensorName name) {
    return type(name)
        .filter(Set.of(DataType.DT_FLOAT, DataType.DT_DOUBLE, DataType.DT_HALF)::contains)
        .isPresent();
  }

  boolean isInteger(TensorName name) {
    return type(name).filter(Set.of(DataType.DT_INT32, DataType.DT_INT64)::contains).isPresent();
  }

  /** Whether the tensor has so many dimensions, or may have. */
  boolean mayHaveRank(TensorName name, int least, int most) {
    int rank = shape(name).numDimensions();
    return rank < 0 || rank >= least && rank <= most;
  }

  /** As people read it: {@code inputs:0 int32[1, ?]}. */
  String describe(TensorName name) {
    if (!has(name)) {
      return name + " (not in the graph)";
    }
    return name + " " + Shapes.describe(type(name).orElseThrow(), shape(name));
  }

  static boolean isPlaceholder(NodeDef node) {
    return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2");
  }

  @Override
  public void close() {
    graph.close();
  }
}
