package io.github.charlstm.loop;

import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.OperationCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.op.core.TensorListStack;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TFloating;

/**
 * A while loop that reads a tensor step by step, carries a state and stacks its outputs, with a
 * gradient (Python: the {@code while_loop} with {@code TensorArray}s inside {@code dynamic_rnn}).
 *
 * <p>{@code output_t, states_t = body(inputs[t], states_{t-1})} for t = 0 .. steps - 1.
 *
 * <p>The number of steps may be known only at run time; the graph has one While operation whatever
 * it is. The gradient is a second loop, from the last step to the first, over the gradient of one
 * step and the tensors that the first loop saved. Memory grows linearly with the number of steps.
 * Second derivatives are not supported.
 *
 * @param outputs {@code [T, batch, ...]}, zeros from step {@code steps} on
 * @param states after the last step; the initial ones if there are no steps
 */
public record Scan<T extends TFloating>(Operand<T> outputs, List<Operand<T>> states) {

  public Scan {
    Objects.requireNonNull(outputs, "outputs");
    states = List.copyOf(states);
  }

  /**
   * Registers the gradients of loops with TensorFlow, once in a process. {@link #of} calls it; a
   * program that takes the gradient of an imported graph must call it.
   */
  public static void registerGradient() {
    ScanGradient.register();
  }

  /**
   * Adds a loop to the graph.
   *
   * <p>If {@code tf.gradients} cannot differentiate a step, the loop has no gradient: asking for it
   * throws an {@code UnsupportedOperationException} that names the operation.
   *
   * @param tf builder of a graph; a scan cannot be in the body of another loop
   * @param inputs float16, float32 or float64 {@code [T, batch, ...]}, of known rank
   * @param steps int32 scalar, the number of steps, at most T; more fail at run time with a {@code
   *     TFInvalidArgumentException}
   * @param initialStates tensors of the same type; may be empty
   * @param body one step; its exceptions are passed on unchanged
   * @param differentiable false: no gradient, and nothing is saved for it
   * @throws IllegalArgumentException if the builder is eager or in the body of a loop; if inputs,
   *     steps or states have other types or shapes or are not of the builder's graph; if the body
   *     changes the number or the shapes of the states, uses tensors of another graph, or if the
   *     shape of its output, without the batch, is not known. Shapes that are known only at run
   *     time are checked then: {@code TFInvalidArgumentException}
   */
  public static <T extends TFloating> Scan<T> of(
      Ops tf,
      Operand<T> inputs,
      Operand<TInt32> steps,
      List<? extends Operand<T>> initialStates,
      Body<T> body,
      boolean differentiable) {
    Graph outside = graphOf(tf);
    requireFit(outside, inputs, steps, initialStates);
    registerGradient();
    List<Shape> stateShapes = new ArrayList<>();
    initialStates.forEach(state -> stateShapes.add(state.shape()));
    try (BodyGraph graph = new BodyGraph(outside)) {
      ScanFunctions.TracedStep<T> step =
          new ScanFunctions.TracedStep<>(graph, inputs.type(), inputs.shape(), stateShapes, body);
      String name = functionName(tf);
      ScanFunctions<T> functions = new ScanFunctions<>(name, step, differentiable);
      Functions.addTo(outside, functions.definitions());
      Operation loop = loop(tf, name, step, functions, inputs, steps, initialStates);
      return results(tf, loop, functions.layout(), inputs, initialStates, step.outputTail);
    }
  }

  /** The builder's graph; a loop cannot be in the body of another one. */
  static Graph graphOf(Ops tf) {
    if (tf.scope().env() instanceof Graph graph) {
      return graph;
    }
    throw new IllegalArgumentException(
        tf.scope().env() instanceof LoopEnvironment
            ? "a loop cannot be in the body of another loop"
            : "a loop needs a Graph; this Ops builder is eager");
  }

  private static <T extends TFloating> void requireFit(
      Graph graph,
      Operand<T> inputs,
      Operand<TInt32> steps,
      List<? extends Operand<T>> initialStates) {
    List<Operand<?>> floats = new ArrayList<>(initialStates);
    floats.add(inputs);
    DataType type = inputs.asOutput().dataType();
    if (!Dtypes.isFloat(type)) {
      throw new IllegalArgumentException(
          "a loop expects inputs of float16, float32 or float64, found %s (tensor %s)"
              .formatted(Dtypes.name(type), inputs.op().name()));
    }
    for (Operand<?> tensor : floats) {
      if (tensor.asOutput().dataType() != type) {
        throw new IllegalArgumentException(
            "a loop expects states of its inputs' type, %s, found %s (tensor %s)"
                .formatted(
                    Dtypes.name(type),
                    Dtypes.name(tensor.asOutput().dataType()),
                    tensor.op().name()));
      }
    }
    if (inputs.shape().isUnknown() || inputs.shape().numDimensions() < 2) {
      throw new IllegalArgumentException(
          "a loop expects inputs of shape [steps, batch, ...], found %s (tensor %s)"
              .formatted(WhileOps.text(inputs.shape()), inputs.op().name()));
    }
    if (steps.asOutput().dataType() != DataType.DT_INT32
        || !steps.shape().isCompatibleWith(Shape.scalar())) {
      throw new IllegalArgumentException(
          "a loop expects a number of steps that is an int32 scalar, found %s of shape %s"
              .formatted(steps.asOutput().dataType(), steps.shape()));
    }
    floats.add(steps);
    for (Operand<?> tensor : floats) {
      if (tensor.op().env() != graph) {
        throw new IllegalArgumentException(
            "a loop expects tensors of its own graph, found one of another graph or session, made"
                + " by "
                + tensor.op().type());
      }
    }
  }

  // Unique in the graph: the number of operations only grows.
  static String functionName(Ops tf) {
    Scope scope = tf.scope();
    int operations = new OperationCounter((Graph) scope.env()).count();
    return scope.withName("loop").makeOpName("while").replace('/', '_') + "_" + operations;
  }

  private static <T extends TFloating> Operation loop(
      Ops tf,
      String name,
      ScanFunctions.TracedStep<T> step,
      ScanFunctions<T> functions,
      Operand<T> inputs,
      Operand<TInt32> steps,
      List<? extends Operand<T>> initialStates) {
    Operand<TInt32> length = WhileOps.size(tf, tf.shape(inputs), 0);
    // stop_gradient: else tf.gradients would look for gradients of list operations
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(tf.stopGradient(tf.constant(0)));
    variables.add(tf.stopGradient(steps));
    variables.add(inputs);
    variables.addAll(initialStates);
    variables.add(tf.stopGradient(WhileOps.list(tf, length, inputs.type())));
    functions
        .sharedTypes()
        .forEach(type -> variables.add(tf.stopGradient(WhileOps.zero(tf, type))));
    functions
        .savedTypes()
        .forEach(type -> variables.add(tf.stopGradient(WhileOps.list(tf, length, type))));
    List<Output<?>> captured = step.graph.captured();
    for (Output<?> tensor : captured) {
      boolean isFloat = Dtypes.isFloat(tensor.dataType());
      variables.add(isFloat ? tensor : tf.stopGradient(tensor));
    }
    OperationBuilder builder = WhileOps.loweredLoop(tf, "while", name, variables);
    builder.setAttr("output_shapes", WhileOps.shapes(functions.shapes()));
    functions.layout().write(builder);
    builder.setAttr(ScanGradient.OUTPUT_SHAPE, step.outputTail);
    builder.setAttr(ScanGradient.FUNCTIONS, name);
    builder.setAttr(ScanGradient.WHY_NOT, functions.whyNoGradient());
    return builder.build();
  }

  private static <T extends TFloating> Scan<T> results(
      Ops tf,
      Operation loop,
      Layout layout,
      Operand<T> inputs,
      List<? extends Operand<T>> initialStates,
      long[] outputTail) {
    Operand<T> outputs = outputs(tf, loop.output(layout.outputList()), inputs, outputTail);
    List<Operand<T>> states = new ArrayList<>();
    List<Op> checks = new ArrayList<>();
    for (int k = 0; k < initialStates.size(); k++) {
      Output<T> state = loop.output(Layout.STATES + k);
      states.add(state);
      Operand<T> initial = initialStates.get(k);
      if (initial.shape().isUnknown() || initial.shape().hasUnknownDimension()) {
        checks.add(sameShape(tf, k, initial, state));
      }
    }
    // Identities: a run that fetches an output of the While itself keeps it from being lowered.
    if (checks.isEmpty()) {
      states.replaceAll(tf::identity);
      return new Scan<>(outputs, states);
    }
    Ops checked = tf.withControlDependencies(checks.toArray(Op[]::new));
    states.replaceAll(checked::identity);
    return new Scan<>(checked.identity(outputs), states);
  }

  // The outputs' shape is known as far as [T, batch, ...] is.
  private static <T extends TFloating> Operand<T> outputs(
      Ops tf, Output<?> list, Operand<T> inputs, long[] outputTail) {
    long knownBatch = inputs.shape().get(1);
    Operand<TInt32> batch =
        knownBatch == Shape.UNKNOWN_SIZE
            ? tf.stopGradient(WhileOps.size(tf, tf.shape(inputs), 1))
            : tf.constant(Math.toIntExact(knownBatch));
    return tf.tensorListStack(
        list,
        ScanGradient.elementShape(tf, batch, outputTail),
        inputs.type(),
        TensorListStack.numElements(inputs.shape().get(0)));
  }

  // A state that grows by broadcasting would get a wrong gradient: steps share the shapes.
  static Op sameShape(Ops tf, int place, Operand<?> initial, Operand<?> last) {
    Operand<TInt32> before = tf.shape(initial);
    Operand<TInt32> after = tf.shape(last);
    return tf.assertThat(
        tf.reduceAll(tf.math.equal(before, after), tf.array(0)),
        List.of(
            tf.constant("a loop keeps the shapes of its state; state tensor " + place + " had"),
            before,
            tf.constant("before the loop and after it"),
            after));
  }

  /**
   * Indices of a scan's variables, stored as an attribute of its While operation: so its gradient
   * can be built from the graph alone, also after an export and an import.
   *
   * <p>Inputs and outputs of the operation, in this order: time, steps, inputs, {@code states}
   * state tensors, the list of outputs, {@code shared} tensors that are the same at each step,
   * {@code saved} lists of tensors saved at each step, the captured tensors, of which {@code
   * differentiableCaptures} have a gradient.
   */
  record Layout(int states, int shared, int saved, List<Integer> differentiableCaptures) {
    static final int TIME = 0;
    static final int STEPS = 1;
    static final int INPUTS = 2;
    static final int STATES = 3;
    private static final String ATTRIBUTE = "_scan_layout";

    Layout {
      differentiableCaptures = List.copyOf(differentiableCaptures);
    }

    int outputList() {
      return STATES + states;
    }

    int firstShared() {
      return outputList() + 1;
    }

    int firstSaved() {
      return firstShared() + shared;
    }

    int firstCapture() {
      return firstSaved() + saved;
    }

    void write(OperationBuilder builder) {
      List<Integer> numbers = new ArrayList<>(List.of(states, shared, saved));
      numbers.addAll(differentiableCaptures);
      builder.setAttr(ATTRIBUTE, numbers.stream().mapToLong(Integer::longValue).toArray());
    }

    static Layout read(OperationAttributeInspector attributes) {
      int[] numbers =
          Arrays.stream(attributes.getAttrIntList(ATTRIBUTE)).mapToInt(Math::toIntExact).toArray();
      return new Layout(
          numbers[0], numbers[1], numbers[2], Arrays.stream(numbers).skip(3).boxed().toList());
    }
  }
}
