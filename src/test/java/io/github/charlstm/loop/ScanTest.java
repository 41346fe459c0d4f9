package io.github.charlstm.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.LoopEnvironment;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("machine")
class ScanTest {
  private final GraphRunner runner = new GraphRunner();
  private final ScanRunner scans = new ScanRunner(runner);
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  private static Body<TFloat32> both(StepFunction step) {
    return (t, x, states) -> {
      Operand<TFloat32> h = step.of(t, x, states.get(0));
      return new Body.Result<>(h, List.of(h));
    };
  }

  @FunctionalInterface
  private interface StepFunction {
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> x, Operand<TFloat32> h);
  }

  @Test
  void agreesWithTheUnrolledLoopInValuesAndGradients() {
    Operand<TFloat32> w = tf.identity(runner.matrix(Randoms.matrix(new Random(3), 3, 3)));
    Operand<TFloat32> u = tf.identity(runner.matrix(Randoms.matrix(new Random(4), 3, 3)));
    scans.assertAgrees(
        both((t, x, h) -> t.math.tanh(t.math.add(t.linalg.matMul(x, w), t.linalg.matMul(h, u)))),
        List.of(w, u));
  }

  @Test
  void aBodyMayReturnItsArguments() {
    scans.assertAgrees((t, x, states) -> new Body.Result<>(x, states), List.of());
    scans.assertAgrees((t, x, states) -> new Body.Result<>(states.get(0), List.of(x)), List.of());
  }

  @Test
  void aBodyMayReturnTensorsFromOutside() {
    Operand<TFloat32> outside = tf.identity(scans.matrix(5));
    scans.assertAgrees(
        (t, x, h) -> new Body.Result<>(t.math.add(x, h.get(0)), List.of(outside)),
        List.of(outside));
    scans.assertAgrees(
        (t, x, h) -> new Body.Result<>(outside, List.of(t.math.mul(x, h.get(0)))),
        List.of(outside));
  }

  @Test
  void aCapturedTensorMayAlsoBeAnInput() {
    scans.assertAgrees(both((t, x, h) -> t.math.add(t.math.mul(x, scans.initial), h)), List.of());
  }

  @Test
  void capturedTensorsMayBeOfAnyType() {
    Operand<TInt32> axis = tf.constant(1);
    Operand<TFloat32> bound = tf.constant(0.1f);
    Operand<TBool> flag = tf.math.less(bound, tf.constant(1f));
    scans.assertAgrees(
        both(
            (t, x, h) ->
                t.math.add(
                    t.select(flag, x, h), t.math.mul(h, t.expandDims(t.sum(x, axis), axis)))),
        List.of());
  }

  @Test
  void aVariablesReferenceIsReadLikeAnywhereElse() {
    VariableStore store = new VariableStore(tf, RandomSeeds.of(1));
    GraphVariable<TFloat32> variable =
        store.rootScope().getVariable("v", Shape.of(2, 3), Initializers.constant(0.5f));
    runner.run(store.globalVariablesInitializer());
    scans.assertAgrees(
        both((t, x, h) -> t.math.add(t.math.mul(x, variable.reference()), h)), List.of());
  }

  @Test
  void aBodyMayCallFunctions() {
    try (ConcreteFunction square =
        ConcreteFunction.create(
            ops -> {
              Operand<TFloat32> x =
                  ops.placeholder(TFloat32.class, Placeholder.shape(Shape.of(2, 3)));
              return Signature.builder("square")
                  .input("x", x)
                  .output("y", ops.math.square(x))
                  .build();
            })) {
      scans.assertAgrees(
          both((t, x, h) -> t.call(square, t.math.add(x, h)).asOutput().expect(TFloat32.class)),
          List.of());
    }
  }

  @Test
  void withoutStatesItOnlyMapsTheInputs() {
    Scan<TFloat32> scan =
        Scan.of(
            tf,
            scans.inputs,
            tf.constant(ScanRunner.STEPS),
            List.of(),
            (t, x, none) -> new Body.Result<>(t.math.square(x), List.of()),
            true);
    assertThat(scan.states()).isEmpty();
    assertThat(runner.fetch(scan.outputs())).isEqualTo(runner.fetch(tf.math.square(scans.inputs)));
    Operand<TFloat32> gradient = tf.gradients(scan.outputs(), List.of(scans.inputs)).dy(0);
    assertThat(runner.fetch(gradient))
        .isEqualTo(runner.fetch(tf.math.mul(tf.constant(2f), scans.inputs)));
  }

  @Test
  void outputsAfterTheLastStepAreZeros() {
    Body<TFloat32> body = both((t, x, h) -> t.math.add(x, h));
    Scan<TFloat32> part =
        Scan.of(tf, scans.inputs, tf.constant(2), List.of(scans.initial), body, true);
    Scan<TFloat32> whole = scans.scan(body);
    float[] expected = runner.fetch(whole.outputs());
    Arrays.fill(expected, 2 * 6, expected.length, 0f);
    assertThat(runner.fetch(part.outputs())).isEqualTo(expected);
    Operand<TFloat32> gradient = tf.gradients(part.states().get(0), List.of(scans.inputs)).dy(0);
    assertThat(runner.fetch(gradient))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void noStepsAtAllGiveTheInitialState() {
    Body<TFloat32> body = both((t, x, h) -> t.math.mul(x, h));
    Scan<TFloat32> none =
        Scan.of(tf, scans.inputs, tf.constant(0), List.of(scans.initial), body, true);
    assertThat(runner.fetch(none.states().get(0))).isEqualTo(runner.fetch(scans.initial));
    Operand<TFloat32> gradient = tf.gradients(scans.loss(none), List.of(scans.initial)).dy(0);
    assertThat(runner.fetch(gradient)).isEqualTo(runner.fetch(tf.math.cos(scans.initial)));
  }

  @Test
  void theBodyKnowsTheTime() {
    Scan<TFloat32> scan =
        scans.scan(
            both(
                (t, x, h) -> {
                  Operand<TInt32> time = ((LoopEnvironment) t.scope().env()).time();
                  return t.math.add(t.zerosLike(x), t.dtypes.cast(time, TFloat32.class));
                }));
    float[] found = runner.fetch(scan.outputs());
    for (int k = 0; k < found.length; k++) {
      assertThat(found[k]).isEqualTo(k / 6);
    }
  }

  @Test
  void anAssertionThatOnlyControlsIsChecked() {
    Scan<TFloat32> scan =
        scans.scan(
            both(
                (t, x, h) -> {
                  Operand<TInt32> time = ((LoopEnvironment) t.scope().env()).time();
                  Op early =
                      t.assertThat(
                          t.math.less(time, t.constant(3)), List.of(t.constant("too late"), time));
                  return t.withControlDependencies(early).math.mul(x, h);
                }));
    assertThatThrownBy(() -> runner.fetch(scan.outputs()))
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("[too late] [3]");
  }

  @Test
  void aStateOfUnknownShapeWorks() {
    Operand<TFloat32> open = tf.placeholder(TFloat32.class);
    runner.feedAlways(
        open, TFloat32.tensorOf(Shape.of(2, 3), x -> x.scalars().forEach(v -> v.setFloat(0.5f))));
    Scan<TFloat32> scan =
        Scan.of(
            tf,
            scans.inputs,
            tf.constant(ScanRunner.STEPS),
            List.of(open),
            (t, x, states) -> new Body.Result<>(x, List.of(t.math.mul(x, states.get(0)))),
            true);
    Operand<TFloat32> byHand = tf.identity(open);
    for (int t = 0; t < ScanRunner.STEPS; t++) {
      byHand = tf.math.mul(tf.gather(scans.inputs, tf.constant(t), tf.constant(0)), byHand);
    }
    assertThat(runner.fetch(scan.states().get(0))).isEqualTo(runner.fetch(byHand));
    assertThat(runner.fetch(tf.gradients(scan.states().get(0), List.of(open)).<TFloat32>dy(0)))
        .isEqualTo(runner.fetch(tf.gradients(byHand, List.of(open)).<TFloat32>dy(0)));
  }
}
