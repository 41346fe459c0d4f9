package io.github.charlstm.loop;

import io.github.charlstm.graph.GraphIndex;
import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.VersionDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;

/** Makes TensorFlow functions from parts of a graph. */
final class Functions {
  // The GraphDef version that TensorFlow 2.18 writes.
  private static final int PRODUCER = 1994;

  // Without a prefix TensorFlow-Java would take all operations whose names start with "Init" for
  // initializers and run them when a session starts.
  private static final String NO_OPERATION = "loop_functions";

  private Functions() {}

  /** Name of the function that is a loop's body. */
  static String body(String loop) {
    return loop + "_body";
  }

  /** Name of the function that is a loop's condition. */
  static String condition(String loop) {
    return loop + "_condition";
  }

  /** Name of the loop that computes the gradient of a loop. */
  static String gradient(String loop) {
    return loop + "_gradient";
  }

  /** Adds functions to a graph's library. */
  static void addTo(Graph graph, List<FunctionDef> functions) {
    graph.importGraphDef(
        GraphDef.newBuilder()
            .setVersions(VersionDef.newBuilder().setProducer(PRODUCER))
            .setLibrary(FunctionDefLibrary.newBuilder().addAllFunction(functions))
            .build(),
        NO_OPERATION);
  }

  /**
   * The body of a forward loop: all nodes that the variables depend on, control inputs (assertions,
   * for instance) included.
   */
  static FunctionDef forwardBody(String loop, GraphIndex nodes, List<LoopVariable> variables) {
    return body(loop, nodes, variables, Map.of(), Functions::allInputs);
  }

  /**
   * The body of a backward loop, without control inputs: those ran in the forward loop.
   *
   * @param replaced tensors, spelled node:index, and what to read instead
   */
  static FunctionDef backwardBody(
      String loop, GraphIndex nodes, List<LoopVariable> variables, Map<String, String> replaced) {
    return body(loop, nodes, variables, replaced, GraphIndex::tensors);
  }

  private static FunctionDef body(
      String loop,
      GraphIndex nodes,
      List<LoopVariable> variables,
      Map<String, String> replaced,
      Function<NodeDef, List<String>> inputs) {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(part(nodes, variables, replaced, inputs));
      Ops tf = Ops.create(graph);
      List<Output<?>> before = new ArrayList<>();
      List<Output<?>> after = new ArrayList<>();
      for (LoopVariable variable : variables) {
        Output<?> input = find(graph, GraphIndex.tensor(variable.before()));
        String result = GraphIndex.tensor(variable.after());
        before.add(input);
        after.add(tf.identity(find(graph, replaced.getOrDefault(result, result))).asOutput());
      }
      return define(body(loop), graph, before, after);
    }
  }

  /** The body of a loop that is all of its graph. */
  static FunctionDef wholeBody(String loop, BodyGraph body, List<LoopVariable> variables) {
    List<Output<?>> before = new ArrayList<>();
    List<Output<?>> after = new ArrayList<>();
    for (LoopVariable variable : variables) {
      before.add(variable.before());
      boolean unchanged = variable.before().equals(variable.after());
      after.add(unchanged ? body.tf().identity(variable.before()).asOutput() : variable.after());
    }
    return define(body(loop), body.graph(), before, after);
  }

  /** The condition {@code first variable < second} of a loop with these variables. */
  static FunctionDef less(String loop, List<LoopVariable> variables) {
    return condition(
        loop, variables, (tf, before) -> tf.math.less(number(before, 0), number(before, 1)));
  }

  /** The condition {@code first variable >= 0} of a loop with these variables. */
  static FunctionDef notNegative(String loop, List<LoopVariable> variables) {
    return condition(
        loop, variables, (tf, before) -> tf.math.greaterEqual(number(before, 0), tf.constant(0)));
  }

  /**
   * The condition {@code first variable < limit}, and a last symbol that is neither below 0 nor the
   * stop symbol; {@code symbol} is the index of the last symbol, {@code [1]}.
   */
  static FunctionDef mayContinue(
      String loop, List<LoopVariable> variables, int limit, int symbol, int stop) {
    return condition(
        loop,
        variables,
        (tf, before) -> {
          Operand<TInt32> last = tf.reshape(number(before, symbol), tf.constant(new int[0]));
          Operand<TBool> isSymbol = tf.math.greaterEqual(last, tf.constant(0));
          Operand<TBool> goesOn = tf.math.notEqual(last, number(before, stop));
          return tf.math.logicalAnd(
              tf.math.less(number(before, 0), number(before, limit)),
              tf.math.logicalAnd(isSymbol, goesOn));
        });
  }

  /** The condition that a variable of type bool is false. */
  static FunctionDef notDone(String loop, List<LoopVariable> variables, int done) {
    return condition(
        loop, variables, (tf, before) -> tf.math.logicalNot(before.get(done).expect(TBool.class)));
  }

  private static FunctionDef condition(
      String loop,
      List<LoopVariable> variables,
      BiFunction<Ops, List<Output<?>>, Operand<TBool>> test) {
    try (BodyGraph body = new BodyGraph(null)) {
      List<Output<?>> before = new ArrayList<>();
      for (int k = 0; k < variables.size(); k++) {
        Output<?> variable = variables.get(k).before();
        before.add(body.placeholder("variable_" + k, variable.dataType(), variable.shape()));
      }
      Output<?> result = test.apply(body.tf(), before).asOutput();
      return define(condition(loop), body.graph(), before, List.of(result));
    }
  }

  private static Output<TInt32> number(List<Output<?>> variables, int place) {
    return variables.get(place).expect(TInt32.class);
  }

  // The nodes that the variables need, with tensors replaced.
  private static GraphDef part(
      GraphIndex nodes,
      List<LoopVariable> variables,
      Map<String, String> replaced,
      Function<NodeDef, List<String>> inputs) {
    Deque<String> open = new ArrayDeque<>();
    for (LoopVariable variable : variables) {
      open.add(variable.before().op().name());
      String result = GraphIndex.tensor(variable.after());
      open.add(GraphIndex.nodeOf(replaced.getOrDefault(result, result)));
    }
    Set<String> wanted = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String name = open.pop();
      if (wanted.add(name)) {
        for (String input : inputs.apply(nodes.node(name))) {
          open.add(GraphIndex.nodeOf(replaced.getOrDefault(input, input)));
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

  private static List<String> allInputs(NodeDef node) {
    List<String> inputs = new ArrayList<>(GraphIndex.tensors(node));
    inputs.addAll(GraphIndex.controlInputs(node));
    return inputs;
  }

  private static NodeDef rewired(NodeDef node, Set<String> kept, Map<String, String> replaced) {
    NodeDef.Builder copy = node.toBuilder().clearInput();
    for (String tensor : GraphIndex.tensors(node)) {
      copy.addInput(replaced.getOrDefault(tensor, tensor));
    }
    for (String control : GraphIndex.controlInputs(node)) {
      if (kept.contains(GraphIndex.nodeOf(control))) {
        copy.addInput(control);
      }
    }
    return copy.build();
  }

  private static Output<?> find(Graph graph, String tensor) {
    return graph.operationOrThrow(GraphIndex.nodeOf(tensor)).output(GraphIndex.indexOf(tensor));
  }

  // ConcreteFunction cannot return DT_VARIANT: it returns the length of each list, and withLists
  // replaces these by the lists.
  private static FunctionDef define(
      String name, Graph graph, List<Output<?>> inputs, List<Output<?>> outputs) {
    Ops tf = Ops.create(graph);
    Signature.Builder signature = Signature.builder();
    for (int k = 0; k < inputs.size(); k++) {
      signature.input("input_" + k, inputs.get(k));
    }
    List<Integer> lists = new ArrayList<>();
    for (int k = 0; k < outputs.size(); k++) {
      Output<?> output = outputs.get(k);
      if (output.dataType() == DataType.DT_VARIANT) {
        lists.add(k);
        signature.output("output_" + k, tf.tensorListLength(output));
      } else {
        signature.output("output_" + k, output);
      }
    }
    try (ConcreteFunction function = ConcreteFunction.create(signature.build(), graph)) {
      return withLists(function.getFunctionDef(), name, lists);
    }
  }

  // Returns the inputs of the length operations in place of their outputs.
  private static FunctionDef withLists(FunctionDef function, String name, List<Integer> lists) {
    FunctionDef.Builder result = function.toBuilder().clearNodeDef();
    result.getSignatureBuilder().setName(name);
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    function.getNodeDefList().forEach(node -> nodes.put(node.getName(), node));
    for (int k : lists) {
      OpDef.ArgDef.Builder output = result.getSignatureBuilder().getOutputArgBuilder(k);
      String length = function.getRetOrThrow(output.getName()); // node:length:0
      NodeDef dropped = nodes.remove(length.substring(0, length.indexOf(':')));
      result.putRet(output.getName(), dropped.getInput(0));
      output.setType(DataType.DT_VARIANT);
    }
    return result.addAllNodeDef(nodes.values()).build();
  }
}
