package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.TensorFlowCase;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** TensorFlow's cases of its optimizers, with their variables, gradients and values. */
class OptimizerSuiteTest {
  private static final long[] TWO = {2};

  /** Half, float and double; references and resources. */
  static Stream<Arguments> kinds() {
    return Stream.of(TFloat16.class, TFloat32.class, TFloat64.class)
        .flatMap(dtype -> Stream.of(false, true).map(resource -> Arguments.of(dtype, resource)));
  }

  private static double tolerance(Class<?> dtype) {
    return dtype == TFloat16.class ? 2e-3 : 1e-6; // as TensorFlow's cases
  }

  private static void assertClose(double[] found, double tolerance, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < found.length; k++) {
      double bound = tolerance * Math.max(1, Math.abs(expected[k]));
      assertThat(found[k]).as(Arrays.toString(found)).isCloseTo(expected[k], within(bound));
    }
  }

  /** var0 = [1, 2] with gradient g0, var1 = [3, 4] with gradient g1, some steps. */
  private static <T extends TFloating> void steps(
      Class<T> dtype,
      boolean resource,
      Optimizer optimizer,
      double[] gradients,
      int steps,
      BiConsumer<double[], Double> formula) {
    try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
      GraphVariable<T> var0 = graph.variable("var0", TWO, 1, 2);
      GraphVariable<T> var1 = graph.variable("var1", TWO, 3, 4);
      Op train =
          graph.apply(
              optimizer,
              List.of(var0, var1),
              List.of(
                  graph.constant(TWO, gradients[0], gradients[0]),
                  graph.constant(TWO, gradients[1], gradients[1])));
      graph.initialize();
      graph.run(train, steps);
      double[] change0 = {0};
      double[] change1 = {0};
      formula.accept(change0, gradients[0]);
      formula.accept(change1, gradients[1]);
      assertClose(graph.values(var0), tolerance(dtype), 1 - change0[0], 2 - change0[0]);
      assertClose(graph.values(var1), tolerance(dtype), 3 - change1[0], 4 - change1[0]);
    }
  }

  private static final double[] TENTHS = {0.1, 0.01};

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testBasic")
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testBasicResourceVariable")
  <T extends TFloating> void gradientDescent(Class<T> dtype, boolean resource) {
    steps(
        dtype,
        resource,
        new GradientDescentOptimizer(3f),
        TENTHS,
        1,
        (change, g) -> change[0] = 3 * g);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testTensorLearningRate")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testTensorLearningRate")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testTensorLearningRate")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testTensorLearningRateAndMomentum")
  <T extends TFloating> void settingsAreTensors(Class<T> dtype, boolean resource) {
    try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
      Ops tf = graph.tf();
      LearningRate two = LearningRate.of(tf.constant(2f));
      List<Optimizer> optimizers =
          List.of(
              new GradientDescentOptimizer(two),
              new AdagradOptimizer(two),
              new AdamOptimizer(
                  two,
                  HyperParameter.of(tf.constant(0.9f)),
                  HyperParameter.of(tf.constant(0.999f)),
                  HyperParameter.of(tf.constant(1e-3f)),
                  false,
                  "Adam"),
              new MomentumOptimizer(
                  two, HyperParameter.of(tf.constant(0.9f)), false, false, "Momentum"));
      List<Optimizer> numbers =
          List.of(
              new GradientDescentOptimizer(2f),
              new AdagradOptimizer(2f),
              new AdamOptimizer(LearningRate.of(2f), 0.9f, 0.999f, 1e-3f),
              new MomentumOptimizer(2f, 0.9f));
      for (int k = 0; k < optimizers.size(); k++) {
        GraphVariable<T> a = graph.variable("a" + k, TWO, 1, 2);
        GraphVariable<T> b = graph.variable("b" + k, TWO, 1, 2);
        Operand<T> gradient = graph.constant(TWO, 0.1, 0.1);
        Op first = graph.apply(optimizers.get(k), List.of(a), List.of(gradient));
        Op second = graph.apply(numbers.get(k), List.of(b), List.of(gradient));
        graph.initialize();
        graph.run(first, 2);
        graph.run(second, 2);
        assertThat(graph.values(a)).isEqualTo(graph.values(b)).isNotEqualTo(new double[] {1, 2});
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testMinimizeResourceVariable")
  @TensorFlowCase(
      "gradient_descent_test.GradientDescentOptimizerTest.testMinimizeSparseResourceVariable")
  void aLinearModelIsMinimized(boolean rows) {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, true)) {
      Ops tf = graph.tf();
      GraphVariable<TFloat32> var0 = graph.variable("var0", new long[] {1, 2}, 1, 2);
      GraphVariable<TFloat32> var1 = graph.variable("var1", new long[] {}, 3);
      Operand<TFloat32> x = graph.constant(new long[] {2, 1}, 4, 5);
      Operand<TFloat32> loss =
          square(tf, tf.math.add(tf.linalg.matMul(row(tf, var0, rows), x), var1.value()));
      Op train = new GradientDescentOptimizer(1f).minimize(tf, graph.store(), loss);
      graph.initialize();
      graph.run(train, 1);
      double gradient = 2 * (1 * 4 + 2 * 5 + 3);
      assertClose(graph.values(var0), 1e-6, 1 - gradient * 4, 2 - gradient * 5);
      assertClose(graph.values(var1), 1e-6, 3 - gradient);
    }
  }

  private static Operand<TFloat32> row(Ops tf, GraphVariable<TFloat32> table, boolean lookUp) {
    return lookUp
        ? tf.gather(table.value(), tf.constant(new int[] {0}), tf.constant(0))
        : table.value();
  }

  private static Operand<TFloat32> square(Ops tf, Operand<TFloat32> value) {
    return tf.math.mul(value, value);
  }

  /** {@code (row 0 of [[1, 2]] x [[4], [5]])^2}, one step of each optimizer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testMinimizeSparseResourceVariable")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testMinimizeSparseResourceVariable")
  @TensorFlowCase("adadelta_test.AdadeltaOptimizerTest.testMinimizeSparseResourceVariable")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testMinimizeSparseResourceVariable")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testMinimizeSparseResourceVariableCentered")
  void aLookedUpRowIsMinimized(boolean resource) {
    LearningRate one = LearningRate.of(1f);
    lookedUp(resource, new MomentumOptimizer(one, 0f, false), -111, -138);
    lookedUp(resource, new AdagradOptimizer(one), 0, 1);
    lookedUp(resource, new AdadeltaOptimizer(one, 1f, 1f), -111, -138);
    lookedUp(resource, new RMSPropOptimizer(one, 0f, 0f, 0f), 0, 1);
    lookedUp(resource, new RMSPropOptimizer(one, 0f, 0f, 1f).withCentered(true), -111, -138);
  }

  private static void lookedUp(boolean resource, Optimizer optimizer, double... expected) {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, resource)) {
      Ops tf = graph.tf();
      GraphVariable<TFloat32> var0 = graph.variable("var0", new long[] {1, 2}, 1, 2);
      Operand<TFloat32> x = graph.constant(new long[] {2, 1}, 4, 5);
      Operand<TFloat32> loss = square(tf, tf.linalg.matMul(row(tf, var0, true), x));
      Op train = optimizer.minimize(tf, graph.store(), loss);
      graph.initialize();
      graph.run(train, 1);
      double[] found = graph.values(var0);
      assertThat(found[0]).isCloseTo(expected[0], within(0.01));
      assertThat(found[1]).isCloseTo(expected[1], within(0.01));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testBasic")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testResourceBasic")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testSharing")
  <T extends TFloating> void momentum(Class<T> dtype, boolean resource) {
    try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
      GraphVariable<T> var0 = graph.variable("var0", TWO, 1, 2);
      GraphVariable<T> var1 = graph.variable("var1", TWO, 3, 4);
      List<Operand<T>> gradients =
          List.of(graph.constant(TWO, 0.1, 0.1), graph.constant(TWO, 0.01, 0.01));
      Optimizer optimizer = new MomentumOptimizer(2f, 0.9f);
      assertThat(optimizer.slotNames(graph.store())).isEmpty();
      assertThat(optimizer.slot(graph.store(), var0, "momentum")).isEmpty();
      Op first = graph.apply(optimizer, List.of(var0, var1), gradients);
      Op second = graph.apply(optimizer, List.of(var0, var1), gradients);
      assertThat(optimizer.slotNames(graph.store())).containsExactly("momentum");
      assertThat(optimizer.variables(graph.store()))
          .extracting(GraphVariable::name)
          .containsExactly("var0/Momentum", "var1/Momentum");
      GraphVariable<T> slot0 = optimizer.slot(graph.store(), var0, "momentum").orElseThrow();
      assertThat(slot0.shape()).isEqualTo(var0.shape());
      assertThat(graph.store().trainable(dtype)).doesNotContain(slot0);
      graph.initialize();
      graph.run(first, 1);
      assertClose(graph.values(slot0), tolerance(dtype), 0.1, 0.1);
      assertClose(graph.values(var0), tolerance(dtype), 1 - 0.1 * 2, 2 - 0.1 * 2);
      graph.run(second, 1);
      double a = 0.9 * 0.1 + 0.1;
      assertClose(graph.values(slot0), tolerance(dtype), a, a);
      assertClose(graph.values(var0), tolerance(dtype), 1 - 0.2 - a * 2, 2 - 0.2 - a * 2);
      double b = 0.9 * 0.01 + 0.01;
      assertClose(graph.values(var1), tolerance(dtype), 2.98 - b * 2, 3.98 - b * 2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testNesterovMomentum")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testSparseNesterovMomentum")
  void nesterov(boolean rows) {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      Ops tf = graph.tf();
      GraphVariable<TFloat32> var0 = graph.variable("var0", new long[] {1, 2}, 1, 2);
      Operand<TFloat32> read = row(tf, var0, rows);
      Operand<TFloat32> loss = tf.math.mul(graph.constant(new long[] {}, 5), square(tf, read));
      Op train =
          new MomentumOptimizer(LearningRate.of(0.02f), 0.9f, true)
              .minimize(tf, graph.store(), loss);
      graph.initialize();
      double[] x = {1, 2};
      double[] a = {0, 0};
      for (int step = 0; step < 5; step++) {
        graph.run(train, 1);
        for (int k = 0; k < 2; k++) {
          double g = 10 * x[k];
          a[k] = a[k] * 0.9 + g;
          x[k] -= 0.02 * g + 0.02 * 0.9 * a[k];
        }
        assertClose(graph.values(var0), 1e-5, x);
      }
    }
  }

  @Test
  @TensorFlowCase(
      "momentum_test.MomentumOptimizerTest.testMinimizeWith2DIndiciesForEmbeddingLookup")
  void indicesOfTwoDimensions() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, true)) {
      Ops tf = graph.tf();
      GraphVariable<TFloat32> var0 = graph.variable("var0", new long[] {2, 2}, 1, 1, 1, 1);
      Operand<TFloat32> rows =
          tf.gather(
              var0.value(), tf.reshape(tf.constant(new int[] {1}), tf.array(1, 1)), tf.constant(0));
      Op train =
          new MomentumOptimizer(1f, 0f)
              .minimize(tf, graph.store(), tf.sum(rows, tf.constant(new int[] {0, 1, 2})));
      graph.initialize();
      graph.run(train, 1);
      assertClose(graph.values(var0), 1e-6, 1, 1, 0, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testBasic")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testBasicResource")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testBasicLocked")
  <T extends TFloating> void adagrad(Class<T> dtype, boolean resource) {
    for (boolean locking : new boolean[] {false, true}) {
      steps(
          dtype,
          resource,
          new AdagradOptimizer(3f).withUseLocking(locking),
          TENTHS,
          3,
          (change, g) -> change[0] = g == 0.1 ? 2.6026098728179932 : 3 - 2.715679168701172);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("adadelta_test.AdadeltaOptimizerTest.testBasic")
  @TensorFlowCase("adadelta_test.AdadeltaOptimizerTest.testResourceBasic")
  <T extends TFloating> void adadelta(Class<T> dtype, boolean resource) {
    for (double gradient : new double[] {0.2, 0.1, 0.01}) {
      for (float rate : new float[] {1f, 0.5f, 0.1f}) {
        steps(
            dtype,
            resource,
            new AdadeltaOptimizer(LearningRate.of(rate), 0.95f, 1e-8f),
            new double[] {gradient, gradient},
            4,
            (change, g) -> {
              double a = 0;
              double d = 0;
              for (int k = 0; k < 4; k++) {
                a = a * 0.95 + g * g * 0.05;
                double u = Math.sqrt(d + 1e-8) / Math.sqrt(a + 1e-8) * g;
                d = d * 0.95 + u * u * 0.05;
                change[0] += u * rate;
              }
            });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testBasic")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testResourceBasic")
  <T extends TFloating> void adam(Class<T> dtype, boolean resource) {
    steps(
        dtype,
        resource,
        new AdamOptimizer(0.001f),
        TENTHS,
        3,
        (change, g) -> {
          double m = 0;
          double v = 0;
          for (int t = 1; t <= 3; t++) {
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            double rate = 0.001 * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
            change[0] += rate * m / (Math.sqrt(v) + 1e-8);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testDense")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testWithoutMomentum")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testWithMomentum")
  <T extends TFloating> void rmsprop(Class<T> dtype, boolean resource) {
    for (float momentum : new float[] {0f, 0.5f}) {
      for (boolean centered : new boolean[] {false, true}) {
        for (float epsilon : new float[] {1e-3f, 1f}) {
          steps(
              dtype,
              resource,
              new RMSPropOptimizer(LearningRate.of(0.5f), 0.9f, momentum, epsilon)
                  .withCentered(centered),
              TENTHS,
              4,
              (change, g) -> {
                double r = 1;
                double a = 0;
                double m = 0;
                for (int k = 0; k < 4; k++) {
                  r = 0.9 * r + 0.1 * g * g;
                  a = centered ? 0.9 * a + 0.1 * g : 0;
                  m = momentum * m + 0.5 * g / Math.sqrt(r - a * a + epsilon);
                  change[0] += m;
                }
              });
        }
      }
    }
  }

  /** Rows in IndexedSlices: only they change, and duplicates are added. */
  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testSparseBasic")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testSparseBasic")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testSparseRepeatedIndices")
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testSparseRepeatedIndicesResourceVariable")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testSparseRepeatedIndices")
  <T extends TFloating> void onlyTheRowsChange(Class<T> dtype, boolean resource) {
    sparse(dtype, resource, new GradientDescentOptimizer(3f), 1, 1 - 0.3, 4 - 0.03);
    sparse(dtype, resource, new AdagradOptimizer(3f), 3, -1.6026098728179932, 3.715679168701172);
    for (Optimizer optimizer :
        List.of(
            new AdagradOptimizer(3f),
            new AdamOptimizer(LearningRate.of(0.1f), 0.9f, 0.999f, 1e-3f))) {
      try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
        long[] column = {2, 1};
        GraphVariable<T> repeated = graph.variable("repeated", column, 1, 2);
        GraphVariable<T> once = graph.variable("once", column, 1, 2);
        Op train =
            graph.apply(
                optimizer,
                List.of(repeated, once),
                List.of(
                    slices(graph, repeated, new int[] {1, 1}, 0.1, 0.1),
                    slices(graph, once, new int[] {1}, 0.2)));
        graph.initialize();
        graph.run(train, 3);
        assertClose(graph.values(repeated), tolerance(dtype), graph.values(once));
        assertThat(graph.values(once)[0]).isEqualTo(1);
        assertThat(graph.values(once)[1]).isLessThan(1.9);
      }
    }
  }

  private static <T extends TFloating> Operand<T> slices(
      OptimizerGraph<T> graph, GraphVariable<T> of, int[] rows, double... values) {
    return new IndexedSlices<>(
        graph.constant(new long[] {rows.length, 1}, values), graph.tf().constant(rows), of.shape());
  }

  private static <T extends TFloating> void sparse(
      Class<T> dtype, boolean resource, Optimizer optimizer, int steps, double row0, double row1) {
    try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
      GraphVariable<T> var0 = graph.variable("var0", new long[] {2, 1}, 1, 2);
      GraphVariable<T> var1 = graph.variable("var1", new long[] {2, 1}, 3, 4);
      Op train =
          graph.apply(
              optimizer,
              List.of(var0, var1),
              List.of(
                  slices(graph, var0, new int[] {0}, 0.1),
                  slices(graph, var1, new int[] {1}, 0.01)));
      graph.initialize();
      graph.run(train, steps);
      assertClose(graph.values(var0), tolerance(dtype), row0, 2);
      assertClose(graph.values(var1), tolerance(dtype), 3, row1);
    }
  }

  /** All rows given, so the dense formula holds. */
  @ParameterizedTest
  @MethodSource("kinds")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testSparse")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testResourceSparse")
  @TensorFlowCase("rmsprop_test.RMSPropOptimizerTest.testSparse")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testSparse")
  <T extends TFloating> void rowsOfAllEqualTheWhole(Class<T> dtype, boolean resource) {
    for (Optimizer optimizer :
        List.of(
            new AdamOptimizer(0.001f),
            new RMSPropOptimizer(LearningRate.of(0.5f), 0.9f, 0.5f, 1e-3f),
            new RMSPropOptimizer(LearningRate.of(0.5f), 0.9f, 0.5f, 1f).withCentered(true),
            new MomentumOptimizer(2f, 0.9f),
            new AdadeltaOptimizer(LearningRate.of(1f), 0.95f, 1e-2f))) {
      try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
        GraphVariable<T> byRows = graph.variable("by_rows", new long[] {2, 1}, 1, 2);
        GraphVariable<T> whole = graph.variable("whole", new long[] {2, 1}, 1, 2);
        Op train =
            graph.apply(
                optimizer,
                List.of(byRows, whole),
                List.of(
                    slices(graph, byRows, new int[] {1, 0}, 0.01, 0.1),
                    graph.constant(new long[] {2, 1}, 0.1, 0.01)));
        graph.initialize();
        graph.run(train, 3);
        assertClose(graph.values(byRows), tolerance(dtype), graph.values(whole));
        assertThat(graph.values(whole)[0]).isLessThan(1);
      }
    }
  }

  @Test
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testSparseStability")
  void smallGradientsOfRowsStayExact() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      long[] shape = {1, 6};
      GraphVariable<TFloat32> var0 =
          graph.variable(
              "var0", shape, 0.00872496, -0.106952, 0.110467, 0.226505, -0.0147257, -0.0105945);
      Operand<TFloat32> gradient =
          new IndexedSlices<>(
              graph.constant(
                  shape,
                  -5.91278e-05,
                  5.31673e-05,
                  -2.5779e-06,
                  4.29153e-05,
                  -8.4877e-05,
                  -9.48906e-05),
              graph.tf().constant(new int[] {0}),
              var0.shape());
      Op train = graph.apply(new AdagradOptimizer(1f), List.of(var0), List.of(gradient));
      graph.initialize();
      graph.run(train, 1);
      assertClose(
          graph.values(var0),
          1e-6,
          0.00891194,
          -0.10712013,
          0.11047515,
          0.22636929,
          -0.0144573,
          -0.01029443);
    }
  }

  @Test
  @TensorFlowCase("adagrad_test.AdagradOptimizerTest.testSharing")
  @TensorFlowCase("adam_test.AdamOptimizerTest.testSharing")
  void twoOperationsOfOneOptimizerAreItsSteps() {
    for (Optimizer optimizer : List.of(new AdagradOptimizer(3f), new AdamOptimizer(0.001f))) {
      double[] alternating = shared(optimizer, true);
      assertThat(shared(optimizer, false)).isEqualTo(alternating);
    }
  }

  private static double[] shared(Optimizer optimizer, boolean alternating) {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      GraphVariable<TFloat32> var0 = graph.variable("var0", TWO, 1, 2);
      List<Operand<TFloat32>> gradient = List.of(graph.constant(TWO, 0.1, 0.1));
      Op first = graph.apply(optimizer, List.of(var0), gradient);
      Op second = graph.apply(optimizer, List.of(var0), gradient);
      graph.initialize();
      graph.run(first, 1);
      graph.run(alternating ? second : first, 1);
      graph.run(first, 1);
      return graph.values(var0);
    }
  }

  @Test
  @TensorFlowCase("adam_test.AdamOptimizerTest.testTwoSessions")
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testVariablesAcrossGraphs")
  void oneOptimizerServesSeveralGraphs() {
    Optimizer optimizer = new AdamOptimizer(0.001f);
    try (OptimizerGraph<TFloat32> first = new OptimizerGraph<>(TFloat32.class, true);
        OptimizerGraph<TFloat32> second = new OptimizerGraph<>(TFloat32.class, true)) {
      for (OptimizerGraph<TFloat32> graph : List.of(first, second)) {
        GraphVariable<TFloat32> var0 = graph.variable("var0", TWO, 1, 2);
        Op train = graph.apply(optimizer, List.of(var0), List.of(graph.constant(TWO, 0.1, 0.1)));
        graph.initialize();
        graph.run(train, 1);
        assertThat(optimizer.variables(graph.store()))
            .extracting(GraphVariable::name)
            .containsExactly("beta1_power", "beta2_power", "var0/Adam", "var0/Adam_1");
        assertThat(graph.store().all()).containsAll(optimizer.variables(graph.store()));
      }
    }
  }

  /** {@code 5 var0 + 3 var1} of var0 = [1, 2] and var1 = [3, 4]. */
  private static void cost(Consumer<Cost> test) {
    for (boolean resource : new boolean[] {false, true}) {
      try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, resource)) {
        Ops tf = graph.tf();
        GraphVariable<TFloat32> var0 = graph.variable("var0", TWO, 1, 2);
        GraphVariable<TFloat32> var1 = graph.variable("var1", TWO, 3, 4);
        Operand<TFloat32> five = tf.math.mul(tf.constant(5f), var0.value());
        Operand<TFloat32> loss = tf.math.add(five, tf.math.mul(tf.constant(3f), var1.value()));
        test.accept(new Cost(graph, var0, var1, five, loss));
      }
    }
  }

  private record Cost(
      OptimizerGraph<TFloat32> graph,
      GraphVariable<TFloat32> var0,
      GraphVariable<TFloat32> var1,
      Operand<TFloat32> five,
      Operand<TFloat32> loss) {}

  private static final Optimizer THREE = new GradientDescentOptimizer(3f);

  @Test
  @TensorFlowCase("optimizer_test.OptimizerTest.testBasic")
  @TensorFlowCase("optimizer_test.OptimizerTest.testTrainOp")
  @TensorFlowCase("gradient_descent_test.GradientDescentOptimizerTest.testWithGlobalStep")
  void minimizeUpdatesAllAndCounts() {
    cost(
        cost -> {
          var graph = cost.graph();
          var step = graph.store().createGlobalStep();
          Op train = THREE.minimize(graph.tf(), graph.store(), cost.loss(), step);
          graph.initialize();
          graph.run(train, 1);
          assertClose(graph.values(cost.var0()), 1e-6, -14, -13);
          assertClose(graph.values(cost.var1()), 1e-6, -6, -5);
          assertThat(graph.values(step)).containsExactly(1);
          assertThat(graph.store().collection("train_op")).containsExactly(train);
        });
  }

  @Test
  @TensorFlowCase("optimizer_test.OptimizerTest.testPrecomputedGradient")
  void gradLossWeighsTheElements() {
    cost(
        cost -> {
          var graph = cost.graph();
          Op train =
              THREE.minimize(
                  graph.tf(),
                  graph.store(),
                  cost.loss(),
                  List.of(cost.var0(), cost.var1()),
                  Optional.of(graph.constant(TWO, 42, -42)),
                  Optional.empty());
          graph.initialize();
          graph.run(train, 1);
          assertClose(graph.values(cost.var0()), 1e-6, 1 - 3 * 5 * 42.0, 2 - 3 * 5 * -42.0);
          assertClose(graph.values(cost.var1()), 1e-6, 3 - 3 * 3 * 42.0, 4 - 3 * 3 * -42.0);
        });
  }

  @Test
  @TensorFlowCase("optimizer_test.OptimizerTest.testNoVariables")
  @TensorFlowCase("optimizer_test.OptimizerTest.testNoGradients")
  @TensorFlowCase("optimizer_test.OptimizerTest.testNoGradientsForAnyVariables_Minimize")
  @TensorFlowCase("optimizer_test.OptimizerTest.testNoGradientsForAnyVariables_ApplyGradients")
  void nothingToUpdateIsRefused() {
    cost(
        cost -> {
          var graph = cost.graph();
          Ops tf = graph.tf();
          assertRejected(
              () ->
                  THREE.minimize(
                      tf,
                      graph.store(),
                      cost.loss(),
                      List.of(),
                      Optional.empty(),
                      Optional.empty()),
              "no variables");
          assertRejected(
              () ->
                  THREE.minimize(
                      tf,
                      graph.store(),
                      cost.five(),
                      List.of(cost.var1()),
                      Optional.empty(),
                      Optional.empty()),
              "no gradients provided");
          assertRejected(
              () -> THREE.minimize(tf, graph.store(), tf.constant(5f)), "no gradients provided");
          assertRejected(
              () ->
                  graph.apply(THREE, List.of(cost.var0(), cost.var1()), Arrays.asList(null, null)),
              "no gradients provided");
        });
  }

  @Test
  @TensorFlowCase("optimizer_test.OptimizerTest.testGradientsAsVariables")
  void gradientsMayBeVariables() {
    cost(
        cost -> {
          var graph = cost.graph();
          Ops tf = graph.tf();
          List<GraphVariable<TFloat32>> variables = List.of(cost.var0(), cost.var1());
          List<Operand<TFloat32>> gradients = THREE.computeGradients(tf, cost.loss(), variables);
          GraphVariable<TFloat32> kept0 = graph.variable("kept0", TWO, 0, 0);
          GraphVariable<TFloat32> kept1 = graph.variable("kept1", TWO, 0, 0);
          Op keep0 = kept0.assign(tf, gradients.get(0));
          Op keep1 = kept1.assign(tf, gradients.get(1));
          Op train = graph.apply(THREE, variables, List.of(kept0.value(), kept1.value()));
          graph.initialize();
          graph.run(keep0, 1);
          graph.run(keep1, 1);
          graph.run(train, 1);
          assertClose(graph.values(cost.var0()), 1e-6, -14, -13);
          assertClose(graph.values(cost.var1()), 1e-6, -6, -5);
        });
  }

  @Test
  @TensorFlowCase("optimizer_test.OptimizerTest.testConstraint")
  void aConstraintIsAppliedAfterTheUpdate() {
    for (boolean resource : new boolean[] {false, true}) {
      try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, resource)) {
        Ops tf = graph.tf();
        GraphVariable<TFloat32> var0 =
            graph.constrained("var0", Constraint.clipByValue(-0.1, 0), TWO, 1, 2);
        GraphVariable<TFloat32> var1 =
            graph.constrained("var1", Constraint.clipByValue(0, 1), TWO, 3, 4);
        Operand<TFloat32> five = tf.math.mul(tf.constant(5f), var0.value());
        Operand<TFloat32> loss = tf.math.add(five, tf.math.mul(tf.constant(3f), var1.value()));
        Op train = THREE.minimize(tf, graph.store(), loss, graph.store().createGlobalStep());
        graph.initialize();
        assertClose(graph.values(var0), 1e-6, 1, 2);
        assertClose(graph.values(var1), 1e-6, 3, 4);
        graph.run(train, 1);
        assertClose(graph.values(var0), 1e-6, -0.1, -0.1);
        assertClose(graph.values(var1), 1e-6, 0, 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  <T extends TFloating> void everyOptimizerAppliesConstraints(Class<T> dtype, boolean resource) {
    LearningRate three = LearningRate.of(3f);
    for (Optimizer optimizer :
        List.of(
            new GradientDescentOptimizer(three),
            new MomentumOptimizer(three, 0.9f, true),
            new AdagradOptimizer(three),
            new AdadeltaOptimizer(three, 0.5f, 1f),
            new RMSPropOptimizer(three, 0.9f, 0f, 1e-3f),
            new AdamOptimizer(three))) {
      try (OptimizerGraph<T> graph = new OptimizerGraph<>(dtype, resource)) {
        GraphVariable<T> free = graph.variable("free", TWO, 1, 2);
        GraphVariable<T> kept =
            graph.constrained("kept", Constraint.clipByValue(0.875, 1.75), TWO, 1, 2);
        Operand<T> gradient = graph.constant(TWO, 1, 1);
        Op train = graph.apply(optimizer, List.of(free, kept), List.of(gradient, gradient));
        graph.initialize();
        graph.run(train, 1);
        double[] expected = graph.values(free);
        assertThat(expected[0]).as(optimizer.toString()).isLessThan(0.875);
        for (int k = 0; k < expected.length; k++) {
          expected[k] = Math.max(0.875, Math.min(1.75, expected[k]));
        }
        assertThat(graph.values(kept)).as(optimizer.toString()).isEqualTo(expected);
      }
    }
  }

  @Test
  void aConstraintIsRefusedForRowsAndForAnotherShape() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      Ops tf = graph.tf();
      GraphVariable<TFloat32> table =
          graph.constrained("table", Constraint.clipByValue(0, 1), TWO, 1, 2);
      Operand<TFloat32> row = tf.gather(table.value(), tf.constant(new int[] {0}), tf.constant(0));
      assertRejected(() -> THREE.minimize(tf, graph.store(), row), "constraint", "table");
      GraphVariable<TFloat32> scalar =
          graph.constrained("cut", (ops, weights) -> ops.constant(1f), TWO, 1, 2);
      assertRejected(
          () -> graph.apply(THREE, List.of(scalar), List.of(graph.constant(TWO, 1, 1))),
          "constraint of variable cut gave shape []; expected [2]");
      assertRejected(() -> Constraint.clipByValue(1, 0), "1.0 and 0.0");
    }
  }

  @Test
  void aNameIsThatOfTheSlots() {
    cost(
        cost -> {
          var graph = cost.graph();
          Optimizer named = new MomentumOptimizer(0.1f, 0.9f).withName("Mine");
          named.minimize(graph.tf(), graph.store(), cost.loss());
          assertThat(named.variables(graph.store()))
              .extracting(GraphVariable::name)
              .containsExactly("var0/Mine", "var1/Mine");
          assertRejected(() -> new AdamOptimizer(0.1f).withName("a/b"), "optimizer's name");
        });
  }
}
