package io.github.charlstm.loop;

import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TInt32;

/**
 * A while loop that ends when its step says so, with a gradient (Python: {@code tf.while_loop} with
 * {@code TensorArray}s of dynamic size, as in {@code dynamic_decode}).
 *
 * <p>{@code done, carried, outputs = step(rows of time t, carried)} for t = 0, 1, ... while not
 * done. Unlike {@link Scan} it carries and stacks tensors of any types. The gradient is that of the
 * float tensors; it is made as that of {@code Scan} is, and has the same limits.
 *
 * @param carried after the last step; the initial ones if there are no steps
 * @param outputs each {@code [steps, batch, ...]}
 * @param steps scalar, how many steps were taken
 */
public record DynamicLoop(
    List<Operand<?>> carried, List<Operand<?>> outputs, Operand<TInt32> steps) {

  public DynamicLoop {
    carried = List.copyOf(carried);
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(steps, "steps");
  }

  /** One step of the loop. */
  @FunctionalInterface
  public interface Step {
    /**
     * Builds the step; called once. All operations must be made with the given builder.
     *
     * @param tf builder of the body; tensors from outside may be used as inputs of its operations.
     *     {@code tf.scope().env()} is a {@link io.github.charlstm.graph.LoopEnvironment}
     * @param rows {@code sequence[time]} of each sequence
     * @param carried by the step before
     */
    Result step(Ops tf, List<Operand<?>> rows, List<Operand<?>> carried);
  }

  /**
   * Results of a step.
   *
   * @param done scalar, whether this was the last step
   * @param carried to the next step, of the same number, types and shapes as before
   * @param outputs each {@code [batch, ...]}
   */
  public record Result(
      Operand<TBool> done, List<? extends Operand<?>> carried, List<? extends Operand<?>> outputs) {
    public Result {
      Objects.requireNonNull(done, "done");
      carried = List.copyOf(carried);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Adds a loop to the graph.
   *
   * @param tf builder of a graph; the loop cannot be in the body of another loop
   * @param batch int32 scalar, first dimension of the outputs of a step
   * @param done scalar; true for no steps at all
   * @param sequences float tensors {@code [T, ...]}, read row by row; a step beyond T fails at run
   *     time with a {@code TFInvalidArgumentException}
   * @param carried initial tensors
   * @param step one step; its exceptions are passed on unchanged
   * @param differentiable false: no gradient, and nothing is saved for it
   * @throws IllegalArgumentException if the builder is eager or in the body of a loop, or if the
   *     step changes the number, the types or the shapes of what is carried. Shapes that are known
   *     only at run time are checked then: {@code TFInvalidArgumentException}
   */
  public static DynamicLoop of(
      Ops tf,
      Operand<TInt32> batch,
      Operand<TBool> done,
      List<? extends Operand<?>> sequences,
      List<? extends Operand<?>> carried,
      Step step,
      boolean differentiable) {
    Graph outside = Scan.graphOf(tf);
    Scan.registerGradient();
    try (BodyGraph graph = new BodyGraph(outside)) {
      DynamicLoopFunctions.TracedStep traced =
          new DynamicLoopFunctions.TracedStep(graph, sequences, carried, step);
      String name = Scan.functionName(tf);
      DynamicLoopFunctions functions = new DynamicLoopFunctions(name, traced, differentiable);
      Functions.addTo(outside, functions.definitions());
      Operation loop = loop(tf, name, functions, done, sequences, carried, graph.captured());
      return results(tf, loop, functions.layout(), traced, batch, carried);
    }
  }

  private static Operation loop(
      Ops tf,
      String name,
      DynamicLoopFunctions functions,
      Operand<TBool> done,
      List<? extends Operand<?>> sequences,
      List<? extends Operand<?>> carried,
      List<Output<?>> captured) {
    // stop_gradient: else tf.gradients would look for gradients of list operations
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(tf.stopGradient(tf.constant(0)));
    variables.add(tf.stopGradient(done));
    variables.addAll(sequences);
    carried.forEach(tensor -> variables.add(stoppedUnlessFloat(tf, tensor)));
    functions
        .outputTypes()
        .forEach(type -> variables.add(tf.stopGradient(WhileOps.emptyList(tf, type))));
    functions
        .sharedTypes()
        .forEach(type -> variables.add(tf.stopGradient(WhileOps.zero(tf, type))));
    functions
        .savedTypes()
        .forEach(type -> variables.add(tf.stopGradient(WhileOps.emptyList(tf, type))));
    captured.forEach(tensor -> variables.add(stoppedUnlessFloat(tf, tensor)));
    OperationBuilder builder = WhileOps.loweredLoop(tf, "while", name, variables);
    builder.setAttr("output_shapes", WhileOps.shapes(functions.shapes()));
    functions.layout().write(builder);
    builder.setAttr(ScanGradient.FUNCTIONS, name);
    builder.setAttr(ScanGradient.WHY_NOT, functions.whyNoGradient());
    return builder.build();
  }

  private static Operand<?> stoppedUnlessFloat(Ops tf, Operand<?> tensor) {
    return Dtypes.isFloat(tensor.asOutput().dataType()) ? tensor : tf.stopGradient(tensor);
  }

  private static DynamicLoop results(
      Ops tf,
      Operation loop,
      Layout layout,
      DynamicLoopFunctions.TracedStep traced,
      Operand<TInt32> batch,
      List<? extends Operand<?>> initial) {
    List<Op> checks = new ArrayList<>();
    List<Operand<?>> carried = new ArrayList<>();
    for (int k = 0; k < layout.carried(); k++) {
      Output<?> last = loop.output(layout.firstCarried() + k);
      carried.add(last);
      Shape shape = initial.get(k).shape();
      if (shape.isUnknown() || shape.hasUnknownDimension()) {
        checks.add(Scan.sameShape(tf, k, initial.get(k), last));
      }
    }
    // Identities: a run that fetches an output of the While itself keeps it from being lowered.
    Ops checked = checks.isEmpty() ? tf : tf.withControlDependencies(checks.toArray(Op[]::new));
    carried.replaceAll(checked::identity);
    List<Operand<?>> outputs = new ArrayList<>();
    for (int k = 0; k < layout.outputs(); k++) {
      Output<?> item = traced.result.outputs().get(k).asOutput();
      Operand<?> stacked =
          tf.tensorListStack(
              loop.output(layout.firstOutput() + k),
              elementShape(tf, batch, item.shape()),
              item.type());
      outputs.add(checked.identity(stacked));
    }
    return new DynamicLoop(carried, outputs, checked.identity(loop.<TInt32>output(Layout.TIME)));
  }

  private static Operand<TInt32> elementShape(Ops tf, Operand<TInt32> batch, Shape item) {
    if (item.isUnknown()) {
      return tf.constant(-1);
    }
    return ScanGradient.elementShape(tf, tf.stopGradient(batch), item.tail().asArray());
  }

  /**
   * Indices of the loop's variables, stored as an attribute of its While operation, as those of
   * {@link Scan.Layout} are.
   *
   * <p>Inputs and outputs of the operation, in this order: time, done, {@code sequences} tensors
   * that are read row by row, {@code carried} tensors, {@code outputs} lists, {@code shared}
   * tensors that are the same at each step, {@code saved} lists of tensors saved at each step, the
   * captured tensors, of which {@code differentiableCaptures} have a gradient.
   */
  record Layout(
      int sequences,
      int carried,
      int outputs,
      int shared,
      int saved,
      List<Integer> differentiableOutputs,
      List<Integer> differentiableCaptures) {
    static final int TIME = 0;
    static final int DONE = 1;
    static final int SEQUENCES = 2;
    static final String ATTRIBUTE = "_loop_layout";

    Layout {
      differentiableOutputs = List.copyOf(differentiableOutputs);
      differentiableCaptures = List.copyOf(differentiableCaptures);
    }

    int firstCarried() {
      return SEQUENCES + sequences;
    }

    int firstOutput() {
      return firstCarried() + carried;
    }

    int firstShared() {
      return firstOutput() + outputs;
    }

    int firstCapture() {
      return firstShared() + shared + saved;
    }

    void write(OperationBuilder builder) {
      List<Integer> numbers = new ArrayList<>(List.of(sequences, carried, outputs, shared, saved));
      numbers.add(differentiableOutputs.size());
      numbers.addAll(differentiableOutputs);
      numbers.addAll(differentiableCaptures);
      builder.setAttr(ATTRIBUTE, numbers.stream().mapToLong(Integer::longValue).toArray());
    }

    static Layout read(OperationAttributeInspector attributes) {
      List<Integer> numbers =
          Arrays.stream(attributes.getAttrIntList(ATTRIBUTE)).mapToObj(Math::toIntExact).toList();
      int outputsEnd = 6 + numbers.get(5);
      return new Layout(
          numbers.get(0),
          numbers.get(1),
          numbers.get(2),
          numbers.get(3),
          numbers.get(4),
          numbers.subList(6, outputsEnd),
          numbers.subList(outputsEnd, numbers.size()));
    }

    List<Integer> places(int first, int count) {
      return IntStream.range(first, first + count).boxed().toList();
    }
  }
}
