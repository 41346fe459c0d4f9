package io.github.charlstm.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.types.TFloat32;

/** A scan over {@value #STEPS} steps, and the same body unrolled as its reference. */
final class ScanRunner {
  static final int STEPS = 4;
  static final int BATCH = 2;
  static final int WIDTH = 3;
  private static final float TOLERANCE = 1e-5f;

  final GraphRunner runner;
  final Ops tf;
  final Operand<TFloat32> inputs; // [T, B, W]
  final Operand<TFloat32> initial; // [B, W]

  ScanRunner(GraphRunner runner) {
    this.runner = runner;
    this.tf = runner.tf();
    Random random = new Random(1);
    List<Operand<TFloat32>> steps = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      steps.add(runner.matrix(Randoms.matrix(random, BATCH, WIDTH)));
    }
    inputs = tf.stack(steps);
    initial = tf.identity(matrix(2));
  }

  Operand<TFloat32> matrix(int seed) {
    return runner.matrix(Randoms.matrix(new Random(seed), BATCH, WIDTH));
  }

  Scan<TFloat32> scan(Body<TFloat32> body) {
    return scan(body, true);
  }

  Scan<TFloat32> scan(Body<TFloat32> body, boolean differentiable) {
    return Scan.of(tf, inputs, tf.constant(STEPS), List.of(initial), body, differentiable);
  }

  Scan<TFloat32> unrolled(Body<TFloat32> body) {
    List<Operand<TFloat32>> states = List.of(initial);
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      Operand<TFloat32> input = tf.gather(inputs, tf.constant(t), tf.constant(0));
      Body.Result<TFloat32> result = body.step(tf, input, states);
      outputs.add(result.output());
      states = List.copyOf(result.states());
    }
    return new Scan<>(tf.stack(outputs), states);
  }

  /** A loss that is neither symmetric nor linear. */
  Operand<TFloat32> loss(Scan<TFloat32> scan) {
    return tf.math.add(
        flatSum(tf.math.square(scan.outputs())), flatSum(tf.math.sin(scan.states().get(0))));
  }

  /** Compares values, and gradients for inputs, initial state and other tensors of the body. */
  void assertAgrees(Body<TFloat32> body, List<Operand<TFloat32>> captured) {
    Scan<TFloat32> scan = scan(body);
    Scan<TFloat32> unrolled = unrolled(body);
    assertClose("outputs", scan.outputs(), unrolled.outputs());
    assertClose("state", scan.states().get(0), unrolled.states().get(0));
    List<Operand<TFloat32>> places = new ArrayList<>(List.of(inputs, initial));
    places.addAll(captured);
    Gradients found = tf.gradients(loss(scan), places);
    for (Operand<TFloat32> place : places) {
      // one by one: tf.gradients fails for a tensor that the loss does not depend on
      Operand<TFloat32> zeros = tf.zerosLike(place);
      Operand<TFloat32> loss = tf.math.add(loss(unrolled), flatSum(tf.math.mul(place, zeros)));
      Operand<TFloat32> expected = tf.gradients(loss, List.of(place)).dy(0);
      assertClose("gradient of " + place, found.dy(places.indexOf(place)), expected);
    }
  }

  private Operand<TFloat32> flatSum(Operand<TFloat32> tensor) {
    return tf.sum(tf.reshape(tensor, tf.array(-1)), tf.array(0));
  }

  private void assertClose(String what, Operand<TFloat32> found, Operand<TFloat32> expected) {
    List<float[]> values = runner.fetch(List.of(found, expected));
    assertThat(values.get(0)).as(what).containsExactly(values.get(1), within(TOLERANCE));
  }
}
