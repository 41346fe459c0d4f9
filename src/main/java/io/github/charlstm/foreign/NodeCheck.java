package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Checks each node of a graph and of its functions against what TensorFlow knows of its operation.
 * TensorFlow checks the graph itself, but takes functions on trust: there, an attribute that is
 * missing ends the process.
 */
final class NodeCheck {
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
    function
        .getSignature()
        .getOutputArgList()
        .forEach(
            output -> {
              if (!function.getRetMap().containsKey(output.getName())) {
                throw damaged("output " + output.getName() + place + " comes from nowhere");
              }
            });
  }

  private void requireKnown(Set<String> names, List<String> inputs, String place) {
    for (String input : inputs) {
      if (!names.contains(GraphIndex.nodeOf(input))) {
        throw damaged(place + " depends on " + input + ", which is not there");
      }
    }
  }

  private void check(NodeDef node, String place) {
    OpDef operation = operations.get(node.getOp());
    if (operation == null) {
      if (!functions.contains(node.getOp())) {
        throw new InteropException(
            String.format(
                "%s: node %s%s has the operation %s, which TensorFlow %s does not know",
                file, node.getName(), place, node.getOp(), TensorFlow.version()));
      }
      return;
    }
    for (OpDef.AttrDef attribute : operation.getAttrList()) {
      AttrValue value = node.getAttrMap().get(attribute.getName());
      if (value == null ? !attribute.hasDefaultValue() : !isOfKind(value, attribute.getType())) {
        throw damaged(
            String.format(
                "attribute %s of node %s%s (%s) is missing or no %s",
                attribute.getName(), node.getName(), place, node.getOp(), attribute.getType()));
      }
    }
    AttrValue type = node.getAttrMap().get("dtype");
    AttrValue constant = node.getOp().equals("Const") ? node.getAttrMap().get("value") : null;
    if (constant != null && type != null && constant.getTensor().getDtype() != type.getType()) {
      throw damaged(
          String.format(
              "constant %s%s is said to be %s and is %s",
              node.getName(), place, type.getType(), constant.getTensor().getDtype()));
    }
  }

  private static boolean isOfKind(AttrValue value, String kind) {
    // Inside of a function an attribute may stand for one of the function's own.
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

  private InteropException damaged(String what) {
    return new InteropException(file + " is damaged: " + what);
  }
}
