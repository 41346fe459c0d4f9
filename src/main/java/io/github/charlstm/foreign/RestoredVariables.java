package io.github.charlstm.foreign;

import io.github.charlstm.checkpoint.CheckpointReader;
import io.github.charlstm.checkpoint.TensorInfo;
import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * What the graph's saver reads from the checkpoint, found in its restore operations, and the check
 * that the checkpoint has it, before TensorFlow is asked.
 */
final class RestoredVariables {
  /**
   * @param key name in the checkpoint
   * @param type of the elements
   * @param shape of the variable in the graph; unknown if it was not found
   */
  record Variable(String key, DataType type, Shape shape) {}

  private final GraphIndex graph;
  private final List<Variable> variables = new ArrayList<>();

  private RestoredVariables(GraphIndex graph) {
    this.graph = graph;
  }

  /**
   * @param restoreNode the operation that restores all
   */
  static List<Variable> of(GraphIndex graph, String restoreNode) {
    RestoredVariables found = new RestoredVariables(graph);
    FunctionCalls.visit(
        graph,
        graph.upstream(List.of(restoreNode), input -> false),
        (node, scope) -> {
          if (node.getOp().equals("RestoreV2")) {
            found.add(node, scope);
          }
        });
    return List.copyOf(found.variables);
  }

  private void add(NodeDef restore, NodeScope scope) {
    List<String> inputs = GraphIndex.dataInputs(restore);
    List<String> keys = inputs.size() == 3 ? strings(scope, inputs.get(1)) : List.of();
    List<String> slices = inputs.size() == 3 ? strings(scope, inputs.get(2)) : List.of();
    List<DataType> types = restore.getAttrMap().get("dtypes").getList().getTypeList();
    Map<Integer, Shape> shapes = shapes(restore, scope);
    for (int k = 0; k < Math.min(keys.size(), types.size()); k++) {
      boolean whole = k < slices.size() && slices.get(k).isEmpty();
      Shape shape = whole ? shapes.getOrDefault(k, Shape.unknown()) : Shape.unknown();
      variables.add(new Variable(keys.get(k), types.get(k), shape));
    }
  }

  private static List<String> strings(NodeScope scope, String input) {
    Optional<NodeDef> source = scope.source(input).filter(node -> node.getOp().equals("Const"));
    if (source.isEmpty()) {
      return List.of();
    }
    TensorProto tensor = source.get().getAttrMap().get("value").getTensor();
    List<String> values = new ArrayList<>();
    tensor.getStringValList().forEach(value -> values.add(value.toStringUtf8()));
    // A tensor whose elements are all the same may be stored as one.
    long size = Shapes.of(tensor.getTensorShape()).size();
    while (!values.isEmpty() && values.size() < Math.min(size, 1_000_000)) {
      values.add(values.get(values.size() - 1));
    }
    return values;
  }

  /** The shapes of the variables that the outputs of a restore are assigned to, by output. */
  private Map<Integer, Shape> shapes(NodeDef restore, NodeScope scope) {
    Map<Integer, Shape> shapes = new LinkedHashMap<>();
    for (NodeDef node : scope.nodes().values()) {
      boolean assigns = node.getOp().equals("Assign") || node.getOp().equals("AssignVariableOp");
      List<String> inputs = GraphIndex.dataInputs(node);
      if (!assigns || inputs.size() < 2) {
        continue;
      }
      String origin = scope.origin(inputs.get(1));
      if (GraphIndex.nodeOf(origin).equals(restore.getName())) {
        scope
            .nodeOfGraph(inputs.get(0))
            .map(graph.nodes()::get)
            .filter(variable -> variable.containsAttr("shape"))
            .ifPresent(
                variable ->
                    shapes.put(
                        outputOf(origin), Shapes.of(variable.getAttrOrThrow("shape").getShape())));
      }
    }
    return shapes;
  }

  private static int outputOf(String input) {
    String last = input.substring(input.lastIndexOf(':') + 1);
    return last.matches("[0-9]{1,6}") ? Integer.parseInt(last) : 0;
  }

  /**
   * @throws InteropException if a tensor is missing or of another type or shape
   */
  static void check(List<Variable> variables, CheckpointReader reader, String source) {
    List<String> missing =
        variables.stream().map(Variable::key).filter(key -> !reader.hasTensor(key)).toList();
    if (!missing.isEmpty()) {
      throw new InteropException(
          String.format(
              "checkpoint %s lacks %s of the %s tensors that %s restores, the first is %s",
              reader.prefix(), missing.size(), variables.size(), source, missing.get(0)));
    }
    for (Variable variable : variables) {
      TensorInfo found = reader.tensors().get(variable.key());
      if (found.dtype() != variable.type() || !Shapes.fits(variable.shape(), found.shape())) {
        throw new InteropException(
            String.format(
                "checkpoint %s: %s needs tensor %s to be %s, found %s",
                reader.prefix(),
                source,
                variable.key(),
                Shapes.describe(variable.type(), variable.shape()),
                Shapes.describe(found.dtype(), found.shape())));
      }
    }
  }
}
