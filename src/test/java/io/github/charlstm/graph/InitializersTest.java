package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.Initializers.Distribution;
import io.github.charlstm.graph.Initializers.FanMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;

class InitializersTest {

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("initializers.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAndOperationsAreThoseOfPython(JsonNode golden) {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), seeds(golden));
      List<GraphVariable<TFloat32>> variables = new ArrayList<>();
      for (JsonNode wanted : golden.required("variables")) {
        variables.add(
            store
                .rootScope()
                .getVariable(
                    "v" + variables.size(),
                    GoldenFile.shape(wanted.required("shape")),
                    initializer(wanted)));
      }
      assertThat(operationTypes(runner)).isEqualTo(pythonTypes(golden.required("operations")));
      runner.run(store.globalVariablesInitializer());
      for (int k = 0; k < variables.size(); k++) {
        assertSame(
            runner.fetch(variables.get(k).value()), golden.required("variables").required(k));
      }
    }
  }

  private static void assertSame(float[] found, JsonNode golden) {
    float[] expected = GoldenFile.floats(golden.required("value").required("values"));
    if (found.length > expected.length) { // a large constant, stored as one number
      expected = Arrays.copyOf(expected, found.length);
      Arrays.fill(expected, expected[0]);
    }
    if (golden.path("exact").asBoolean()) {
      assertThat(found).containsExactly(expected);
    } else {
      assertThat(found).containsExactly(expected, within(1e-6f));
    }
  }

  private static RandomSeeds seeds(JsonNode golden) {
    JsonNode seed = golden.required("graph_seed");
    if (seed.isNull()) {
      return RandomSeeds.fromEntropy();
    }
    return switch (golden.required("seed_rule").asText()) {
      case "operations" -> RandomSeeds.of(seed.asLong());
      case "numbered" -> RandomSeeds.numbered(seed.asLong());
      default -> throw new IllegalArgumentException(golden.toString());
    };
  }

  private static Initializer initializer(JsonNode golden) {
    float[] arguments = GoldenFile.floats(golden.required("arguments"));
    JsonNode seed = golden.required("op_seed");
    SeededInitializer random =
        switch (golden.required("initializer").asText()) {
          case "zeros" -> null;
          case "ones" -> null;
          case "constant" -> null;
          case "glorot_uniform" -> Initializers.glorotUniform();
          case "glorot_normal" -> Initializers.glorotNormal();
          case "truncated_normal" -> Initializers.truncatedNormal(arguments[0], arguments[1]);
          case "random_normal" -> Initializers.randomNormal(arguments[0], arguments[1]);
          case "random_uniform" -> Initializers.randomUniform(arguments[0], arguments[1]);
          case "orthogonal" -> Initializers.orthogonal(arguments[0]);
          case "variance_scaling" -> varianceScaling(golden.required("arguments"));
          case "he_normal" -> Initializers.heNormal();
          case "he_uniform" -> Initializers.heUniform();
          case "lecun_normal" -> Initializers.lecunNormal();
          case "lecun_uniform" -> Initializers.lecunUniform();
          case "xavier" -> Initializers.xavier(golden.required("arguments").get(0).asBoolean());
          default -> throw new IllegalArgumentException(golden.toString());
        };
    if (random != null) {
      return seed.isNull() ? random : random.seed(seed.asLong());
    }
    return switch (golden.required("initializer").asText()) {
      case "zeros" -> Initializers.zeros();
      case "ones" -> Initializers.ones();
      default -> Initializers.constant(arguments);
    };
  }

  private static SeededInitializer varianceScaling(JsonNode arguments) {
    return arguments.isEmpty()
        ? Initializers.varianceScaling()
        : Initializers.varianceScaling(
            arguments.get(0).asDouble(),
            FanMode.valueOf(arguments.get(1).asText().toUpperCase(Locale.ROOT)),
            switch (arguments.get(2).asText()) {
              case "normal", "truncated_normal" -> Distribution.TRUNCATED_NORMAL;
              case "untruncated_normal" -> Distribution.UNTRUNCATED_NORMAL;
              case "uniform" -> Distribution.UNIFORM;
              default -> throw new IllegalArgumentException(arguments.toString());
            });
  }

  private static List<String> operationTypes(GraphRunner runner) {
    List<String> types = new ArrayList<>();
    runner.graph().operations().forEachRemaining(operation -> types.add(operation.type()));
    return types;
  }

  // AddV2 is Add with another rule for strings.
  private static List<String> pythonTypes(JsonNode operations) {
    List<String> types = new ArrayList<>();
    operations.forEach(type -> types.add(type.asText().replace("AddV2", "Add")));
    return types;
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 5})
  void orthogonalMatricesAreOrthogonal(long columns) {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(1));
      float[] q = values(runner, store, Shape.of(4, columns), Initializers.orthogonal(2f));
      boolean wide = columns > 4;
      int many = (int) Math.min(4, columns);
      for (int a = 0; a < many; a++) {
        for (int b = 0; b < many; b++) {
          double dot = 0;
          for (int k = 0; k < (wide ? columns : 4); k++) {
            dot +=
                wide
                    ? q[a * (int) columns + k] * q[b * (int) columns + k]
                    : q[k * (int) columns + a] * q[k * (int) columns + b];
          }
          assertThat(dot).isCloseTo(a == b ? 4 : 0, within(1e-5));
        }
      }
    }
  }

  @Test
  void anArrayGivesItsValuesRowByRow() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.fromEntropy());
      Initializer array =
          Initializers.constant(StdArrays.ndCopyOf(new float[][] {{1f, 2f, 3f}, {4f, 5f, 6f}}));
      assertThat(values(runner, store, Shape.of(3, 2), array)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(values(runner, store, Shape.of(0), Initializers.constant(1f))).isEmpty();
    }
  }

  @Test
  void entropyDiffersFromGraphToGraph() {
    assertThat(entropic()).isNotEqualTo(entropic());
  }

  private static float[] entropic() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.fromEntropy());
      return values(runner, store, Shape.of(9), Initializers.glorotUniform());
    }
  }

  private static float[] values(
      GraphRunner runner, VariableStore store, Shape shape, Initializer initializer) {
    GraphVariable<TFloat32> variable = store.rootScope().variable(shape, initializer);
    runner.run(variable.initializer());
    return runner.fetch(variable.value());
  }

  @Test
  void badArgumentsAreRejected() {
    assertRejected(() -> Initializers.constant(), "at least one");
    assertRejected(() -> Initializers.constant(NdArrays.ofFloats(Shape.of(0))), "at least one");
    assertRejected(() -> Initializers.truncatedNormal(0f, Float.NaN), "NaN");
    assertRejected(() -> Initializers.truncatedNormal(Float.NaN, 1f), "NaN");
    assertRejected(() -> Initializers.randomNormal(0f, Float.POSITIVE_INFINITY), "Infinity");
    assertRejected(() -> Initializers.randomUniform(0f, Float.NaN), "NaN");
    assertRejected(() -> Initializers.randomUniform(Float.NEGATIVE_INFINITY, 0f), "Infinity");
    assertRejected(() -> Initializers.orthogonal(Float.NaN), "gain");
    for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRejected(
          () -> Initializers.varianceScaling(scale, FanMode.FAN_IN, Distribution.UNIFORM),
          "variance_scaling needs a finite scale above 0, found " + scale);
    }
  }

  @Test
  void shapesThatDoNotFitAreRejected() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableScope root = new VariableStore(runner.tf(), RandomSeeds.of(1)).rootScope();
      assertRejected(
          () -> root.getVariable("a", Shape.of(2), Initializers.constant(1f, 2f, 3f)),
          "3 values, more than the 2 of a variable of shape [2]");
      assertRejected(
          () -> root.getVariable("b", Shape.of(2), Initializers.orthogonal(1f)),
          "two dimensions or more, found shape [2]");
    }
  }
}
