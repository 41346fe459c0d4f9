package io.github.charlstm.loop;

import io.github.charlstm.graph.GraphIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of one step, built by {@code tf.gradients} in the body's graph: from gradients of
 * the step's output and states to those of its input, its states and the captured tensors.
 */
final class StepGradient {
  final Output<TFloat32> outputGradients; // [T, ...], from outside of the loop
  final List<Output<TFloat32>> stateGradients = new ArrayList<>(); // by the steps after this one
  private final TracedStep step;
  private final Map<Output<?>, Output<TFloat32>> found = new LinkedHashMap<>();
  private final List<Integer> differentiableCaptures = new ArrayList<>();

  StepGradient(TracedStep step) {
    this.step = step;
    Ops tf = step.graph.tf();
    outputGradients = step.floats("output_gradients", Shape.unknown());
    Operand<TFloat32> ofOutput = tf.gather(outputGradients, step.graph.time(), tf.constant(0));
    // Identities: tf.gradients stops at a y, and would miss that one y is used by another.
    List<Output<?>> ys = new ArrayList<>(List.of(tf.identity(step.result.output()).asOutput()));
    List<Output<?>> seeds = new ArrayList<>(List.of(ofOutput.asOutput()));
    for (int k = 0; k < step.states.size(); k++) {
      Output<TFloat32> seed = step.floats("state_gradient_" + k, step.states.get(k).shape());
      stateGradients.add(seed);
      ys.add(tf.identity(step.result.states().get(k)).asOutput());
      seeds.add(seed);
    }
    differentiate(ys, seeds);
  }

  /** Gradient of a tensor of the body; zeros where the step does not depend on it. */
  Operand<TFloat32> of(Operand<TFloat32> tensor) {
    Output<TFloat32> gradient = found.get(tensor.asOutput());
    return gradient != null ? gradient : step.graph.tf().zerosLike(tensor);
  }

  /** Places, among the captures, of those that have a gradient. */
  List<Integer> differentiableCaptures() {
    return differentiableCaptures;
  }

  private void differentiate(List<Output<?>> ys, List<Output<?>> seeds) {
    GraphIndex nodes = new GraphIndex(step.graph.graph().toGraphDef());
    List<Output<?>> xs = new ArrayList<>();
    xs.add(step.input.asOutput());
    xs.addAll(step.states);
    List<Output<?>> captures = step.graph.captures();
    captures.stream().filter(c -> c.dataType() == DataType.DT_FLOAT).forEach(xs::add);
    // tf.gradients refuses an x that no y depends on, and a y without any x is of no use to it.
    xs.removeIf(x -> ys.stream().noneMatch(y -> reaches(nodes, x, y)));
    List<Output<?>> usedYs = new ArrayList<>();
    List<Output<?>> usedSeeds = new ArrayList<>();
    for (int k = 0; k < ys.size(); k++) {
      Output<?> y = ys.get(k);
      if (xs.stream().anyMatch(x -> reaches(nodes, x, y))) {
        usedYs.add(y);
        usedSeeds.add(seeds.get(k));
      }
    }
    if (!xs.isEmpty()) {
      Output<?>[] gradients =
          step.graph.graph().addGradients("gradient", array(usedYs), array(xs), array(usedSeeds));
      for (int k = 0; k < gradients.length; k++) {
        if (exists(gradients[k])) {
          found.put(xs.get(k), gradients[k].expect(TFloat32.class));
        }
      }
    }
    for (int k = 0; k < captures.size(); k++) {
      if (found.containsKey(captures.get(k))) {
        differentiableCaptures.add(k);
      }
    }
  }

  // Whether a tensor is computed from another one, or is the same.
  private static boolean reaches(GraphIndex nodes, Output<?> from, Output<?> to) {
    Deque<String> open = new ArrayDeque<>(List.of(GraphIndex.tensor(to)));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String tensor = open.pop();
      if (tensor.equals(GraphIndex.tensor(from))) {
        return true;
      }
      if (seen.add(tensor)) {
        open.addAll(GraphIndex.tensors(nodes.node(GraphIndex.nodeOf(tensor))));
      }
    }
    return false;
  }

  /** False for the empty output by which TensorFlow says that there is no gradient. */
  static boolean exists(Output<?> gradient) {
    var handle = ((GraphOperation) gradient.op()).getUnsafeNativeHandle();
    return handle != null && !handle.isNull();
  }

  private static Output<?>[] array(List<Output<?>> outputs) {
    return outputs.toArray(Output[]::new);
  }
}
