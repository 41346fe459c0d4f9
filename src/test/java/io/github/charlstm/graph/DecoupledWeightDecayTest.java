package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
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
import org.tensorflow.types.TInt32;

class DecoupledWeightDecayTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(1));

  @AfterEach
  void close() {
    runner.close();
  }

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("contrib_weight_decay.tf-1.15.5.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAreThoseOfPython(JsonNode golden) {
    Map<String, GraphVariable<TFloat32>> variables = new LinkedHashMap<>();
    VariableScope scope =
        store.rootScope().withUseResource(golden.required("use_resource").asBoolean());
    golden
        .required("initial")
        .properties()
        .forEach(
            one ->
                variables.put(
                    one.getKey(),
                    scope.getVariable(
                        one.getKey(),
                        GoldenFile.shape(one.getValue().required("shape")),
                        Initializers.constant(
                            GoldenFile.floats(one.getValue().required("values"))))));
    Operand<TInt32> rows = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(3)));
    Operand<TFloat32> rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    List<Operand<TFloat32>> fed = new ArrayList<>();
    for (JsonNode one : golden.required("gradients").get(0)) {
      fed.add(
          tf.placeholder(
              TFloat32.class, Placeholder.shape(GoldenFile.shape(one.required("shape")))));
    }
    List<Operand<TFloat32>> gradients = new ArrayList<>(fed);
    if (golden.required("by_rows").asBoolean()) {
      gradients.set(0, new IndexedSlices<>(fed.get(0), rows, variables.get("table").shape()));
    }
    Op train =
        optimizer(golden, rate, variables)
            .applyGradients(
                tf, store, List.copyOf(variables.values()), gradients, Optional.empty());
    assertThat(train.op().name()).isEqualTo(golden.required("operation").asText());

    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < golden.required("steps").size(); k++) {
      Session.Runner run = runner.session().runner().addTarget(train);
      List<Tensor> tensors = new ArrayList<>();
      for (JsonNode one : golden.required("gradients").get(k)) {
        float[] values = GoldenFile.floats(one.required("values"));
        tensors.add(
            TFloat32.tensorOf(GoldenFile.shape(one.required("shape")), DataBuffers.of(values)));
        run.feed(fed.get(tensors.size() - 1), tensors.get(tensors.size() - 1));
      }
      int[] now = new int[3];
      for (int place = 0; place < now.length; place++) {
        now[place] = golden.required("rows").get(k).get(place).asInt();
      }
      try (TInt32 fedRows = TInt32.vectorOf(now);
          TFloat32 fedRate =
              TFloat32.scalarOf((float) golden.required("learning_rate").path(k).asDouble())) {
        run.feed(rows, fedRows).feed(rate, fedRate).run().close();
      }
      tensors.forEach(Tensor::close);
      assertVariables(golden.required("steps").get(k));
    }
  }

  private Optimizer optimizer(
      JsonNode golden, Operand<TFloat32> fedRate, Map<String, GraphVariable<TFloat32>> variables) {
    JsonNode arguments = golden.required("arguments");
    float decay = (float) golden.required("weight_decay").asDouble();
    JsonNode number = golden.required("learning_rate");
    LearningRate rate =
        number.isArray() ? LearningRate.of(fedRate) : LearningRate.of((float) number.asDouble());
    HyperParameter share =
        number.isArray()
            ? HyperParameter.of(
                tf.math.mul(tf.constant(decay), tf.math.div(fedRate, tf.constant(0.1f))))
            : HyperParameter.of(decay);
    DecoupledWeightDecayExtension optimizer =
        switch (golden.required("optimizer").asText()) {
          case "AdamWOptimizer" ->
              arguments.isEmpty()
                  ? new AdamWOptimizer(share, rate)
                  : new AdamWOptimizer(share, adam(arguments, rate));
          case "MomentumWOptimizer" -> new MomentumWOptimizer(share, momentum(arguments, rate));
          case "AdamOptimizer" -> new DecoupledWeightDecayExtension(adam(arguments, rate), share);
          case "AdadeltaOptimizer" ->
              new DecoupledWeightDecayExtension(
                  new AdadeltaOptimizer(
                      rate, number(arguments, "rho"), number(arguments, "epsilon")),
                  share);
          default -> new DecoupledWeightDecayExtension(GoldenOptimizers.of(golden, fedRate), share);
        };
    JsonNode list = golden.required("decay_var_list");
    if (list.isNull()) {
      return optimizer;
    }
    List<GraphVariable<TFloat32>> decayed = new ArrayList<>();
    list.forEach(name -> decayed.add(variables.get(name.asText())));
    return optimizer.withDecayVarList(decayed);
  }

  private static AdamOptimizer adam(JsonNode arguments, LearningRate rate) {
    return new AdamOptimizer(
        rate, number(arguments, "beta1"), number(arguments, "beta2"), number(arguments, "epsilon"));
  }

  private static MomentumOptimizer momentum(JsonNode arguments, LearningRate rate) {
    return new MomentumOptimizer(
        rate, number(arguments, "momentum"), arguments.path("use_nesterov").asBoolean());
  }

  private static float number(JsonNode arguments, String name) {
    return (float) arguments.required(name).asDouble();
  }

  private void assertVariables(JsonNode expected) {
    Set<String> wanted = new TreeSet<>();
    expected.fieldNames().forEachRemaining(wanted::add);
    assertThat(new TreeSet<>(store.references().keySet())).isEqualTo(wanted);
    for (String name : wanted) {
      assertThat(runner.fetch(store.find(name).orElseThrow().as(TFloat32.class).value()))
          .as(name)
          .containsExactly(
              GoldenFile.floats(expected.required(name).required("values")), within(1e-6f));
    }
  }

  @Test
  void rowsOfGradientDescentAreDecayedOnce() {
    GraphVariable<TFloat32> table =
        store.rootScope().getVariable("table", Shape.of(3, 1), Initializers.constant(1f, 2f, 4f));
    Operand<TFloat32> rows = tf.gather(table.value(), tf.array(2, 0, 2), tf.constant(0));
    Op train =
        new DecoupledWeightDecayExtension(
                new GradientDescentOptimizer(0.25f), HyperParameter.of(0.5f))
            .minimize(tf, store, rows);
    runner.run(store.globalVariablesInitializer());
    runner.run(train);
    // halved, then 0.25 less for each look-up
    assertThat(runner.fetch(table.value())).containsExactly(0.25f, 2f, 1.5f);
  }

  @Test
  void gradientsAreThoseOfTheValuesBeforeTheDecay() {
    GraphVariable<TFloat32> x = variable("x", 8f);
    Op train =
        new MomentumWOptimizer(0.5f, 0.25f, 0.9f).minimize(tf, store, tf.math.square(x.value()));
    runner.run(store.globalVariablesInitializer());
    runner.run(train);
    assertThat(runner.fetch(x.value())).containsExactly(0f); // 8 - 4 - 0.25 * 16
  }

  @Test
  void variablesWithoutAGradientAreNotDecayed() {
    GraphVariable<TFloat32> x = variable("x", 8f);
    GraphVariable<TFloat32> unused = variable("unused", 8f);
    Op train = new AdamWOptimizer(0.5f, 0.001f).minimize(tf, store, x.value());
    runner.run(store.globalVariablesInitializer());
    runner.run(train);
    assertThat(runner.fetch(unused.value())).containsExactly(8f);
    assertThat(runner.fetch(x.value())[0]).isCloseTo(3.999f, within(1e-6f));
  }

  @Test
  void slotsAreThoseOfTheExtendedOptimizer() {
    GraphVariable<TFloat32> x = variable("x", 1f);
    DecoupledWeightDecayExtension optimizer = new AdamWOptimizer(0.5f, 0.001f);
    optimizer.withDecayVarList(List.of(x)).minimize(tf, store, x.value());
    optimizer.minimize(tf, store, x.value());
    assertThat(optimizer.slotNames(store)).containsExactly("m", "v");
    assertThat(optimizer.slot(store, x, "m")).map(GraphVariable::name).contains("x/AdamW");
    assertThat(optimizer.variables(store).stream().map(GraphVariable::name))
        .containsExactly("beta1_power", "beta2_power", "x/AdamW", "x/AdamW_1");
  }

  @Test
  void badSettingsAreRejected() {
    GraphVariable<TFloat32> x = variable("x", 1f);
    DecoupledWeightDecayExtension optimizer = new AdamWOptimizer(0.5f, 0.001f);
    assertRejected(() -> new AdamWOptimizer(Float.NaN, 0.1f), "finite weight_decay, found NaN");
    assertRejected(
        () -> optimizer.withDecayVarList(List.of()), "decay_var_list expects at least one");
    assertRejected(
        () -> optimizer.applyGradients(tf, store, List.of(x), List.of(), Optional.empty()),
        "1 variables and 0 gradients");
  }

  private GraphVariable<TFloat32> variable(String name, float value) {
    return store.rootScope().getVariable(name, Shape.of(1), Initializers.constant(value));
  }
}
