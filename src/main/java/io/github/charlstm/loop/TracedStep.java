package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A body built once in a graph of its own, with placeholders for all that changes. */
final class TracedStep {
  final BodyGraph graph;
  final Output<TInt32> steps;
  final Output<TFloat32> inputs; // [T, ...]
  final Operand<TFloat32> input; // inputs[time]
  final List<Output<TFloat32>> states = new ArrayList<>();
  final Output<?> outputList;
  final Body.Result result;
  final long[] outputTail; // sizes of the output but for the batch

  TracedStep(BodyGraph graph, Shape inputsShape, List<Shape> stateShapes, Body body) {
    this.graph = graph;
    Ops tf = graph.tf();
    steps = graph.placeholder("steps", TInt32.class, DataType.DT_INT32, Shape.scalar());
    inputs = floats("inputs", inputsShape);
    for (int k = 0; k < stateShapes.size(); k++) {
      states.add(floats("state_" + k, stateShapes.get(k)));
    }
    outputList = graph.placeholder("outputs", DataType.DT_VARIANT, Shape.scalar());
    input = tf.withName("input").gather(inputs, graph.time(), tf.constant(0));
    result = inside(body.step(tf, input, List.copyOf(states)));
    graph.stepIsDone();
    requireFloats("the output", result.output());
    result.states().forEach(state -> requireFloats("a state", state));
    requireSameStates(stateShapes);
    outputTail = tail(result.output().shape());
  }

  Output<TFloat32> floats(String name, Shape shape) {
    return graph.placeholder(name, TFloat32.class, DataType.DT_FLOAT, shape);
  }

  // A body may return tensors from outside as they are.
  private Body.Result inside(Body.Result given) {
    Objects.requireNonNull(given, "the body of a loop returned null");
    List<Operand<TFloat32>> inside = new ArrayList<>();
    given.states().forEach(state -> inside.add(inside(state)));
    return new Body.Result(inside(given.output()), inside);
  }

  @SuppressWarnings("unchecked") // what stands for a tensor has its type
  private Operand<TFloat32> inside(Operand<TFloat32> tensor) {
    return (Output<TFloat32>) graph.inside(tensor.asOutput());
  }

  private static void requireFloats(String what, Operand<TFloat32> tensor) {
    if (tensor.asOutput().dataType() != DataType.DT_FLOAT) {
      throw new IllegalArgumentException(
          "the body of a loop must return float32 tensors, found %s of %s (tensor %s)"
              .formatted(what, tensor.asOutput().dataType(), tensor.op().name()));
    }
  }

  private void requireSameStates(List<Shape> expected) {
    if (result.states().size() != expected.size()) {
      throw new IllegalArgumentException(
          "the body of a loop was given %s state tensors and returned %s; it must return as many"
              .formatted(expected.size(), result.states().size()));
    }
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
          "the output of a step needs a shape [batch, ...] that is known but for the batch, found "
              + WhileOps.text(shape));
    }
    return shape.tail().asArray();
  }
}
