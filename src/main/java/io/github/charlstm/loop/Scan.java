package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * A while loop that reads a tensor step by step, carries a state and stacks its outputs, with a
 * gradient (Python: the {@code while_loop} with {@code TensorArray}s inside {@code dynamic_rnn}).
 *
 * <p>The number of steps is known only at run time. The graph has one While operation whatever that
 * number is. {@code tf.gradients} runs a second loop, from the last step to the first: it calls the
 * gradient that {@code tf.gradients} built for one step, with the tensors that the first loop saved
 * for it. Memory grows linearly with the number of steps.
 *
 * @param outputs {@code [T, ...]}, zeros from step {@code steps} on
 * @param states after the last step
 */
public record Scan(Operand<TFloat32> outputs, List<Operand<TFloat32>> states) {

  public Scan {
    Objects.requireNonNull(outputs, "outputs");
    states = List.copyOf(states);
  }

  /**
   * @param tf builder of a graph; a scan cannot stand in the body of another one
   * @param inputs {@code [T, batch, ...]}, of known rank
   * @param steps scalar, how many steps to do, at most T
   * @param initialStates float tensors
   * @param body one step
   * @param differentiable false saves nothing for a backward pass: less memory where no gradient is
   *     wanted
   * @throws IllegalArgumentException if the body changes the number or the shapes of the states
   */
  public static Scan of(
      Ops tf,
      Operand<TFloat32> inputs,
      Operand<TInt32> steps,
      List<? extends Operand<TFloat32>> initialStates,
      Body body,
      boolean differentiable) {
    if (!(tf.scope().env() instanceof Graph outside)) {
      throw new IllegalArgumentException(
          "a loop needs a graph; it cannot be eager, nor stand in the body of another loop");
    }
    ScanGradient.register();
    List<Shape> stateShapes = new ArrayList<>();
    initialStates.forEach(state -> stateShapes.add(state.shape()));
    try (BodyGraph graph = new BodyGraph(outside)) {
      TracedStep step = new TracedStep(graph, inputs.shape(), stateShapes, body);
      String name = functionName(tf);
      ScanFunctions functions = new ScanFunctions(name, step, differentiable);
      Functions.addTo(outside, functions.definitions());
      Operation loop = loop(tf, name, step, functions, inputs, steps, initialStates);
      return results(tf, loop, functions.layout(), inputs, step.result.output().shape());
    }
  }

  // Unique in the graph: the number of operations only grows.
  private static String functionName(Ops tf) {
    Scope scope = tf.scope();
    int operations = 0;
    for (Iterator<?> all = ((Graph) scope.env()).operations(); all.hasNext(); all.next()) {
      operations++;
    }
    return scope.withName("loop").makeOpName("while").replace('/', '_') + "_" + operations;
  }

  private static Operation loop(
      Ops tf,
      String name,
      TracedStep step,
      ScanFunctions functions,
      Operand<TFloat32> inputs,
      Operand<TInt32> steps,
      List<? extends Operand<TFloat32>> initialStates) {
    Operand<TInt32> length = length(tf, inputs);
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(constant(tf, tf.constant(0)));
    variables.add(constant(tf, steps));
    variables.add(inputs);
    variables.addAll(initialStates);
    variables.add(constant(tf, WhileOps.list(tf, length, TFloat32.class)));
    functions.sharedTypes().forEach(type -> variables.add(constant(tf, WhileOps.zero(tf, type))));
    functions
        .savedTypes()
        .forEach(type -> variables.add(constant(tf, WhileOps.list(tf, length, type))));
    List<Output<?>> captured = step.graph.captured();
    for (Output<?> tensor : captured) {
      boolean isFloat = tensor.type() == TFloat32.class;
      variables.add(isFloat ? tensor : constant(tf, tensor));
    }
    OperationBuilder builder =
        WhileOps.whileLoop(
            tf,
            "while",
            ScanFunctions.forwardCondition(name),
            ScanFunctions.forwardBody(name),
            variables);
    builder.setAttr("output_shapes", WhileOps.shapes(functions.shapes()));
    functions.layout().write(builder);
    builder.setAttr(ScanGradient.OUTPUT_SHAPE, tail(step.result.output().shape()));
    builder.setAttr(ScanGradient.FUNCTIONS, name);
    builder.setAttr(ScanGradient.WHY_NOT, functions.whyNoGradient());
    return builder.build();
  }

  private static Scan results(
      Ops tf, Operation loop, ScanLayout layout, Operand<TFloat32> inputs, Shape outputShape) {
    List<Operand<TFloat32>> states = new ArrayList<>();
    for (int k = 0; k < layout.states(); k++) {
      Output<TFloat32> state = loop.output(ScanLayout.STATES + k);
      states.add(state);
    }
    Operand<TInt32> elementShape =
        constant(tf, ScanGradient.elementShape(tf, inputs, tail(outputShape)));
    return new Scan(WhileOps.stacked(tf, loop.output(layout.outputList()), elementShape), states);
  }

  // [batch, a, b] -> a, b
  private static long[] tail(Shape shape) {
    if (shape.isUnknown() || shape.numDimensions() < 1 || shape.tail().hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "the output of a step needs a shape that is known but for the batch, found " + shape);
    }
    return shape.tail().asArray();
  }

  private static Operand<TInt32> length(Ops tf, Operand<TFloat32> inputs) {
    return tf.gather(tf.shape(inputs), tf.constant(0), tf.constant(0));
  }

  // Nothing differentiable: without this tf.gradients would look for gradients of list operations.
  private static <T extends TType> Operand<T> constant(Ops tf, Operand<T> value) {
    return tf.stopGradient(value);
  }
}
