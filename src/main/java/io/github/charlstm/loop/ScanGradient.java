package io.github.charlstm.loop;

import io.github.charlstm.graph.CustomGradients;
import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.types.TInt32;

/**
 * The gradient of a {@link Scan}'s While operation: a second loop, from the last step to the first.
 *
 * <p>TensorFlow calls it with the graph's lock held. Asking for a tensor's shape or adding a
 * function here would deadlock.
 */
final class ScanGradient {
  /** Attribute: the name from which those of the functions are made. */
  static final String FUNCTIONS = "_scan_functions";

  /** Attribute: sizes of a step's output but for the batch. */
  static final String OUTPUT_SHAPE = "_scan_output_shape";

  /** Attribute: why there is no gradient; empty if there is one. */
  static final String WHY_NOT = "_scan_without_gradient";

  static final String NO_SECOND =
      "it is the gradient of a loop, and second derivatives through a loop are not supported (nor"
          + " are they in TF1)";

  private final Ops tf;
  private final GraphOperation loop;
  private final List<Output<?>> upstream;
  private final Scan.Layout layout;
  private final Output<?> inputs;
  private final Operand<TInt32> inputsShape;

  private ScanGradient(Ops tf, GraphOperation loop, List<Output<?>> upstream) {
    this.tf = tf;
    this.loop = loop;
    this.upstream = upstream;
    this.layout = Scan.Layout.read(loop.attributes());
    this.inputs = loop.input(Scan.Layout.INPUTS);
    this.inputsShape = tf.shape(inputs);
  }

  static void register() {
    Registration.done();
  }

  // Initializing this class registers them once.
  private static final class Registration {
    static {
      TensorFlow.registerCustomGradient("While", ScanGradient::ofWhile);
      TensorFlow.registerCustomGradient("TensorListStack", ScanGradient::ofStack);
      TensorFlow.registerCustomGradient("IdentityN", LstmScanGradient::ofCarrier);
    }

    static void done() {
      // see above
    }
  }

  /** Shape of a step's output, stacked from scalars: TensorFlow infers the constant sizes. */
  static Operand<TInt32> elementShape(Ops tf, Operand<TInt32> batch, long[] sizes) {
    List<Operand<TInt32>> dimensions = new ArrayList<>(List.of(batch));
    for (long size : sizes) {
      dimensions.add(tf.constant(Math.toIntExact(size)));
    }
    return tf.stack(dimensions);
  }

  private static List<Operand<?>> ofStack(Ops tf, GraphOperation stack, List<Output<?>> upstream) {
    Operand<TInt32> shape = stack.input(1).expect(TInt32.class);
    return List.of(tf.tensorListFromTensor(upstream.get(0), shape), tf.zerosLike(shape));
  }

  private static List<Operand<?>> ofWhile(Ops tf, GraphOperation loop, List<Output<?>> upstream) {
    String whyNot = text(loop, WHY_NOT).orElse("it was not made by Scan");
    if (!whyNot.isEmpty()) {
      throw new UnsupportedOperationException(
          "loop " + loop.name() + " has no gradient: " + whyNot);
    }
    if (attribute(loop, DynamicLoop.Layout.ATTRIBUTE).isPresent()) {
      String functions = text(loop, FUNCTIONS).orElseThrow();
      return new DynamicLoopGradient(tf, loop, upstream).gradients(functions);
    }
    return new ScanGradient(tf, loop, upstream).gradients();
  }

  private List<Operand<?>> gradients() {
    int captures = layout.differentiableCaptures().size();
    Operation backward = backward();
    List<Operand<?>> results = new ArrayList<>();
    for (int k = 0; k < loop.numInputs(); k++) {
      results.add(tf.constant(0)); // not differentiable: stop_gradient is behind it
    }
    int list = 1 + layout.states();
    results.set(Scan.Layout.INPUTS, stacked(backward.output(list), tail(inputsShape)));
    for (int k = 0; k < layout.states(); k++) {
      results.set(Scan.Layout.STATES + k, backward.output(1 + k));
    }
    for (int k = layout.firstCapture(); k < loop.numInputs(); k++) {
      if (Dtypes.isFloat(loop.input(k).dataType())) {
        results.set(k, tf.zerosLike(loop.input(k)));
      }
    }
    for (int k = 0; k < captures; k++) {
      int place = layout.firstCapture() + layout.differentiableCaptures().get(k);
      results.set(place, backward.output(list + 1 + k));
    }
    return results;
  }

  // The variables are in the order of ScanFunctions.buildBackward.
  private Operation backward() {
    Operand<TInt32> steps = loop.input(Scan.Layout.STEPS).expect(TInt32.class);
    Operand<TInt32> length = WhileOps.size(tf, inputsShape, 0);
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(tf.math.sub(steps, tf.constant(1)));
    for (int k = 0; k < layout.states(); k++) {
      variables.add(upstreamOr(Scan.Layout.STATES + k));
    }
    variables.add(WhileOps.list(tf, length, inputs.type()));
    for (int k : layout.differentiableCaptures()) {
      variables.add(tf.zerosLike(loop.input(layout.firstCapture() + k)));
    }
    variables.add(outputGradients());
    variables.add(inputs);
    for (int k = layout.firstShared(); k < layout.firstCapture(); k++) {
      variables.add(loop.output(k));
    }
    for (int k = layout.firstCapture(); k < loop.numInputs(); k++) {
      variables.add(loop.input(k));
    }
    String backward = Functions.gradient(text(loop, FUNCTIONS).orElseThrow());
    return WhileOps.loweredLoop(tf, "while_gradient", backward, variables)
        .setAttr(WHY_NOT, NO_SECOND)
        .build();
  }

  private Operand<?> outputGradients() {
    long[] sizes = loop.attributes().getAttrIntList(OUTPUT_SHAPE);
    Output<?> gradient = upstream.get(layout.outputList());
    Operand<TInt32> batch = WhileOps.size(tf, inputsShape, 1);
    Operand<TInt32> shape = elementShape(tf, batch, sizes);
    return CustomGradients.exists(gradient)
        ? stacked(gradient, shape)
        : tf.zerosLike(stacked(loop.output(layout.outputList()), shape));
  }

  private Operand<?> upstreamOr(int place) {
    Output<?> gradient = upstream.get(place);
    return CustomGradients.exists(gradient) ? gradient : tf.zerosLike(loop.output(place));
  }

  private Operand<TInt32> tail(Operand<TInt32> shape) {
    return tf.slice(shape, tf.array(1), tf.array(-1));
  }

  // Empty if there is no such attribute. (getAttrString reads past the end of an empty string.)
  private static Optional<String> text(GraphOperation loop, String name) {
    return attribute(loop, name).map(value -> value.getS().toStringUtf8());
  }

  private static Optional<AttrValue> attribute(GraphOperation loop, String name) {
    try {
      return Optional.of(loop.attributes().getAttrValueProto(name));
    } catch (TFInvalidArgumentException absent) {
      return Optional.empty();
    }
  }

  // A list of tensors as one, [T, ...]; unset places are zeros.
  private Operand<?> stacked(Operand<?> list, Operand<TInt32> elementShape) {
    return tf.tensorListStack(list, elementShape, inputs.type());
  }
}
