package io.github.charlstm.loop;

import io.github.charlstm.graph.CustomGradients;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.tensorflow.ExecutionEnvironment;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * The gradient of a {@link LstmScan}: a loop from the last step to the first, then one matrix
 * product for each gradient, over all steps. As in {@link ScanGradient}, asking for a shape or
 * adding a function would deadlock.
 */
final class LstmScanGradient {
  private static final int MEMORY_GRADIENT = 1; // places in LstmFunctions.buildBackward
  private static final int HIDDEN_GRADIENT = 2;
  private static final int SUM_GRADIENTS = 3;

  // Names of the loops whose gates a gradient overwrites, by graph. Static, because TensorFlow
  // passes only the graph to the callback, which may not query it.
  private static final Map<ExecutionEnvironment, Set<String>> TAKEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Ops tf;
  private final GraphOperation carrier;
  private final GraphOperation loop;
  private final List<Output<?>> upstream;
  private final LstmScan.Layout layout;
  private final Operand<TFloat32> inputs;
  private final Operand<TFloat32> kernel;
  private final Operand<TInt32> inputsShape;
  private final Operand<TInt32> length;

  private LstmScanGradient(
      Ops tf,
      GraphOperation carrier,
      GraphOperation inner,
      List<Output<?>> upstream,
      LstmScan.Layout layout) {
    this.tf = tf;
    this.carrier = carrier;
    // behind a stop_gradient
    GraphOperation stop = (GraphOperation) inner.input(LstmScan.Layout.CARRIED_OUTPUTS).op();
    this.loop = (GraphOperation) stop.input(0).op();
    this.upstream = upstream;
    this.layout = layout;
    inputs = floats(inner.input(0));
    GraphOperation reads = (GraphOperation) loop.input(LstmScan.Layout.KERNEL).op();
    if (layout.products() != MatMulPrecision.FLOAT32) {
      reads = (GraphOperation) reads.input(0).op(); // before it was rounded
    }
    kernel = floats(reads.input(1));
    inputsShape = tf.shape(inputs);
    length = WhileOps.size(tf, inputsShape, 0);
  }

  /** The gradient of an {@code IdentityN}; one that is not a scan's passes gradients on. */
  static List<Operand<?>> ofCarrier(Ops tf, GraphOperation carrier, List<Output<?>> upstream) {
    Optional<LstmScan.Layout> layout = LstmScan.Layout.read(carrier.attributes());
    if (layout.isEmpty()) {
      List<Operand<?>> same = new ArrayList<>();
      for (int k = 0; k < carrier.numInputs(); k++) {
        Output<?> gradient = upstream.get(k);
        same.add(CustomGradients.exists(gradient) ? gradient : tf.zerosLike(carrier.input(k)));
      }
      return same;
    }
    if (LstmScan.Layout.isOuter(carrier.attributes())) {
      GraphOperation inner = (GraphOperation) carrier.input(LstmScan.Layout.CARRIED_OUTPUTS).op();
      return new LstmScanGradient(tf, carrier, inner, upstream, layout.get()).ofWeights();
    }
    return new LstmScanGradient(tf, carrier, carrier, upstream, layout.get()).ofInputs();
  }

  // The last two are not gradients: they pass the steps' results to the inner carrier.
  private List<Operand<?>> ofWeights() {
    Operation backward = backward();
    Operand<TFloat32> steps = floats(backward.output(SUM_GRADIENTS)); // [T, B, 4U]
    Operand<TFloat32> rows = flat(steps, 4 * layout.units()); // [T*B, 4U]
    Operand<TFloat32> state =
        tf.stack(
            List.of(
                floats(backward.output(MEMORY_GRADIENT)),
                floats(backward.output(HIDDEN_GRADIENT))));
    Operand<TFloat32> ofParameters =
        layout.normalized()
            ? floats(backward.output(backward.numOutputs() - 1))
            : tf.sum(rows, tf.array(0));
    return List.of(ofKernel(factor(steps)), ofParameters, steps, state);
  }

  private List<Operand<?>> ofInputs() {
    Operand<TFloat32> steps = floats(upstream.get(LstmScan.Layout.CARRIED_OUTPUTS));
    Operand<?> rows = factor(flat(steps, 4 * layout.units())); // [T*B, 4U]
    Operand<TFloat32> ofInputs =
        tf.reshape(layout.products().of(tf, rows, transposed(0, layout.depth())), inputsShape);
    Operand<?> dummy = tf.constant(0); // a stop_gradient is behind it
    return List.of(ofInputs, upstream.get(LstmScan.Layout.CARRIED_LAST), dummy, dummy);
  }

  private Operation backward() {
    List<Operand<?>> variables = new ArrayList<>();
    variables.add(tf.math.sub(length, tf.constant(1)));
    variables.addAll(tf.unstack(upstreamOrZeros(LstmScan.Layout.CARRIED_LAST), 2L).output());
    variables.add(ownGates());
    variables.add(upstreamOrZeros(LstmScan.Layout.CARRIED_OUTPUTS));
    variables.add(transposed(layout.depth(), layout.units()));
    variables.add(loop.output(LstmScan.Layout.MEMORIES));
    for (int place : layout.ofDropout()) {
      variables.add(loop.input(place));
    }
    if (layout.normalized()) {
      variables.add(loop.input(LstmScan.Layout.PARAMETERS));
      variables.add(
          tf.zeros(tf.array(NormalizedLstmStep.PARAMETERS, layout.units()), TFloat32.class));
    }
    return WhileOps.sequentialLoop(
            tf, "while_gradient", Functions.gradient(LstmFunctions.name(layout)), variables)
        .setAttr(ScanGradient.WHY_NOT, ScanGradient.NO_SECOND)
        .build();
  }

  // The backward loop overwrites the gates. A second call of tf.gradients recomputes them.
  private Output<?> ownGates() {
    boolean first =
        TAKEN.computeIfAbsent(loop.env(), graph -> ConcurrentHashMap.newKeySet()).add(loop.name());
    return (first ? loop : LstmScan.LstmLoop.again(tf, layout, loop)).output(LstmScan.Layout.GATES);
  }

  // Slices of steps share memory with the whole tensor. A product for the first h alone avoids a
  // copy of all others.
  private Operand<TFloat32> ofKernel(Operand<?> steps) {
    Operand<TFloat32> ofInputs = // [D, 4U]
        product(flat(factor(inputs), layout.depth()), flat(steps, 4 * layout.units()));
    Operand<TInt32> one = tf.constant(1);
    Operand<TInt32> most = tf.math.sub(length, one);
    Operand<TFloat32> hiddens = floats(loop.output(LstmScan.Layout.HIDDENS));
    Operand<TFloat32> before = slice(hiddens, tf.constant(0), most);
    if (layout.drops() == LstmScan.Layout.Drops.HIDDEN) {
      before = tf.math.mul(before, floats(loop.input(LstmScan.Layout.HIDDEN_SCALE)));
    }
    Operand<TFloat32> later =
        product(
            flat(factor(before), layout.units()),
            flat(slice(steps, one, most), 4 * layout.units()));
    Operand<TFloat32> first =
        product(
            factor(floats(loop.input(LstmScan.Layout.HIDDEN))),
            flat(slice(steps, tf.constant(0), one), 4 * layout.units()));
    return tf.concat(List.of(ofInputs, tf.math.add(later, first)), tf.constant(0)); // [D + U, 4U]
  }

  private Operand<?> factor(Operand<TFloat32> matrix) {
    return layout.products().factor(tf, matrix);
  }

  private Operand<TFloat32> product(Operand<?> left, Operand<?> right) {
    return layout.products().ofTransposed(tf, left, right);
  }

  /** Rows of the kernel, transposed. */
  private Operand<?> transposed(int from, int rows) {
    Operand<TFloat32> part =
        tf.slice(kernel, tf.array(from, 0), tf.array(rows, 4 * layout.units()));
    return factor(tf.linalg.transpose(part, tf.array(1, 0)));
  }

  private <T extends TType> Operand<T> slice(
      Operand<T> tensor, Operand<TInt32> from, Operand<TInt32> steps) {
    Operand<TInt32> zero = tf.constant(0);
    Operand<TInt32> all = tf.constant(-1);
    return tf.slice(
        tensor, tf.stack(List.of(from, zero, zero)), tf.stack(List.of(steps, all, all)));
  }

  private <T extends TType> Operand<T> flat(Operand<T> steps, int width) {
    return tf.reshape(steps, tf.array(-1, width));
  }

  private Operand<TFloat32> upstreamOrZeros(int place) {
    Output<?> gradient = upstream.get(place);
    return CustomGradients.exists(gradient)
        ? floats(gradient)
        : tf.zerosLike(floats(carrier.output(place)));
  }

  private static Operand<TFloat32> floats(Output<?> output) {
    return output.expect(TFloat32.class);
  }
}
