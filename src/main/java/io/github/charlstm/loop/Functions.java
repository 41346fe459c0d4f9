package io.github.charlstm.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.VersionDef;

/** Makes TensorFlow functions from parts of a graph. */
final class Functions {
  // The version from which on GraphDefs are written as TensorFlow 2.18 writes them.
  private static final int PRODUCER = 1994;

  private Functions() {}

  /** Adds functions to a graph, so that its operations can name them. */
  static void addTo(Graph graph, List<FunctionDef> functions) {
    graph.importGraphDef(
        GraphDef.newBuilder()
            .setVersions(VersionDef.newBuilder().setProducer(PRODUCER))
            .setLibrary(FunctionDefLibrary.newBuilder().addAllFunction(functions))
            .build());
  }

  /**
   * The body of a while loop.
   *
   * @param nodes graph that holds the variables
   * @param replaced tensors (spelled node:index) that are to be read from others in this function
   */
  static FunctionDef body(
      String name, Nodes nodes, List<LoopVariable> variables, Map<String, String> replaced) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(part(nodes, variables, replaced));
      Ops tf = Ops.create(graph);
      List<Output<?>> before = new ArrayList<>();
      List<Output<?>> after = new ArrayList<>();
      for (LoopVariable variable : variables) {
        Output<?> input = find(graph, Nodes.tensor(variable.before()));
        String result = Nodes.tensor(variable.after());
        before.add(input);
        after.add(tf.identity(find(graph, replaced.getOrDefault(result, result))).asOutput());
      }
      return define(name, graph, before, after);
    }
  }

  /** The condition {@code first variable < second} of a loop with these variables. */
  static FunctionDef less(String name, List<LoopVariable> variables) {
    return condition(name, variables, true);
  }

  /** The condition {@code first variable >= 0} of a loop with these variables. */
  static FunctionDef notNegative(String name, List<LoopVariable> variables) {
    return condition(name, variables, false);
  }

  private static FunctionDef condition(
      String name, List<LoopVariable> variables, boolean lessThanSecond) {
    try (BodyGraph body = new BodyGraph(null)) {
      List<Output<?>> before = new ArrayList<>();
      for (int k = 0; k < variables.size(); k++) {
        Output<?> variable = variables.get(k).before();
        before.add(body.placeholder("variable_" + k, variable.dataType(), variable.shape()));
      }
      Ops tf = body.tf();
      Output<org.tensorflow.types.TInt32> first =
          before.get(0).expect(org.tensorflow.types.TInt32.class);
      Output<?> result =
          (lessThanSecond
                  ? tf.math.less(first, before.get(1).expect(org.tensorflow.types.TInt32.class))
                  : tf.math.greaterEqual(first, tf.constant(0)))
              .asOutput();
      return define(name, body.graph(), before, List.of(result));
    }
  }

  // The nodes that the variables need, with inputs replaced.
  private static GraphDef part(
      Nodes nodes, List<LoopVariable> variables, Map<String, String> replaced) {
    Deque<String> open = new ArrayDeque<>();
    for (LoopVariable variable : variables) {
      open.add(variable.before().op().name());
      String result = Nodes.tensor(variable.after());
      open.add(Nodes.nodeOf(replaced.getOrDefault(result, result)));
    }
    Set<String> wanted = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      if (wanted.add(name)) {
        for (String tensor : Nodes.tensors(nodes.node(name))) {
          open.add(Nodes.nodeOf(replaced.getOrDefault(tensor, tensor)));
        }
      }
    }
    GraphDef.Builder part =
        GraphDef.newBuilder()
            .setVersions(nodes.definition().getVersions())
            .setLibrary(nodes.definition().getLibrary());
    for (NodeDef node : nodes.definition().getNodeList()) {
      if (wanted.contains(node.getName())) {
        part.addNode(rewired(node, wanted, replaced));
      }
    }
    return part.build();
  }

  private static NodeDef rewired(NodeDef node, Set<String> kept, Map<String, String> replaced) {
    NodeDef.Builder copy = node.toBuilder().clearInput();
    for (String tensor : Nodes.tensors(node)) {
      copy.addInput(replaced.getOrDefault(tensor, tensor));
    }
    for (String input : node.getInputList()) {
      if (input.startsWith("^") && kept.contains(input.substring(1))) {
        copy.addInput(input);
      }
    }
    return copy.build();
  }

  private static Output<?> find(Graph graph, String tensor) {
    return graph.operationOrThrow(Nodes.nodeOf(tensor)).output(Nodes.indexOf(tensor));
  }

  // ConcreteFunction refuses outputs of type DT_VARIANT. The length of the list stands in for the
  // list, and the definition is rewritten to give the list itself.
  private static FunctionDef define(
      String name, Graph graph, List<Output<?>> inputs, List<Output<?>> outputs) {
    Ops tf = Ops.create(graph);
    Signature.Builder signature = Signature.builder();
    for (int k = 0; k < inputs.size(); k++) {
      signature.input("input_" + k, inputs.get(k));
    }
    Set<Integer> lists = new HashSet<>();
    for (int k = 0; k < outputs.size(); k++) {
      if (outputs.get(k).dataType() == DataType.DT_VARIANT) {
        lists.add(k);
        signature.output("output_" + k, tf.tensorListLength(outputs.get(k)));
      } else {
        signature.output("output_" + k, outputs.get(k));
      }
    }
    try (ConcreteFunction function = ConcreteFunction.create(signature.build(), graph)) {
      return withLists(function.getFunctionDef(), lists).toBuilder()
          .setSignature(
              withListTypes(function.getFunctionDef(), lists).getSignature().toBuilder()
                  .setName(name))
          .build();
    }
  }

  private static FunctionDef withListTypes(FunctionDef function, Set<Integer> lists) {
    FunctionDef.Builder result = function.toBuilder();
    for (int k : lists) {
      result.getSignatureBuilder().getOutputArgBuilder(k).setType(DataType.DT_VARIANT);
    }
    return result.build();
  }

  private static FunctionDef withLists(FunctionDef function, Set<Integer> lists) {
    Map<String, NodeDef> nodes = new HashMap<>();
    function.getNodeDefList().forEach(node -> nodes.put(node.getName(), node));
    FunctionDef.Builder result = function.toBuilder().clearNodeDef();
    Set<String> dropped = new HashSet<>();
    for (int k : lists) {
      String output = function.getSignature().getOutputArg(k).getName();
      NodeDef length = nodes.get(function.getRetOrThrow(output).split(":")[0]);
      result.putRet(output, length.getInput(0));
      dropped.add(length.getName());
    }
    for (NodeDef node : function.getNodeDefList()) {
      if (!dropped.contains(node.getName())) {
        result.addNodeDef(node);
      }
    }
    return result.build();
  }
}
