package io.github.charlstm.loop;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.LoopEnvironment;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.EagerSession;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.StatefulWhile;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

class ScanErrorsTest {
  private static final Body<TFloat32> SAME = (t, x, states) -> new Body.Result<>(x, states);
  private final GraphRunner runner = new GraphRunner();
  private final ScanRunner scans = new ScanRunner(runner);
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  private void assertBodyRejected(Body<TFloat32> body, String... parts) {
    int before = runner.graph().toGraphDef().getLibrary().getFunctionCount();
    assertRejected(() -> scans.scan(body), parts);
    assertThat(runner.graph().toGraphDef().getLibrary().getFunctionCount()).isEqualTo(before);
  }

  @SuppressWarnings("unchecked") // a caller's mistake
  private static Operand<TFloat32> doubles(Ops ops, Operand<TFloat32> x) {
    return (Operand<TFloat32>) (Operand<?>) ops.dtypes.cast(x, TFloat64.class);
  }

  @SuppressWarnings("unchecked") // a caller's mistake
  private static Operand<TFloat32> integers(Ops ops, Operand<TFloat32> x) {
    return (Operand<TFloat32>) (Operand<?>) ops.dtypes.cast(x, TInt32.class);
  }

  @Test
  void aBodyThatChangesItsStatesIsRejected() {
    assertBodyRejected(
        (t, x, states) -> new Body.Result<>(x, List.of()), "given 1 state tensors and returned 0");
    assertBodyRejected(
        (t, x, states) -> new Body.Result<>(x, List.of(t.concat(List.of(x, x), t.constant(1)))),
        "state tensor 0",
        "[2, 3]",
        "[2, 6]");
    assertBodyRejected(
        (t, x, states) -> new Body.Result<>(x, List.of(doubles(t, x))), "float32", "float64");
  }

  @Test
  void anOutputNeedsAShapeAndFloats() {
    Operand<TInt32> hidden = tf.placeholder(TInt32.class);
    assertBodyRejected(
        (t, x, states) -> new Body.Result<>(t.reshape(x, hidden), states),
        "[batch, ...]",
        "known but for the batch");
    assertBodyRejected(
        (t, x, states) -> new Body.Result<>(t.constant(1f), states), "[batch, ...]", "[]");
    assertBodyRejected((t, x, states) -> new Body.Result<>(doubles(t, x), states), "float64");
    assertThatThrownBy(() -> scans.scan((t, x, states) -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("body of a loop returned null");
  }

  @Test
  void tensorsOfAnotherGraphOrSessionAreRejected() {
    try (Graph other = new Graph();
        EagerSession session = EagerSession.create()) {
      for (Ops ops : List.of(Ops.create(other), Ops.create(session))) {
        Operand<TFloat32> foreign = ops.constant(new float[][] {{1, 2, 3}, {4, 5, 6}});
        String[] why = {"another graph or session", "Const"};
        assertBodyRejected((t, x, h) -> new Body.Result<>(t.math.mul(x, foreign), h), why);
        assertBodyRejected((t, x, h) -> new Body.Result<>(x, List.of(foreign)), why);
        assertRejected(
            () -> Scan.of(tf, scans.inputs, tf.constant(1), List.of(foreign), SAME, true), why);
        assertRejected(
            () -> Scan.of(tf, scans.inputs, ops.constant(1), List.of(), SAME, true), why);
      }
    }
  }

  @Test
  void argumentsThatDoNotFitAreRejected() {
    assertRejected(
        () -> Scan.of(tf, tf.array(1f, 2f), tf.constant(1), List.of(), SAME, true),
        "[steps, batch, ...]",
        "[2]");
    assertRejected(
        () -> Scan.of(tf, tf.placeholder(TFloat32.class), tf.constant(1), List.of(), SAME, true),
        "[steps, batch, ...]",
        "unknown");
    assertRejected(
        () -> Scan.of(tf, scans.inputs, tf.array(1, 2), List.of(), SAME, true), "scalar", "[2]");
    assertRejected(
        () -> {
          List<Operand<TFloat32>> initial = List.of(doubles(tf, scans.initial));
          Scan.of(tf, scans.inputs, tf.constant(1), initial, SAME, true);
        },
        "float32",
        "float64");
    assertRejected(
        () -> Scan.of(tf, integers(tf, scans.inputs), tf.constant(1), List.of(), SAME, true),
        "float32",
        "int32");
    try (EagerSession session = EagerSession.create()) {
      Ops eager = Ops.create(session);
      Operand<TFloat32> inputs = eager.constant(new float[][] {{1}});
      assertRejected(
          () -> Scan.of(eager, inputs, eager.constant(1), List.of(), SAME, true), "eager");
    }
  }

  @Test
  void moreStepsThanInputsFailWhenRun() {
    Scan<TFloat32> scan =
        Scan.of(tf, scans.inputs, tf.constant(5), List.of(scans.initial), SAME, true);
    assertThatThrownBy(() -> runner.fetch(scan.outputs()))
        .isInstanceOf(TFInvalidArgumentException.class)
        .hasMessageContaining("indices = 4 is not in [0, 4)");
  }

  @Test
  void aStateThatGrowsByBroadcastingFailsWhenRun() {
    Operand<TFloat32> narrow =
        tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, 3)));
    runner.feedAlways(
        narrow, TFloat32.tensorOf(Shape.of(1, 3), x -> x.scalars().forEach(v -> v.setFloat(1))));
    Scan<TFloat32> scan =
        Scan.of(
            tf,
            scans.inputs,
            tf.constant(2),
            List.of(narrow),
            (t, x, states) -> new Body.Result<>(x, List.of(t.math.add(x, states.get(0)))),
            true);
    for (Operand<TFloat32> result : List.of(scan.outputs(), scan.states().get(0))) {
      assertThatThrownBy(() -> runner.fetch(result))
          .isInstanceOf(TFInvalidArgumentException.class)
          .hasMessageContainingAll("state tensor 0", "[1 3]", "[2 3]");
    }
  }

  @Test
  void aLoopInABodyIsRejected() {
    assertBodyRejected(
        (t, x, states) -> {
          Operand<TFloat32> inner = t.expandDims(x, t.constant(0));
          Scan<TFloat32> nested = Scan.of(t, inner, t.constant(1), states, SAME, true);
          return new Body.Result<>(x, nested.states());
        },
        "in the body of another loop");
  }

  @Test
  void anExceptionOfTheBodyIsRethrownAndItsGraphIsClosed() {
    AtomicReference<LoopEnvironment> environment = new AtomicReference<>();
    RuntimeException mine = new UnsupportedOperationException("mine");
    assertThatThrownBy(
            () ->
                scans.scan(
                    (t, x, states) -> {
                      environment.set((LoopEnvironment) t.scope().env());
                      throw mine;
                    }))
        .isSameAs(mine);
    assertThatThrownBy(() -> environment.get().operations())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("close()");
    scans.assertAgrees((t, x, states) -> new Body.Result<>(t.math.neg(x), states), List.of());
  }

  private void assertNoGradient(Operand<TFloat32> of, Operand<TFloat32> place, String... parts) {
    assertThatThrownBy(() -> tf.gradients(of, List.of(place)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll(parts)
        .message()
        .doesNotContain("\n");
    assertThat(tf.constant(1f).shape()).isEqualTo(Shape.scalar()); // the graph is not locked
  }

  @Test
  void theGradientOfALoopBuiltWithoutOneIsRejected() {
    Scan<TFloat32> scan =
        scans.scan((t, x, h) -> new Body.Result<>(t.math.mul(x, h.get(0)), h), false);
    assertNoGradient(scans.loss(scan), scans.inputs, "loop while", "gradient(true)");
  }

  @Test
  void theGradientOfALoopNamesAnOperationWithoutOne() {
    Body<TFloat32> body = (t, x, h) -> new Body.Result<>(t.math.betainc(x, x, h.get(0)), h);
    Scan<TFloat32> scan = scans.scan(body);
    assertThat(runner.fetch(scan.outputs()))
        .isEqualTo(runner.fetch(scans.unrolled(body).outputs()));
    assertNoGradient(scans.loss(scan), scans.inputs, "loop while", "Betainc");
  }

  @Test
  void secondDerivativesAreRejected() {
    Scan<TFloat32> scan = scans.scan((t, x, h) -> new Body.Result<>(t.math.mul(x, h.get(0)), h));
    Operand<TFloat32> first = tf.gradients(scans.loss(scan), List.of(scans.inputs)).dy(0);
    assertNoGradient(tf.math.square(first), scans.inputs, "second derivatives", "not supported");
  }

  @Test
  void aWhileOperationNotMadeByScanHasNoGradient() {
    try (ConcreteFunction condition =
            function(
                "small",
                (ops, x) -> ops.math.less(ops.dtypes.cast(x, TInt32.class), ops.constant(9)));
        ConcreteFunction body = function("twice", (ops, x) -> ops.math.mul(x, ops.constant(2f)))) {
      Scan.registerGradient();
      Operand<TFloat32> one = tf.identity(tf.constant(1f));
      Operand<TFloat32> result =
          StatefulWhile.create(tf.scope(), List.of(one), condition, body)
              .output()
              .get(0)
              .expect(TFloat32.class);
      assertThat(runner.fetch(result)).containsExactly(16f);
      assertNoGradient(result, one, "not made by Scan");
    }
  }

  private static ConcreteFunction function(
      String name, BiFunction<Ops, Operand<TFloat32>, Operand<?>> body) {
    return ConcreteFunction.create(
        ops -> {
          Operand<TFloat32> x = ops.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
          return Signature.builder(name).input("x", x).output("y", body.apply(ops, x)).build();
        });
  }
}
