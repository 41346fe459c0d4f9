package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class OptimizersTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(1));

  @AfterEach
  void close() {
    runner.close();
  }

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("optimizers.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAndSlotsAreThoseOfPython(JsonNode golden) {
    List<GraphVariable<TFloat32>> variables = new ArrayList<>();
    Map<String, Operand<TFloat32>> fed = new LinkedHashMap<>();
    golden
        .required("initial")
        .properties()
        .forEach(
            entry -> {
              Shape shape = GoldenFile.shape(entry.getValue().required("shape"));
              float[] values = GoldenFile.floats(entry.getValue().required("values"));
              variables.add(
                  store
                      .rootScope()
                      .getVariable(entry.getKey(), shape, Initializers.constant(values)));
              fed.put(entry.getKey(), tf.placeholder(TFloat32.class, Placeholder.shape(shape)));
            });
    Operand<TFloat32> rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    Op train =
        GoldenOptimizers.of(golden, rate)
            .applyGradients(
                tf, store, variables, List.copyOf(fed.values()), store.createGlobalStep());
    assertThat(train.op().name()).isEqualTo(golden.required("operation").asText());

    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < golden.required("steps").size(); k++) {
      step(train, fed, golden.required("gradients").get(k), rate, golden, k);
      assertVariables(golden.required("steps").get(k));
    }
    try (var result = runner.session().runner().fetch("global_step/read").run()) {
      assertThat(((TInt64) result.get(0)).getLong()).isEqualTo(6);
    }
  }

  private void step(
      Op train,
      Map<String, Operand<TFloat32>> fed,
      JsonNode gradients,
      Operand<TFloat32> rate,
      JsonNode golden,
      int number) {
    Session.Runner run = runner.session().runner().addTarget(train);
    List<Tensor> tensors = new ArrayList<>();
    fed.forEach(
        (name, placeholder) -> {
          JsonNode value = gradients.required(name);
          tensors.add(
              TFloat32.tensorOf(
                  GoldenFile.shape(value.required("shape")),
                  DataBuffers.of(GoldenFile.floats(value.required("values")))));
          run.feed(placeholder, tensors.get(tensors.size() - 1));
        });
    if (golden.required("learning_rate").isArray()) {
      tensors.add(
          TFloat32.scalarOf((float) golden.required("learning_rate").get(number).doubleValue()));
      run.feed(rate, tensors.get(tensors.size() - 1));
    }
    run.run().close();
    tensors.forEach(Tensor::close);
  }

  private void assertVariables(JsonNode expected) {
    Set<String> names = new TreeSet<>(store.references().keySet());
    names.remove("global_step");
    Set<String> wanted = new TreeSet<>();
    expected.fieldNames().forEachRemaining(wanted::add);
    assertThat(names).isEqualTo(wanted);
    for (String name : wanted) {
      @SuppressWarnings("unchecked") // all but global_step are floats
      Operand<TFloat32> value = (Operand<TFloat32>) store.find(name).orElseThrow().value();
      assertThat(runner.fetch(value))
          .as(name)
          .containsExactly(
              GoldenFile.floats(expected.required(name).required("values")), within(1e-6f));
    }
  }

  static Stream<Named<JsonNode>> calls() {
    return GoldenFile.cases("optimizer_calls.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void callsOfOneOptimizerShareItsSlotsAndSkipVariablesWithoutGradient(JsonNode golden) {
    boolean minimizes = golden.required("case").asText().startsWith("minimize");
    GraphVariable<TFloat32> x = variable("x", 1f, -2f);
    Operand<TFloat32> rest = null;
    if (minimizes) {
      variable("unused", 3f, 4f);
      rest = tf.stopGradient(variable("stopped", 1.5f, 0.5f).value());
    }
    GraphVariable<TFloat32> y = variable("y", 0.5f);
    Optimizer optimizer = GoldenOptimizers.of(golden, null);
    List<Op> runs;
    if (minimizes) {
      Operand<TFloat32> loss =
          tf.math.add(tf.math.mul(tf.math.mul(x.value(), x.value()), y.value()), rest);
      GraphVariable<TInt64> step = store.createGlobalStep();
      Op train =
          optimizer.minimize(
              tf,
              store,
              loss,
              store.trainable(),
              Optional.of(tf.array(1f, -0.5f)),
              Optional.of(step));
      runs = List.of(train, train, train);
    } else {
      Operand<TFloat32> byX = tf.array(0.3f, -0.7f);
      List<Operand<TFloat32>> onlyX = new ArrayList<>(List.of(byX));
      onlyX.add(null);
      Op first = optimizer.applyGradients(tf, store, List.of(x, y), onlyX, Optional.empty());
      Op second =
          optimizer.applyGradients(
              tf, store, List.of(x, y), List.of(byX, tf.array(0.2f)), Optional.empty());
      assertThat(second.op().name()).isEqualTo(golden.required("operations").get(1).asText());
      runs = List.of(first, second, first);
    }
    assertThat(runs.get(0).op().name()).isEqualTo(golden.required("operations").get(0).asText());
    List<String> names = new ArrayList<>();
    golden.required("variables").forEach(name -> names.add(name.asText()));
    assertThat(store.references().keySet()).containsExactlyElementsOf(names);
    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < runs.size(); k++) {
      runner.run(runs.get(k));
      assertVariables(golden.required("steps").get(k));
    }
  }

  private GraphVariable<TFloat32> variable(String name, float... values) {
    return store
        .rootScope()
        .getVariable(name, Shape.of(values.length), Initializers.constant(values));
  }

  @Test
  void minimizeTakesAllTrainableVariablesAndNeedsAGradientOfOne() {
    GraphVariable<TFloat32> x = variable("x", 2f);
    Optimizer optimizer = new GradientDescentOptimizer(0.25f);
    assertRejected(
        () -> optimizer.minimize(tf, store, tf.withName("loss").constant(1f)),
        "no gradients provided for any variable",
        "loss loss",
        "[x]");
    assertRejected(
        () ->
            optimizer.minimize(tf, store, x.value(), List.of(), Optional.empty(), Optional.empty()),
        "no variables to optimize");
    GraphVariable<TInt64> step = store.createGlobalStep();
    Op train = optimizer.minimize(tf, store, tf.math.square(x.value()), step);
    Op uncounted = optimizer.minimize(tf, store, tf.math.square(x.value()));
    runner.run(store.globalVariablesInitializer());
    runner.run(train);
    runner.run(uncounted);
    assertThat(runner.fetch(x.value())).containsExactly(0.5f);
    try (var result = runner.session().runner().fetch(step.value()).run()) {
      assertThat(((TInt64) result.get(0)).getLong()).isEqualTo(1);
    }
  }

  @Test
  void aSecondOptimizerHasItsOwnSlots() {
    GraphVariable<TFloat32> x = store.rootScope().getVariable("x", Shape.of(1));
    GraphVariable<TInt64> step = store.createGlobalStep();
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      Op train =
          new AdamOptimizer(0.1f)
              .applyGradients(tf, store, List.of(x), List.of(tf.array(1f)), step);
      names.add(train.op().name());
    }
    assertThat(names).containsExactly("Adam", "Adam_1");
    assertThat(store.references().keySet())
        .contains("x/Adam", "x/Adam_1", "x/Adam_2", "x/Adam_3", "beta1_power_1", "beta2_power_1");
    assertThat(store.trainable()).containsExactly(x);
  }

  @Test
  void aRateCanDecayWithTheGlobalStep() {
    GraphVariable<TFloat32> x =
        store.rootScope().getVariable("x", Shape.of(1), Initializers.zeros());
    GraphVariable<TInt64> step = store.createGlobalStep();
    Operand<TFloat32> rate =
        tf.math.div(
            tf.constant(1f),
            tf.math.add(tf.dtypes.cast(step.value(), TFloat32.class), tf.constant(1f)));
    Op train =
        new GradientDescentOptimizer(LearningRate.of(rate))
            .applyGradients(tf, store, List.of(x), List.of(tf.array(1f)), step);
    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < 3; k++) {
      runner.run(train);
    }
    assertThat(runner.fetch(x.value())[0]).isCloseTo(-(1 + 1 / 2f + 1 / 3f), within(1e-6f));
  }

  @Test
  void variablesAndGradientsMustMatch() {
    GraphVariable<TFloat32> x = store.rootScope().getVariable("x", Shape.of(2));
    GraphVariable<TInt64> step = store.createGlobalStep();
    List<Optimizer> all =
        List.of(
            new GradientDescentOptimizer(0.1f),
            new MomentumOptimizer(0.1f, 0.9f),
            new AdagradOptimizer(0.1f),
            new RMSPropOptimizer(0.1f),
            new AdamOptimizer(0.1f));
    for (Optimizer optimizer : all) {
      assertRejected(
          () -> optimizer.applyGradients(tf, store, List.of(), List.of(), step),
          "one gradient for each variable");
      assertRejected(
          () -> optimizer.applyGradients(tf, store, List.of(x), List.of(), step),
          "1 variables and 0 gradients");
      assertRejected(
          () -> optimizer.applyGradients(tf, store, List.of(x), List.of(tf.array(1f)), step),
          "shape [2] for variable x, found [1]");
      assertRejected(
          () -> optimizer.applyGradients(tf, store, List.of(x), Collections.nCopies(1, null), step),
          "no gradients provided for any variable",
          "[x]");
    }
    assertThat(store.references().keySet()).containsExactly("x", "global_step");
  }

  @Test
  void theGlobalStepMayBeLeftOut() {
    GraphVariable<TFloat32> x = store.rootScope().getVariable("x", Shape.of(1));
    List<Operand<TFloat32>> gradients = List.of(tf.array(1f));
    GraphVariable<TInt64> none = null;
    Optimizer optimizer = new AdamOptimizer(0.1f);
    assertThatThrownBy(() -> optimizer.applyGradients(tf, store, List.of(x), gradients, none))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("globalStep");
    Op train = optimizer.applyGradients(tf, store, List.of(x), gradients, Optional.empty());
    runner.run(store.globalVariablesInitializer());
    float before = runner.fetch(x.value())[0];
    runner.run(train);
    assertThat(runner.fetch(x.value())[0]).isCloseTo(before - 0.1f, within(1e-5f));
    assertThat(store.references()).doesNotContainKey("global_step");
  }

  @Test
  void settingsOutOfRangeAreRejected() {
    LearningRate rate = LearningRate.of(0.1f);
    float infinite = Float.POSITIVE_INFINITY;
    assertRejected(() -> new MomentumOptimizer(rate, infinite, false), "finite momentum");
    // TF1 refuses 0 too
    assertRejected(() -> new AdagradOptimizer(rate, 0f), "initial_accumulator_value above 0");
    assertRejected(() -> new AdagradOptimizer(rate, infinite), "initial_accumulator_value");
    assertRejected(() -> new RMSPropOptimizer(rate, Float.NaN, 0f, 1e-10f), "finite decay");
    assertRejected(() -> new RMSPropOptimizer(rate, 0.9f, infinite, 1e-10f), "finite momentum");
    assertRejected(() -> new RMSPropOptimizer(rate, 0.9f, 0f, Float.NaN), "finite epsilon");
    assertRejected(() -> new AdamOptimizer(rate, Float.NaN, 0.9f, 1e-8f), "finite beta1");
    assertRejected(() -> new AdamOptimizer(rate, 0.9f, infinite, 1e-8f), "finite beta2");
    assertRejected(() -> new AdamOptimizer(rate, 0.9f, 0.9f, Float.NaN), "Adam", "finite epsilon");
  }

  @Test
  void badLearningRatesAreRejected() {
    assertRejected(() -> LearningRate.of(Float.NaN), "found NaN");
    assertRejected(() -> new AdamOptimizer(Float.POSITIVE_INFINITY), "found Infinity");
    assertRejected(() -> LearningRate.of(tf.array(1f, 2f)), "found shape [2]");
    @SuppressWarnings("unchecked") // the mistake that is tested
    Operand<TFloat32> number = (Operand<TFloat32>) (Operand<?>) tf.constant(1L);
    assertRejected(() -> LearningRate.of(number), "found TInt64");
  }
}
