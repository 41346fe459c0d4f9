package io.github.charlstm.loop;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphIndex;
import io.github.charlstm.loop.BodyGraph.LoopVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
import org.tensorflow.types.TBool;
import org.tensorflow.types.family.TType;

/**
 * The functions of a {@link DynamicLoop}: condition and body of its forward loop and, if the step
 * has a gradient, of its backward loop.
 */
final class DynamicLoopFunctions {
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

  DynamicLoopFunctions(String name, TracedStep step, boolean differentiable) {
    this.name = name;
    this.step = step;
    this.graph = step.graph;
    this.tf = graph.tf();
    if (differentiable) {
      differentiate();
    } else {
      whyNoGradient = "it was built without one";
    }
    buildForward();
  }

  List<FunctionDef> definitions() {
    return definitions;
  }

  DynamicLoop.Layout layout() {
    return new DynamicLoop.Layout(
        step.sequences.size(),
        step.carried.size(),
        step.outputLists.size(),
        sharedTensors.size(),
        savedTensors.size(),
        floats(step.result.outputs()),
        differentiableCaptures);
  }

  List<DataType> outputTypes() {
    return types(step.result.outputs());
  }

  List<DataType> sharedTypes() {
    return types(sharedTensors);
  }

  List<DataType> savedTypes() {
    return types(savedTensors);
  }

  private static List<DataType> types(List<? extends Operand<?>> tensors) {
    return tensors.stream().map(tensor -> tensor.asOutput().dataType()).toList();
  }

  /** Shapes of the forward loop's variables, as far as they are known. */
  List<Shape> shapes() {
    return LoopVariable.shapes(forward);
  }

  /** Empty if the loop has a gradient. */
  String whyNoGradient() {
    return whyNoGradient;
  }

  /** Indices of the tensors that have a gradient. */
  static List<Integer> floats(List<? extends Operand<?>> tensors) {
    List<Integer> places = new ArrayList<>();
    for (int k = 0; k < tensors.size(); k++) {
      if (Dtypes.isFloat(tensors.get(k).asOutput().dataType())) {
        places.add(k);
      }
    }
    return places;
  }

  private void differentiate() {
    Set<String> forwardNodes =
        Set.copyOf(new GraphIndex(graph.graph().toGraphDef()).nodes().keySet());
    try {
      buildBackward(forwardNodes);
    } catch (TensorFlowException | UnsupportedOperationException noGradient) {
      // Keep the reason; it is an error only if the gradient is requested.
      whyNoGradient = "the gradient of a step cannot be built:  " + noGradient.getMessage();
    }
  }

  private void buildForward() {
    List<LoopVariable> variables = new ArrayList<>();
    variables.add(LoopVariable.of(graph.time(), tf.math.add(graph.time(), tf.constant(1))));
    variables.add(LoopVariable.of(step.done, step.result.done()));
    step.sequences.forEach(sequence -> variables.add(LoopVariable.unchanged(sequence)));
    for (int k = 0; k < step.carried.size(); k++) {
      variables.add(LoopVariable.of(step.carried.get(k), step.result.carried().get(k)));
    }
    for (int k = 0; k < step.outputLists.size(); k++) {
      variables.add(pushed(step.outputLists.get(k), step.result.outputs().get(k)));
    }
    for (Operand<?> tensor : sharedTensors) {
      DataType type = tensor.asOutput().dataType();
      variables.add(LoopVariable.of(graph.placeholder("shared", type, Shape.unknown()), tensor));
    }
    savedTensors.forEach(tensor -> variables.add(pushed(list("saved"), tensor)));
    graph.captures().forEach(capture -> variables.add(LoopVariable.unchanged(capture)));
    forward = variables;
    GraphIndex nodes = new GraphIndex(graph.graph().toGraphDef());
    definitions.addAll(nodes.definition().getLibrary().getFunctionList()); // called by the body
    definitions.add(Functions.forwardBody(name, nodes, forward));
    definitions.add(Functions.notDone(name, forward, DynamicLoop.Layout.DONE));
  }

  private LoopVariable pushed(Output<?> list, Operand<?> item) {
    return LoopVariable.of(list, tf.tensorListPushBack(list, item));
  }

  private Output<?> list(String what) {
    return graph.placeholder(what, DataType.DT_VARIANT, Shape.scalar());
  }

  // Variables: time, gradients of what is carried, lists of gradients of the sequences, gradients
  // of the captures; then, unchanged: lists of gradients of the outputs, sequences, shared, saved,
  // captures.
  private void buildBackward(Set<String> forwardNodes) {
    List<Output<?>> ys = new ArrayList<>();
    List<Output<?>> seeds = new ArrayList<>();
    List<Output<?>> outputGradients = new ArrayList<>();
    for (int k : floats(step.result.outputs())) {
      Output<?> output = step.result.outputs().get(k).asOutput();
      Output<?> list = list("output_gradients");
      outputGradients.add(list);
      // Identities: tf.gradients stops at a y, so it would miss a y that another y depends on.
      ys.add(tf.identity(output).asOutput());
      seeds.add(
          tf.tensorListGetItem(list, graph.time(), tf.constant(-1), output.type()).asOutput());
    }
    List<Output<?>> carriedGradients = new ArrayList<>();
    List<Output<?>> xs = new ArrayList<>(step.rows.stream().map(Operand::asOutput).toList());
    for (int k : floats(step.carried)) {
      Output<?> carried = step.carried.get(k);
      Output<?> seed = graph.placeholder("carried_gradient", carried.dataType(), carried.shape());
      carriedGradients.add(seed);
      ys.add(tf.identity(step.result.carried().get(k)).asOutput());
      seeds.add(seed);
      xs.add(carried);
    }
    List<Output<?>> captures = graph.captures();
    floats(captures).forEach(k -> xs.add(captures.get(k)));
    Map<Output<?>, Output<?>> gradients = TensorGradients.of(graph.graph(), ys, xs, seeds);

    List<LoopVariable> variables = new ArrayList<>();
    List<Operand<?>> results = new ArrayList<>();
    variables.add(LoopVariable.of(graph.time(), tf.math.sub(graph.time(), tf.constant(1))));
    for (int k = 0; k < carriedGradients.size(); k++) {
      Operand<?> gradient = gradientOf(gradients, step.carried.get(floats(step.carried).get(k)));
      results.add(gradient);
      variables.add(LoopVariable.of(carriedGradients.get(k), gradient));
    }
    for (Operand<?> row : step.rows) {
      Operand<?> gradient = gradientOf(gradients, row.asOutput());
      results.add(gradient);
      Output<?> list = list("sequence_gradients");
      variables.add(LoopVariable.of(list, tf.tensorListSetItem(list, graph.time(), gradient)));
    }
    List<Integer> ofCaptures = new ArrayList<>();
    for (int k = 0; k < captures.size(); k++) {
      Output<?> gradient = gradients.get(captures.get(k));
      if (gradient != null) {
        ofCaptures.add(k);
        results.add(gradient);
        variables.add(added(gradient));
      }
    }
    SavedTensors kept = keptTensors(forwardNodes, outputGradients, carriedGradients, results);
    outputGradients.forEach(list -> variables.add(LoopVariable.unchanged(list)));
    step.sequences.forEach(sequence -> variables.add(LoopVariable.unchanged(sequence)));
    Map<String, String> replaced = new HashMap<>();
    kept.shared().forEach(tensor -> variables.add(shared(tensor, replaced)));
    kept.saved().forEach(tensor -> variables.add(saved(tensor, replaced)));
    captures.forEach(capture -> variables.add(LoopVariable.unchanged(capture)));

    GraphIndex nodes = new GraphIndex(graph.graph().toGraphDef());
    String backward = Functions.gradient(name);
    definitions.add(Functions.backwardBody(backward, nodes, variables, replaced));
    definitions.add(Functions.notNegative(backward, variables));
    differentiableCaptures = ofCaptures;
  }

  private Operand<?> gradientOf(Map<Output<?>, Output<?>> gradients, Output<?> tensor) {
    Output<?> found = gradients.get(tensor);
    return found != null ? found : tf.zerosLike(tensor);
  }

  // the sum over the steps
  private <G extends TType> LoopVariable added(Output<G> gradient) {
    Output<G> sum = graph.placeholder("capture_gradient", gradient.type(), Shape.unknown());
    return LoopVariable.of(sum, tf.math.add(sum, gradient));
  }

  private SavedTensors keptTensors(
      Set<String> forwardNodes,
      List<Output<?>> outputGradients,
      List<Output<?>> carriedGradients,
      List<Operand<?>> results) {
    Set<String> changing = new HashSet<>(Set.of(graph.time().op().name(), step.done.op().name()));
    step.carried.forEach(tensor -> changing.add(tensor.op().name()));
    Set<String> seeds = new HashSet<>();
    outputGradients.forEach(seed -> seeds.add(seed.op().name()));
    carriedGradients.forEach(seed -> seeds.add(seed.op().name()));
    Set<String> known = new HashSet<>(Set.of(graph.time().op().name()));
    step.rows.forEach(row -> known.add(row.op().name()));
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
    Output<?> list = list("saved");
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

  /** A step, built once in a graph of its own, with placeholders for all that it reads. */
  static final class TracedStep {
    final BodyGraph graph;
    final Output<TBool> done;
    final List<Output<?>> sequences = new ArrayList<>();
    final List<Operand<?>> rows = new ArrayList<>(); // sequence[time]
    final List<Output<?>> carried = new ArrayList<>();
    final List<Output<?>> outputLists = new ArrayList<>();
    final DynamicLoop.Result result;

    TracedStep(
        BodyGraph graph,
        List<? extends Operand<?>> givenSequences,
        List<? extends Operand<?>> initial,
        DynamicLoop.Step step) {
      this.graph = graph;
      Ops tf = graph.tf();
      done = graph.placeholder("done", TBool.class, Shape.scalar());
      for (Operand<?> given : givenSequences) {
        sequences.add(placeholder("sequence", given));
      }
      for (Operand<?> given : initial) {
        carried.add(placeholder("carried", given));
      }
      sequences.forEach(
          sequence -> rows.add(tf.withName("row").gather(sequence, graph.time(), tf.constant(0))));
      result = inside(step.step(tf, List.copyOf(rows), List.copyOf(carried)));
      graph.stepIsDone();
      requireSame(initial);
      for (int k = 0; k < result.outputs().size(); k++) {
        outputLists.add(graph.placeholder("outputs", DataType.DT_VARIANT, Shape.scalar()));
      }
    }

    private Output<?> placeholder(String what, Operand<?> given) {
      return graph.placeholder(what, given.asOutput().dataType(), given.shape());
    }

    // A step may return tensors of the outer graph.
    private DynamicLoop.Result inside(DynamicLoop.Result given) {
      Objects.requireNonNull(given, "the step of a loop returned null");
      @SuppressWarnings("unchecked") // its placeholder has the tensor's type
      Operand<TBool> isDone = (Operand<TBool>) inside(given.done());
      return new DynamicLoop.Result(
          isDone,
          given.carried().stream().map(this::inside).toList(),
          given.outputs().stream().map(this::inside).toList());
    }

    private Operand<?> inside(Operand<?> tensor) {
      return graph.inside(tensor.asOutput());
    }

    private void requireSame(List<? extends Operand<?>> initial) {
      ScanFunctions.requireStateCount(initial.size(), result.carried().size());
      for (int k = 0; k < initial.size(); k++) {
        Output<?> before = initial.get(k).asOutput();
        Output<?> after = result.carried().get(k).asOutput();
        if (before.dataType() != after.dataType()
            || !after.shape().isCompatibleWith(before.shape())) {
          throw new IllegalArgumentException(
              "tensor %s that a loop carries is %s %s before a step and %s %s after it; a loop keeps types and shapes"
                  .formatted(
                      k,
                      Dtypes.name(before.dataType()),
                      WhileOps.text(before.shape()),
                      Dtypes.name(after.dataType()),
                      WhileOps.text(after.shape())));
        }
      }
    }
  }
}
