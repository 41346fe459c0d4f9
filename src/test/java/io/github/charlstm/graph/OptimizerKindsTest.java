package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** Every optimizer on variables of every type and kind, against Python's. */
class OptimizerKindsTest {

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("optimizer_kinds.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void threeStepsAreThoseOfPython(JsonNode golden) {
    switch (golden.required("dtype").asText()) {
      case "float32" -> check(golden, TFloat32.class, 2e-6);
      case "float64" -> check(golden, TFloat64.class, 1e-12);
      default -> check(golden, TFloat16.class, 2e-3);
    }
  }

  private static <T extends TFloating> void check(
      JsonNode golden, Class<T> dtype, double tolerance) {
    try (OptimizerGraph<T> graph =
        new OptimizerGraph<>(dtype, golden.required("use_resource").asBoolean())) {
      Ops tf = graph.tf();
      GraphVariable<T> x =
          graph.variable("x", new long[] {4, 2}, 1, -2, 0.5, 0.25, 3, -0.75, 0.125, 2);
      Operand<T> read =
          golden.required("by_rows").asBoolean()
              ? tf.gather(x.value(), tf.constant(new int[] {1, 3, 1}), tf.constant(0))
              : x.value();
      Operand<T> loss = tf.sum(tf.math.mul(read, read), tf.constant(new int[] {0, 1}));
      Op train = optimizer(tf, golden).minimize(tf, graph.store(), loss);
      graph.initialize();
      graph.run(train, 3);
      Map<String, double[]> found = new LinkedHashMap<>();
      graph.store().all().forEach(one -> found.put(one.name(), graph.values(one)));
      JsonNode wanted = golden.required("variables");
      assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(names(wanted));
      found.forEach(
          (name, values) -> {
            double[] expected = OptimizerGraph.doubles(wanted.get(name).required("values"));
            assertThat(values).hasSameSizeAs(expected);
            for (int k = 0; k < values.length; k++) {
              double bound = tolerance * Math.max(1, Math.abs(expected[k]));
              assertThat(values[k]).as(name + " " + k).isCloseTo(expected[k], within(bound));
            }
          });
      assertThat(found.keySet())
          .containsAll(List.of("x"))
          .allMatch(name -> graph.isResource(name) == golden.get("use_resource").asBoolean());
    }
  }

  private static List<String> names(JsonNode variables) {
    return variables.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static Optimizer optimizer(Ops tf, JsonNode golden) {
    JsonNode arguments = golden.required("arguments");
    boolean tensors = golden.required("as_tensors").asBoolean();
    LearningRate rate = tensors ? LearningRate.of(tf.constant(0.1f)) : LearningRate.of(0.1f);
    String name = golden.required("optimizer").asText();
    return switch (name) {
      case "GradientDescentOptimizer" -> new GradientDescentOptimizer(rate).withUseLocking(tensors);
      case "MomentumOptimizer" ->
          new MomentumOptimizer(
              rate,
              setting(tf, arguments, "momentum", tensors),
              arguments.path("use_nesterov").asBoolean(),
              tensors,
              "Momentum");
      case "AdagradOptimizer" -> new AdagradOptimizer(rate).withUseLocking(tensors);
      case "AdadeltaOptimizer" ->
          new AdadeltaOptimizer(
              rate,
              setting(tf, arguments, "rho", tensors),
              setting(tf, arguments, "epsilon", tensors),
              tensors,
              "Adadelta");
      case "RMSPropOptimizer" ->
          new RMSPropOptimizer(
              rate,
              setting(tf, arguments, "decay", tensors),
              setting(tf, arguments, "momentum", tensors),
              setting(tf, arguments, "epsilon", tensors),
              tensors,
              arguments.path("centered").asBoolean(),
              "RMSProp");
      case "AdamOptimizer" ->
          new AdamOptimizer(
              rate,
              setting(tf, arguments, "beta1", tensors),
              setting(tf, arguments, "beta2", tensors),
              setting(tf, arguments, "epsilon", tensors),
              tensors,
              "Adam");
      default -> throw new IllegalStateException(name);
    };
  }

  private static HyperParameter setting(Ops tf, JsonNode arguments, String name, boolean asTensor) {
    float value = (float) arguments.required(name).asDouble();
    return asTensor ? HyperParameter.of(tf.constant(value)) : HyperParameter.of(value);
  }
}
