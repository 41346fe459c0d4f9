package io.github.charlstm.loop;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphIndex;
import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;
import org.tensorflow.types.family.TType;

/**
 * The functions of a scan: condition and body of its forward loop and, if the step has a gradient,
 * of its backward loop.
 */
final class ScanFunctions<T extends TFloating> {
  private final String name;
  private final TracedStep<T> step;
  private final BodyGraph graph;
  private final Ops tf;
  private final List<FunctionDef> definitions = new ArrayList<>();
  private final List<Operand<?>> sharedTensors = new ArrayList<>();
  private final List<Operand<?>> savedTensors = new ArrayList<>();
  private List<LoopVariable> forward = List.of();
  private List<Integer> differentiableCaptures = List.of();
  private String whyNoGradient = "";

  ScanFunctions(String name, TracedStep<T> step, boolean differentiable) {
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

  static void requireStateCount(int given, int returned) {
    if (given != returned) {
      throw new IllegalArgumentException(
          "the body of a loop was given %s state tensors and returned %s; it must return as many"
              .formatted(given, returned));
    }
  }

  List<FunctionDef> definitions() {
    return definitions;
  }

  Scan.Layout layout() {
    return new Scan.Layout(
        step.states.size(), sharedTensors.size(), savedTensors.size(), differentiableCaptures);
  }

  List<DataType> sharedTypes() {
    return sharedTensors.stream().map(tensor -> tensor.asOutput().dataType()).toList();
  }

  List<Class<? extends TType>> savedTypes() {
    List<Class<? extends TType>> types = new ArrayList<>();
    savedTensors.forEach(tensor -> types.add(tensor.type()));
    return types;
  }

  /** Shapes of the forward loop's variables, as far as they are known. */
  List<Shape> shapes() {
    return LoopVariable.shapes(forward);
  }

  /** Empty if the scan has a gradient. */
  String whyNoGradient() {
    return whyNoGradient;
  }

  private void differentiate() {
    Set<String> forwardNodes =
        Set.copyOf(new GraphIndex(graph.graph().toGraphDef()).nodes().keySet());
    StepGradient<T> gradient;
    try {
      gradient = new StepGradient<>(step);
    } catch (TensorFlowException | UnsupportedOperationException noGradient) {
      // Keep the reason; it is an error only if the gradient is requested.
      whyNoGradient = "the gradient of a step cannot be built:  " + noGradient.getMessage();
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
    definitions.addAll(nodes.definition().getLibrary().getFunctionList()); // called by the body
    definitions.add(Functions.forwardBody(name, nodes, forward));
    definitions.add(Functions.less(name, forward));
  }

  // the sum over the steps
  private <G extends TType> LoopVariable added(Operand<G> gradient) {
    Output<G> sum = graph.placeholder("capture_gradient", gradient.type(), Shape.unknown());
    return LoopVariable.of(sum, tf.math.add(sum, gradient));
  }

  private LoopVariable stored(Output<?> list, Operand<?> item) {
    return LoopVariable.of(list, tf.tensorListSetItem(list, graph.time(), item));
  }

  // Variables: time, gradients of the states, list of gradients of the inputs, gradients of the
  // captures; then, unchanged: gradients of the outputs, inputs, shared, saved, captures.
  private void buildBackward(StepGradient<T> gradient, Set<String> forwardNodes) {
    List<Operand<?>> results = new ArrayList<>();
    results.add(gradient.of(step.input));
    step.states.forEach(state -> results.add(gradient.of(state)));
    List<Output<?>> captures = graph.captures();
    List<Operand<?>> ofCaptures = new ArrayList<>();
    for (int k : gradient.differentiableCaptures()) {
      ofCaptures.add(gradient.of(captures.get(k)));
    }
    results.addAll(ofCaptures);
    SavedTensors kept = keptTensors(gradient, forwardNodes, results);

    List<LoopVariable> variables = new ArrayList<>();
    variables.add(LoopVariable.of(graph.time(), tf.math.sub(graph.time(), tf.constant(1))));
    for (int k = 0; k < step.states.size(); k++) {
      variables.add(LoopVariable.of(gradient.stateGradients.get(k), results.get(1 + k)));
    }
    Output<?> list = graph.placeholder("input_gradients", DataType.DT_VARIANT, Shape.scalar());
    variables.add(stored(list, results.get(0)));
    for (Operand<?> ofCapture : ofCaptures) {
      variables.add(added(ofCapture));
    }
    variables.add(LoopVariable.unchanged(gradient.outputGradients));
    variables.add(LoopVariable.unchanged(step.inputs));
    Map<String, String> replaced = new HashMap<>();
    kept.shared().forEach(tensor -> variables.add(shared(tensor, replaced)));
    kept.saved().forEach(tensor -> variables.add(saved(tensor, replaced)));
    captures.forEach(capture -> variables.add(LoopVariable.unchanged(capture)));

    GraphIndex nodes = new GraphIndex(graph.graph().toGraphDef());
    String backward = Functions.gradient(name);
    definitions.add(Functions.backwardBody(backward, nodes, variables, replaced));
    definitions.add(Functions.notNegative(backward, variables));
  }

  private SavedTensors keptTensors(
      StepGradient<T> gradient, Set<String> forwardNodes, List<Operand<?>> results) {
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

  /** A body, built once in a graph of its own, with placeholders for inputs, states and time. */
  static final class TracedStep<T extends TFloating> {
    final BodyGraph graph;
    final Output<TInt32> steps;
    final Output<T> inputs; // [T, ...]
    final Operand<T> input; // inputs[time]
    final List<Output<T>> states = new ArrayList<>();
    final Output<?> outputList;
    final Body.Result<T> result;
    final long[] outputTail; // sizes of the output without the batch

    TracedStep(
        BodyGraph graph, Class<T> dtype, Shape inputsShape, List<Shape> stateShapes, Body<T> body) {
      this.graph = graph;
      Ops tf = graph.tf();
      steps = graph.integers("steps", Shape.scalar());
      inputs = graph.placeholder("inputs", dtype, inputsShape);
      for (int k = 0; k < stateShapes.size(); k++) {
        states.add(graph.placeholder("state_" + k, dtype, stateShapes.get(k)));
      }
      outputList = graph.placeholder("outputs", DataType.DT_VARIANT, Shape.scalar());
      input = tf.withName("input").gather(inputs, graph.time(), tf.constant(0));
      result = inside(body.step(tf, input, List.copyOf(states)));
      graph.stepIsDone();
      requireType("the output", result.output());
      result.states().forEach(state -> requireType("a state", state));
      requireSameStates(stateShapes);
      outputTail = tail(result.output().shape());
    }

    // A body may return tensors of the outer graph.
    private Body.Result<T> inside(Body.Result<T> given) {
      Objects.requireNonNull(given, "the body of a loop returned null");
      List<Operand<T>> inside = new ArrayList<>();
      given.states().forEach(state -> inside.add(inside(state)));
      return new Body.Result<>(inside(given.output()), inside);
    }

    @SuppressWarnings("unchecked") // its placeholder has the tensor's type
    private Operand<T> inside(Operand<T> tensor) {
      return (Output<T>) graph.inside(tensor.asOutput());
    }

    private void requireType(String what, Operand<T> tensor) {
      if (tensor.asOutput().dataType() != inputs.dataType()) {
        throw new IllegalArgumentException(
            "the body of a loop must return tensors of its inputs' type, %s, found %s of %s (tensor %s)"
                .formatted(
                    Dtypes.name(inputs.dataType()),
                    what,
                    Dtypes.name(tensor.asOutput().dataType()),
                    tensor.op().name()));
      }
    }

    private void requireSameStates(List<Shape> expected) {
      requireStateCount(expected.size(), result.states().size());
      for (int k = 0; k < expected.size(); k++) {
        Shape found = result.states().get(k).shape();
        if (!found.isCompatibleWith(expected.get(k))) {
          throw new IllegalArgumentException(
              "state tensor %s has shape %s before a step and %s after it; a loop keeps its shapes"
                  .formatted(k, WhileOps.text(expected.get(k)), WhileOps.text(found)));
        }
      }
    }

    private static long[] tail(Shape shape) {
      if (shape.isUnknown() || shape.numDimensions() < 1 || shape.tail().hasUnknownDimension()) {
        throw new IllegalArgumentException(
            "the output of a step needs a shape [batch, ...] that is known but for the batch, found"
                + " "
                + WhileOps.text(shape));
      }
      return shape.tail().asArray();
    }
  }

  /**
   * The gradient of one step, built by {@code tf.gradients} in the body's graph: from gradients of
   * the step's output and states to those of its input, its states and the captured tensors.
   */
  static final class StepGradient<T extends TFloating> {
    final Output<T> outputGradients; // [T, ...], of the outer graph
    final List<Output<T>> stateGradients = new ArrayList<>(); // from the later steps
    private final TracedStep<T> step;
    private final Map<Output<?>, Output<?>> found = new LinkedHashMap<>();
    private final List<Integer> differentiableCaptures = new ArrayList<>();

    StepGradient(TracedStep<T> step) {
      this.step = step;
      Ops tf = step.graph.tf();
      Class<T> dtype = step.inputs.type();
      outputGradients = step.graph.placeholder("output_gradients", dtype, Shape.unknown());
      Operand<T> ofOutput = tf.gather(outputGradients, step.graph.time(), tf.constant(0));
      // Identities: tf.gradients stops at a y, so it would miss a y that another y depends on.
      List<Output<?>> ys = new ArrayList<>(List.of(tf.identity(step.result.output()).asOutput()));
      List<Output<?>> seeds = new ArrayList<>(List.of(ofOutput.asOutput()));
      for (int k = 0; k < step.states.size(); k++) {
        Output<T> seed =
            step.graph.placeholder("state_gradient_" + k, dtype, step.states.get(k).shape());
        stateGradients.add(seed);
        ys.add(tf.identity(step.result.states().get(k)).asOutput());
        seeds.add(seed);
      }
      differentiate(ys, seeds);
    }

    /** Gradient of a tensor of the body; zeros where the step does not depend on it. */
    Operand<?> of(Operand<?> tensor) {
      Output<?> gradient = found.get(tensor.asOutput());
      return gradient != null ? gradient : step.graph.tf().zerosLike(tensor);
    }

    /** Indices of the captures that have a gradient. */
    List<Integer> differentiableCaptures() {
      return differentiableCaptures;
    }

    private void differentiate(List<Output<?>> ys, List<Output<?>> seeds) {
      List<Output<?>> xs = new ArrayList<>();
      xs.add(step.input.asOutput());
      xs.addAll(step.states);
      List<Output<?>> captures = step.graph.captures();
      captures.stream().filter(c -> Dtypes.isFloat(c.dataType())).forEach(xs::add);
      found.putAll(TensorGradients.of(step.graph.graph(), ys, xs, seeds));
      for (int k = 0; k < captures.size(); k++) {
        if (found.containsKey(captures.get(k))) {
          differentiableCaptures.add(k);
        }
      }
    }
  }
}
