package io.github.charlstm.loop;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The functions of a scan: condition and body of its forward loop and, where the step has a
 * gradient, of its backward loop.
 */
final class ScanFunctions {
  private final String name;
  private final TracedStep step;
  private final BodyGraph graph;
  private final Ops tf;
  private final List<FunctionDef> definitions = new ArrayList<>();
  private final List<Operand<?>> sharedTensors = new ArrayList<>();
  private final List<Operand<?>> savedTensors = new ArrayList<>();
  private List<LoopVariable> forward = List.of();
  private List<Integer> differentiableCaptures = List.of();
  private String whyNoGradient = "";

  ScanFunctions(String name, TracedStep step, boolean differentiable) {
    this.name = name;
    this.step = step;
    this.graph = step.graph;
    this.tf = graph.tf();
    if (differentiable) {
      differentiate();
    } else {
      whyNoGradient = "it was built without one; build it with gradient(true)";
    }
    buildForward();
  }

  static String forwardBody(String name) {
    return name + "_body";
  }

  static String forwardCondition(String name) {
    return name + "_condition";
  }

  static String backwardBody(String name) {
    return name + "_gradient_body";
  }

  static String backwardCondition(String name) {
    return name + "_gradient_condition";
  }

  List<FunctionDef> definitions() {
    return definitions;
  }

  ScanLayout layout() {
    return new ScanLayout(
        step.states.size(), sharedTensors.size(), savedTensors.size(), differentiableCaptures);
  }

  /** Types of the shared tensors. */
  List<DataType> sharedTypes() {
    return sharedTensors.stream().map(tensor -> tensor.asOutput().dataType()).toList();
  }

  /** Types of the saved tensors. */
  List<Class<? extends TType>> savedTypes() {
    List<Class<? extends TType>> types = new ArrayList<>();
    savedTensors.forEach(tensor -> types.add(tensor.type()));
    return types;
  }

  /** Shapes of the forward loop's variables, as far as they are known. */
  List<Shape> shapes() {
    return forward.stream().map(variable -> variable.before().shape()).toList();
  }

  /** Empty if the scan has a gradient. */
  String whyNoGradient() {
    return whyNoGradient;
  }

  private void differentiate() {
    Set<String> forwardNodes =
        Set.copyOf(new GraphIndex(graph.graph().toGraphDef()).nodes().keySet());
    StepGradient gradient;
    try {
      gradient = new StepGradient(step);
    } catch (TensorFlowException | UnsupportedOperationException noGradient) {
      // No reason to refuse the loop: perhaps nobody wants its gradient.
      whyNoGradient = "that of a step cannot be built: " + noGradient.getMessage();
      return;
    }
    buildBackward(gradient, forwardNodes);
    differentiableCaptures = gradient.differentiableCaptures();
  }

  private void buildForward() {
    Operand<?> next = tf.math.add(graph.time(), tf.constant(1));
    List<LoopVariable> variables = new ArrayList<>();
    variables.add(LoopVariable.of(graph.time(), next));
    variables.add(LoopVariable.unchanged(step.steps));
    variables.add(LoopVariable.unchanged(step.inputs));
    for (int k = 0; k < step.states.size(); k++) {
      variables.add(LoopVariable.of(step.states.get(k), step.result.states().get(k)));
    }
    variables.add(stored(step.outputList, step.result.output()));
    for (Operand<?> tensor : sharedTensors) {
      Output<?> output = tensor.asOutput();
      variables.add(
          LoopVariable.of(graph.placeholder("shared", output.dataType(), Shape.unknown()), tensor));
    }
    for (Operand<?> tensor : savedTensors) {
      variables.add(
          stored(graph.placeholder("saved", DataType.DT_VARIANT, Shape.scalar()), tensor));
    }
    graph.captures().forEach(capture -> variables.add(LoopVariable.unchanged(capture)));
    forward = variables;
    GraphIndex nodes = new GraphIndex(graph.graph().toGraphDef());
    definitions.addAll(nodes.definition().getLibrary().getFunctionList()); // that the body calls
    definitions.add(Functions.forwardBody(forwardBody(name), nodes, forward));
    definitions.add(Functions.less(forwardCondition(name), forward));
  }

  private LoopVariable stored(Output<?> list, Operand<?> item) {
    return LoopVariable.of(list, tf.tensorListSetItem(list, graph.time(), item));
  }

  // Variables: time, gradients of the states, list of gradients of the inputs, gradients of the
  // captures; then, unchanged: gradients of the outputs, inputs, shared, saved, captures.
  private void buildBackward(StepGradient gradient, Set<String> forwardNodes) {
    List<Operand<?>> results = new ArrayList<>();
    results.add(gradient.of(step.input));
    step.states.forEach(state -> results.add(gradient.of(state)));
    List<Output<?>> captures = graph.captures();
    List<Operand<TFloat32>> ofCaptures = new ArrayList<>();
    for (int k : gradient.differentiableCaptures()) {
      ofCaptures.add(gradient.of(captures.get(k).expect(TFloat32.class)));
    }
    results.addAll(ofCaptures);
    SavedTensors crossings = crossings(gradient, forwardNodes, results);

    List<LoopVariable> variables = new ArrayList<>();
    variables.add(LoopVariable.of(graph.time(), tf.math.sub(graph.time(), tf.constant(1))));
    for (int k = 0; k < step.states.size(); k++) {
      variables.add(LoopVariable.of(gradient.stateGradients.get(k), results.get(1 + k)));
    }
    Output<?> list = graph.placeholder("input_gradients", DataType.DT_VARIANT, Shape.scalar());
    variables.add(stored(list, results.get(0)));
    for (Operand<TFloat32> ofCapture : ofCaptures) {
      Output<TFloat32> sum = step.floats("capture_gradient", Shape.unknown());
      variables.add(LoopVariable.of(sum, tf.math.add(sum, ofCapture)));
    }
    variables.add(LoopVariable.unchanged(gradient.outputGradients));
    variables.add(LoopVariable.unchanged(step.inputs));
    Map<String, String> replaced = new HashMap<>();
    crossings.shared().forEach(tensor -> variables.add(shared(tensor, replaced)));
    crossings.saved().forEach(tensor -> variables.add(saved(tensor, replaced)));
    captures.forEach(capture -> variables.add(LoopVariable.unchanged(capture)));

    GraphIndex nodes = new GraphIndex(graph.graph().toGraphDef());
    definitions.add(Functions.backwardBody(backwardBody(name), nodes, variables, replaced));
    definitions.add(Functions.notNegative(backwardCondition(name), variables));
  }

  private SavedTensors crossings(
      StepGradient gradient, Set<String> forwardNodes, List<Operand<?>> results) {
    Set<String> changing = new HashSet<>(Set.of(graph.time().op().name()));
    step.states.forEach(state -> changing.add(state.op().name()));
    Set<String> seeds = new HashSet<>(Set.of(gradient.outputGradients.op().name()));
    gradient.stateGradients.forEach(seed -> seeds.add(seed.op().name()));
    Set<String> known = Set.of(graph.time().op().name(), step.input.op().name());
    List<Output<?>> outputs = new ArrayList<>();
    results.forEach(result -> outputs.add(result.asOutput()));
    return new SavedTensors(
        new GraphIndex(graph.graph().toGraphDef()), forwardNodes, changing, seeds, known, outputs);
  }

  private LoopVariable shared(String tensor, Map<String, String> replaced) {
    Output<?> inForward = output(tensor);
    Output<?> inBackward = graph.placeholder("shared", inForward.dataType(), Shape.unknown());
    sharedTensors.add(inForward);
    replaced.put(tensor, GraphIndex.tensor(inBackward));
    return LoopVariable.unchanged(inBackward);
  }

  private LoopVariable saved(String tensor, Map<String, String> replaced) {
    Output<?> inForward = output(tensor);
    Output<?> list = graph.placeholder("saved", DataType.DT_VARIANT, Shape.scalar());
    Operand<?> item = tf.tensorListGetItem(list, graph.time(), tf.constant(-1), inForward.type());
    savedTensors.add(inForward);
    replaced.put(tensor, GraphIndex.tensor(item.asOutput()));
    return LoopVariable.unchanged(list);
  }

  private Output<?> output(String tensor) {
    return graph
        .graph()
        .operationOrThrow(GraphIndex.nodeOf(tensor))
        .output(GraphIndex.indexOf(tensor));
  }
}
