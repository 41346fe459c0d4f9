package io.github.charlstm.loop;

import java.util.ArrayList;
import java.util.List;
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
    result = body.step(tf, input, List.copyOf(states));
    requireSameStates(stateShapes);
  }

  Output<TFloat32> floats(String name, Shape shape) {
    return graph.placeholder(name, TFloat32.class, DataType.DT_FLOAT, shape);
  }

  private void requireSameStates(List<Shape> expected) {
    if (result.states().size() != expected.size()) {
      throw new IllegalArgumentException(
          "the step was given "
              + expected.size()
              + " state tensors and returned "
              + result.states().size());
    }
    for (int k = 0; k < expected.size(); k++) {
      Shape found = result.states().get(k).shape();
      if (!found.isCompatibleWith(expected.get(k))) {
        throw new IllegalArgumentException(
            "state tensor "
                + k
                + " has shape "
                + expected.get(k)
                + " before the step and "
                + found
                + " after it; a loop keeps the shapes of its state");
      }
    }
  }
}
