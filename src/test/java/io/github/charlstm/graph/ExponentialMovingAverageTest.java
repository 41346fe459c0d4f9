package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

class ExponentialMovingAverageTest {

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("exponential_moving_average.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void averagesAndTheirNamesAreThoseOfPython(JsonNode golden) {
    switch (golden.required("dtype").asText()) {
      case "float16" -> assertSame(golden, TFloat16.class, 2e-3);
      case "float32" -> assertSame(golden, TFloat32.class, 1e-6);
      case "float64" -> assertSame(golden, TFloat64.class, 1e-12);
      default -> throw new IllegalArgumentException(golden.toString());
    }
  }

  private static <T extends TFloating> void assertSame(
      JsonNode golden, Class<T> dtype, double tolerance) {
    try (OptimizerGraph<T> graph =
        new OptimizerGraph<>(dtype, golden.required("use_resource").asBoolean())) {
      VariableStore store = graph.store();
      Ops tf = graph.tf();
      List<GraphVariable<T>> variables = new ArrayList<>();
      golden
          .required("initial")
          .properties()
          .forEach(
              one ->
                  variables.add(
                      graph.variable(
                          one.getKey(),
                          GoldenFile.shape(one.getValue().required("shape")).asArray(),
                          values(one.getValue()))));
      GraphVariable<TInt64> step = store.createGlobalStep();
      GraphVariable<T> value =
          store
              .rootScope()
              .getLocalVariable(
                  "loss_value",
                  Shape.of(2),
                  VariableOptions.of(dtype).withInitializer(Initializers.zeros()));
      Operand<T> loss = tf.withName("loss").identity(value.value());
      ExponentialMovingAverage average = averages(golden.required("arguments"), step);
      List<String> names = new ArrayList<>();
      variables.forEach(variable -> names.add(average.averageName(store, variable)));
      assertThat(names).containsExactlyElementsOf(texts(golden.required("average_names")));
      List<Op> updates = new ArrayList<>();
      List<Op> losses = new ArrayList<>();
      for (JsonNode each : golden.required("steps")) {
        JsonNode subtracted = each.required("subtracted");
        List<Op> changes = new ArrayList<>(List.of(step.assignAdd(tf, tf.constant(1L))));
        for (GraphVariable<T> variable : variables) {
          Operand<T> change = constant(graph, subtracted.required(variable.name()));
          changes.add(variable.assignSub(tf, change));
        }
        Ops after = tf.withControlDependencies(changes.toArray(Op[]::new));
        updates.add(average.apply(after, store, variables));
        losses.add(value.assign(tf, constant(graph, subtracted.required("loss"))));
      }
      Op ofLoss = average.applyTensors(tf, store, List.of(loss));
      ExponentialMovingAverage.of(0.5f).apply(tf, store, variables.subList(0, 1));
      assertThat(updates.get(0).op().name()).isEqualTo(golden.required("operation").asText());
      List<String> made = new ArrayList<>(store.references().keySet());
      made.remove("global_step");
      assertThat(made).containsExactlyElementsOf(texts(golden.required("variables")));
      assertThat(restored(average.variablesToRestore(store)))
          .isEqualTo(map(golden.required("variables_to_restore")));

      graph.initialize();
      graph.run(store.localVariablesInitializer(), 1);
      for (int k = 0; k < updates.size(); k++) {
        graph.run(updates.get(k), 1);
        graph.run(losses.get(k), 1);
        graph.run(ofLoss, 1);
        golden
            .required("steps")
            .get(k)
            .required("variables")
            .properties()
            .forEach(
                one ->
                    assertThat(graph.values(store.find(one.getKey()).orElseThrow()))
                        .as(one.getKey())
                        .containsExactly(values(one.getValue()), within(tolerance)));
      }
    }
  }

  private static ExponentialMovingAverage averages(JsonNode arguments, GraphVariable<TInt64> step) {
    float decay = (float) arguments.required("decay").asDouble();
    if (arguments.size() == 1) {
      return ExponentialMovingAverage.of(decay);
    }
    ExponentialMovingAverage.Builder builder =
        ExponentialMovingAverage.builder(HyperParameter.of(decay))
            .zeroDebias(arguments.path("zero_debias").asBoolean());
    if (arguments.has("num_updates")) {
      builder.numUpdates(step);
    }
    if (arguments.has("name")) {
      builder.name(arguments.get("name").asText());
    }
    return builder.build();
  }

  private static <T extends TFloating> Operand<T> constant(
      OptimizerGraph<T> graph, JsonNode tensor) {
    return graph.constant(GoldenFile.shape(tensor.required("shape")).asArray(), values(tensor));
  }

  private static double[] values(JsonNode tensor) {
    return OptimizerGraph.doubles(tensor.required("values"));
  }

  private static List<String> texts(JsonNode all) {
    List<String> texts = new ArrayList<>();
    all.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  private static Map<String, String> map(JsonNode object) {
    Map<String, String> map = new TreeMap<>();
    object.properties().forEach(one -> map.put(one.getKey(), one.getValue().asText()));
    return map;
  }

  private static Map<String, String> restored(Map<String, Operand<?>> references) {
    Map<String, String> names = new TreeMap<>();
    references.forEach((name, reference) -> names.put(name, reference.op().name()));
    return names;
  }

  @Test
  void aModelBuiltWithTheGetterReadsTheAverages() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      GraphVariable<TFloat32> x = graph.variable("x", new long[] {1}, 8);
      GraphVariable<TFloat32> other = graph.variable("other", new long[] {1}, 3);
      ExponentialMovingAverage average = ExponentialMovingAverage.of(0.75f);
      Op changed = x.assign(graph.tf(), graph.tf().array(4f));
      Op update =
          average.apply(graph.tf().withControlDependencies(changed), graph.store(), List.of(x));
      VariableScope evaluation =
          graph.store().rootScope().withCustomGetter(average.getter()).withReuse(Reuse.TRUE);
      GraphVariable<TFloat32> read = evaluation.getVariable("x", Shape.of(1));
      graph.initialize();
      graph.run(update, 1);
      assertThat(graph.values(read.value())).containsExactly(7); // 8 - 0.25 * (8 - 4)
      assertThat(graph.values(x)).containsExactly(4);
      assertThat(graph.values(evaluation.getVariable("other", Shape.of(1)).value()))
          .containsExactly(3);
      assertThat(average.average(other)).isEmpty();
      assertThat(graph.store().trainable()).containsExactly(x, other);
    }
  }

  @Test
  void averagesCanStartFromRestoredVariables() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, true)) {
      GraphVariable<TFloat32> x = graph.variable("x", new long[] {2}, 8, 1);
      ExponentialMovingAverage average = ExponentialMovingAverage.of(0.5f);
      assertThatThrownBy(() -> average.startFromVariables(graph.tf()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("call apply first");
      average.apply(graph.tf(), graph.store());
      Op restore = x.assign(graph.tf(), graph.tf().array(-1f, 5f));
      Op start = average.startFromVariables(graph.tf());
      graph.initialize();
      graph.run(restore, 1);
      assertThat(graph.values(average.average(x).orElseThrow())).containsExactly(8, 1);
      graph.run(start, 1);
      assertThat(graph.values(average.average(x).orElseThrow())).containsExactly(-1, 5);
    }
  }

  @Test
  void whatCannotBeAveragedIsRejected() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      ExponentialMovingAverage average = ExponentialMovingAverage.of(0.5f);
      GraphVariable<TInt64> step = graph.store().createGlobalStep();
      assertRejected(
          () -> average.apply(graph.tf(), graph.store(), List.of(step)),
          "ExponentialMovingAverage averages float16, float32 and float64",
          "global_step",
          "int64");
      assertRejected(() -> average.apply(graph.tf(), graph.store()), "at least one variable");
      assertRejected(() -> ExponentialMovingAverage.of(Float.NaN), "finite decay, found NaN");
    }
  }
}
