package io.github.charlstm.loop;

import io.github.charlstm.graph.CustomGradients;
import io.github.charlstm.graph.Dtypes;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * The gradient of a {@link DynamicLoop}'s While operation: a second loop, from the last step that
 * was taken to the first. As in {@link ScanGradient} the lock of the graph is held.
 */
final class DynamicLoopGradient {
  private final Ops tf;
  private final GraphOperation loop;
  private final List<Output<?>> upstream;
  private final DynamicLoop.Layout layout;
  private final List<Integer> carried = new ArrayList<>(); // places of the floats among them

  DynamicLoopGradient(Ops tf, GraphOperation loop, List<Output<?>> upstream) {
    this.tf = tf;
    this.loop = loop;
    this.upstream = upstream;
    this.layout = DynamicLoop.Layout.read(loop.attributes());
    for (int k = 0; k < layout.carried(); k++) {
      int place = layout.firstCarried() + k;
      if (isFloat(place)) {
        carried.add(place);
      }
    }
  }

  private boolean isFloat(int place) {
    return Dtypes.isFloat(loop.input(place).dataType());
  }

  List<Operand<?>> gradients(String functions) {
    Operation backward = backward(functions);
    List<Operand<?>> results = new ArrayList<>();
    for (int k = 0; k < loop.numInputs(); k++) {
      boolean capture = k >= layout.firstCapture() && isFloat(k);
      // not differentiable: stop_gradient is behind it
      results.add(capture ? tf.zerosLike(loop.input(k)) : tf.constant(0));
    }
    int next = 1;
    for (int place : carried) {
      results.set(place, backward.output(next++));
    }
    for (int k = 0; k < layout.sequences(); k++) {
      Output<?> sequence = loop.input(DynamicLoop.Layout.SEQUENCES + k);
      Operand<TInt32> row = tf.slice(tf.shape(sequence), tf.array(1), tf.array(-1));
      results.set(
          DynamicLoop.Layout.SEQUENCES + k,
          tf.tensorListStack(backward.output(next++), row, sequence.type()));
    }
    for (int k : layout.differentiableCaptures()) {
      results.set(layout.firstCapture() + k, backward.output(next++));
    }
    return results;
  }

  // The variables are in the order of DynamicLoopFunctions.buildBackward.
  private Operation backward(String functions) {
    Operand<TInt32> steps = loop.output(DynamicLoop.Layout.TIME);
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(tf.math.sub(steps, tf.constant(1)));
    carried.forEach(place -> variables.add(upstreamOr(place)));
    for (int k = 0; k < layout.sequences(); k++) {
      Output<?> sequence = loop.input(DynamicLoop.Layout.SEQUENCES + k);
      Operand<TInt32> length = WhileOps.size(tf, tf.shape(sequence), 0);
      variables.add(WhileOps.list(tf, length, sequence.type()));
    }
    for (int k : layout.differentiableCaptures()) {
      variables.add(tf.zerosLike(loop.input(layout.firstCapture() + k)));
    }
    for (int k : layout.differentiableOutputs()) {
      variables.add(upstreamOr(layout.firstOutput() + k));
    }
    for (int k = 0; k < layout.sequences(); k++) {
      variables.add(loop.input(DynamicLoop.Layout.SEQUENCES + k));
    }
    for (int k = layout.firstShared(); k < layout.firstCapture(); k++) {
      variables.add(loop.output(k));
    }
    for (int k = layout.firstCapture(); k < loop.numInputs(); k++) {
      variables.add(loop.input(k));
    }
    return WhileOps.loweredLoop(tf, "while_gradient", Functions.gradient(functions), variables)
        .setAttr(ScanGradient.WHY_NOT, ScanGradient.NO_SECOND)
        .build();
  }

  private Operand<?> upstreamOr(int place) {
    Output<?> gradient = upstream.get(place);
    return CustomGradients.exists(gradient) ? gradient : tf.zerosLike(loop.output(place));
  }
}
