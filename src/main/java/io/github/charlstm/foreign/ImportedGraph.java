package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** A graph that TensorFlow has imported, and its definition. */
final class ImportedGraph implements AutoCloseable {
  private static final int FIRST_REFERENCE_TYPE = 100;
  private static final Set<DataType> INTEGERS =
      Set.of(DataType.DT_INT32, DataType.DT_INT64, DataType.DT_UINT8);

  // TensorFlow-Java takes every operation whose name starts with Init for an initializer, and its
  // sessions run no other operation before them. So all are renamed to be in this scope.
  private static final String SCOPE = "model";

  private final MetaGraphFile source;
  private final GraphIndex index;
  private final Graph graph;

  private ImportedGraph(MetaGraphFile source, GraphIndex index, Graph graph) {
    this.source = source;
    this.index = index;
    this.graph = graph;
  }

  /**
   * @throws InteropException if TensorFlow rejects the graph, or it contains forbidden operations
   */
  static ImportedGraph of(MetaGraphFile source, boolean trusted) {
    GraphIndex index = new GraphIndex(source.definition().getGraphDef());
    if (!trusted) {
      new ForbiddenOps(source.file().toString(), index).check(source.definition().getGraphDef());
    }
    NodeCheck.check(source.file().toString(), source.definition().getGraphDef());
    Graph graph = new Graph();
    try {
      graph.importGraphDef(inScope(source.definition().getGraphDef()));
      return new ImportedGraph(source, index, graph);
    } catch (RuntimeException e) {
      graph.close();
      throw new InteropException(
          "%s has a graph that this TensorFlow cannot import (written by TensorFlow %s): %s"
              .formatted(source.file(), source.version(), InteropException.firstLine(e)),
          e);
    }
  }

  // Devices of the machine that wrote the graph do not apply here (Python: clear_devices).
  private static GraphDef inScope(GraphDef definition) {
    GraphDef.Builder graph = definition.toBuilder();
    for (NodeDef.Builder node : graph.getNodeBuilderList()) {
      node.clearDevice().removeAttr("_class").setName(inGraph(node.getName()));
      for (int k = 0; k < node.getInputCount(); k++) {
        String input = node.getInput(k);
        boolean isControl = input.startsWith("^");
        node.setInput(k, isControl ? "^" + inGraph(input.substring(1)) : inGraph(input));
      }
    }
    for (FunctionDef.Builder function : graph.getLibraryBuilder().getFunctionBuilderList()) {
      function.getNodeDefBuilderList().forEach(NodeDef.Builder::clearDevice);
    }
    return graph.build();
  }

  MetaGraphFile source() {
    return source;
  }

  GraphIndex index() {
    return index;
  }

  Graph graph() {
    return graph;
  }

  /** The name in {@link #graph} and its sessions of an operation or {@link TensorName}. */
  static String inGraph(Object name) {
    return SCOPE + "/" + name;
  }

  private Optional<Output<?>> output(TensorName name) {
    return Optional.ofNullable(graph.operation(inGraph(name.operation())))
        .filter(operation -> name.output() < operation.numOutputs())
        .map(operation -> operation.output(name.output()));
  }

  boolean has(TensorName name) {
    return output(name).isPresent();
  }

  /** The static shape; unknown if the tensor does not exist. */
  Shape shape(TensorName name) {
    return output(name).map(Output::shape).orElse(Shape.unknown());
  }

  /** The element type; of a reference variable that of its value. */
  Optional<DataType> type(TensorName name) {
    return output(name)
        .map(output -> output.dataType().getNumber())
        .map(type -> type > FIRST_REFERENCE_TYPE ? type - FIRST_REFERENCE_TYPE : type)
        .map(DataType::forNumber);
  }

  boolean isFloat(TensorName name) {
    return type(name)
        .filter(Set.of(DataType.DT_FLOAT, DataType.DT_DOUBLE, DataType.DT_HALF)::contains)
        .isPresent();
  }

  boolean isInteger(TensorName name) {
    return type(name).filter(INTEGERS::contains).isPresent();
  }

  /** Whether a tensor may be one-hot symbols {@code [N, T, V]}. */
  boolean mayBeOneHot(TensorName name) {
    return isFloat(name) && shape(name).numDimensions() == 3 && shape(name).get(2) != 1;
  }

  /** Whether the number of dimensions is in the range, or unknown. */
  boolean mayHaveRank(TensorName name, int least, int most) {
    int rank = shape(name).numDimensions();
    return rank < 0 || rank >= least && rank <= most;
  }

  /** For messages: {@code inputs:0 int32[1, ?]}. */
  String describe(TensorName name) {
    return name + type(name).map(t -> " " + describe(t, shape(name))).orElse(" (not in the graph)");
  }

  static String describe(DataType type, Shape shape) {
    String name = type.name().substring(3).toLowerCase(Locale.ROOT);
    String plain = name.equals("float") ? "float32" : name;
    if (shape.numDimensions() < 0) {
      return plain + " of unknown shape";
    }
    return plain
        + Arrays.stream(shape.asArray())
            .mapToObj(size -> size < 0 ? "?" : String.valueOf(size))
            .collect(Collectors.joining(", ", "[", "]"));
  }

  static boolean isPlaceholder(NodeDef node) {
    return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2");
  }

  @Override
  public void close() {
    graph.close();
  }

  /**
   * Checks each node of a graph and of its functions against the definition of its operation.
   * TensorFlow checks the graph itself, but not the functions: there, a missing attribute ends the
   * process.
   */
  private static final class NodeCheck {
    private final String file;
    private final Map<String, OpDef> operations = new HashMap<>();
    private final Set<String> functions = new HashSet<>();

    private NodeCheck(String file, GraphDef graph) {
      this.file = file;
      TensorFlow.registeredOpList().getOpList().forEach(op -> operations.put(op.getName(), op));
      graph
          .getLibrary()
          .getFunctionList()
          .forEach(function -> functions.add(function.getSignature().getName()));
    }

    /**
     * @throws InteropException if a node is of an unknown operation, lacks an attribute, or has one
     *     of the wrong kind
     */
    static void check(String file, GraphDef graph) {
      NodeCheck check = new NodeCheck(file, graph);
      graph.getNodeList().forEach(node -> check.check(node, ""));
      graph.getLibrary().getFunctionList().forEach(check::check);
    }

    private void check(FunctionDef function) {
      String place = " of function " + function.getSignature().getName();
      Set<String> names = new HashSet<>();
      function.getSignature().getInputArgList().forEach(argument -> names.add(argument.getName()));
      function.getNodeDefList().forEach(node -> names.add(node.getName()));
      for (NodeDef node : function.getNodeDefList()) {
        check(node, place);
        requireKnown(names, node.getInputList(), "node " + node.getName() + place);
      }
      requireKnown(names, List.copyOf(function.getRetMap().values()), "the result" + place);
      requireKnown(names, List.copyOf(function.getControlRetMap().values()), "the end" + place);
      for (OpDef.ArgDef output : function.getSignature().getOutputArgList()) {
        if (!function.getRetMap().containsKey(output.getName())) {
          throw damaged("output %s%s has no source", output.getName(), place);
        }
      }
    }

    private void requireKnown(Set<String> names, List<String> inputs, String place) {
      for (String input : inputs) {
        if (!names.contains(GraphIndex.nodeOf(input))) {
          throw damaged("%s depends on %s, which does not exist", place, input);
        }
      }
    }

    private void check(NodeDef node, String place) {
      OpDef operation = operations.get(node.getOp());
      if (operation == null) {
        if (!functions.contains(node.getOp())) {
          throw InteropException.of(
              "%s: node %s%s has the operation %s, which TensorFlow %s does not have",
              file, node.getName(), place, node.getOp(), TensorFlow.version());
        }
        return;
      }
      for (OpDef.AttrDef attribute : operation.getAttrList()) {
        AttrValue value = node.getAttrMap().get(attribute.getName());
        if (value == null ? !attribute.hasDefaultValue() : !isOfKind(value, attribute.getType())) {
          throw damaged(
              "attribute %s of node %s%s (%s) is missing or no %s",
              attribute.getName(), node.getName(), place, node.getOp(), attribute.getType());
        }
      }
      AttrValue type = node.getAttrMap().get("dtype");
      AttrValue constant = node.getOp().equals("Const") ? node.getAttrMap().get("value") : null;
      if (constant != null && type != null && constant.getTensor().getDtype() != type.getType()) {
        throw damaged(
            "constant %s%s is declared as %s and is %s",
            node.getName(), place, type.getType(), constant.getTensor().getDtype());
      }
    }

    private static boolean isOfKind(AttrValue value, String kind) {
      // In a function, an attribute may be a placeholder for one of the function's own.
      if (!value.getPlaceholder().isEmpty()) {
        return true;
      }
      return switch (kind) {
        case "string" -> value.hasS();
        case "int" -> value.hasI();
        case "float" -> value.hasF();
        case "bool" -> value.hasB();
        case "type" -> value.hasType();
        case "shape" -> value.hasShape();
        case "tensor" -> value.hasTensor();
        case "func" -> value.hasFunc();
        default -> !kind.startsWith("list(") || value.hasList();
      };
    }

    private InteropException damaged(String format, Object... arguments) {
      return InteropException.of(
          "%s is damaged: %s", file, String.format(Locale.ROOT, format, arguments));
    }
  }
}
