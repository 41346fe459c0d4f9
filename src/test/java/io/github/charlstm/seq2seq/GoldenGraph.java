package io.github.charlstm.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.CustomGradients;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** A case of a golden file that {@code scripts/python/graph_case.py} writes, built in Java. */
public final class GoldenGraph implements AutoCloseable {
  private static final double VALUES = 2e-6; // of several steps, by the kernels of another version
  private static final double GRADIENTS = 3e-5; // attention's are sums of terms that cancel

  private final JsonNode golden;
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final VariableStore variables;
  private final Map<String, Operand<TFloat32>> floats = new LinkedHashMap<>();

  private GoldenGraph(JsonNode golden) {
    this.golden = golden;
    CustomGradients.register();
    JsonNode seed = golden.get("graph_seed");
    variables =
        new VariableStore(
            tf, seed.isNull() ? RandomSeeds.fromEntropy() : RandomSeeds.of(seed.asLong()));
  }

  /** The cases of a file whose names start with a prefix. */
  public static Stream<Named<JsonNode>> cases(String file, String prefix) {
    String path = "/goldens/" + file + ".tf-1.15.5.json";
    try (InputStream in = GoldenGraph.class.getResourceAsStream(path)) {
      List<Named<JsonNode>> cases = new ArrayList<>();
      for (JsonNode one : new ObjectMapper().readTree(in).required("cases")) {
        String name = one.required("case").asText();
        if (name.startsWith(prefix)) {
          cases.add(Named.of(name, one));
        }
      }
      assertThat(cases).isNotEmpty();
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  public static GoldenGraph of(JsonNode golden) {
    return new GoldenGraph(golden);
  }

  /** The case's name without the prefix before the colon. */
  public String name() {
    return golden.get("case").asText().replaceFirst("^[^:]*: ", "");
  }

  public Ops tf() {
    return tf;
  }

  public VariableScope scope() {
    return variables.rootScope();
  }

  public boolean gives(String name) {
    return golden.get("given").has(name);
  }

  /** A given constant. */
  public Operand<TFloat32> floats(String name) {
    return floats.computeIfAbsent(
        name, key -> tf.constant(shape(given(key)), DataBuffers.of(values(given(key)))));
  }

  public Operand<TInt32> integers(String name) {
    JsonNode given = given(name);
    int[] numbers = new int[given.get("values").size()];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = given.get("values").get(k).asInt();
    }
    return tf.constant(shape(given), DataBuffers.of(numbers));
  }

  /** The slices of a given constant along its first dimension. */
  public <T extends TType> List<Operand<T>> steps(Operand<T> tensor) {
    List<Operand<T>> steps = new ArrayList<>();
    for (int t = 0; t < tensor.shape().get(0); t++) {
      steps.add(tf.gather(tensor, tf.constant(t), tf.constant(0)));
    }
    return steps;
  }

  private JsonNode given(String name) {
    return golden.required("given").required(name);
  }

  static Shape shape(JsonNode tensor) {
    long[] sizes = new long[tensor.get("shape").size()];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = tensor.get("shape").get(k).asLong();
    }
    return Shape.of(sizes);
  }

  static float[] values(JsonNode tensor) {
    float[] values = new float[tensor.get("values").size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) tensor.get("values").get(k).asDouble();
    }
    return values;
  }

  /** Runs the graph and compares variables' names, results and gradients. */
  public void check(Map<String, ? extends Operand<?>> results) {
    Map<String, JsonNode> expectedVariables = new LinkedHashMap<>();
    golden
        .get("variables")
        .properties()
        .forEach(v -> expectedVariables.put(v.getKey(), v.getValue()));
    assertThat(variables.trainable().stream().map(GraphVariable::name))
        .containsExactlyElementsOf(expectedVariables.keySet());
    Map<String, JsonNode> expectedGradients = new LinkedHashMap<>();
    golden
        .path("gradients")
        .properties()
        .forEach(
            g -> {
              if (!g.getValue().isNull()) {
                expectedGradients.put(g.getKey(), g.getValue());
              }
            });
    List<Operand<?>> gradients = gradients(results, List.copyOf(expectedGradients.keySet()));
    try (Session session = new Session(graph, GraphRunner.withoutOptimizer())) {
      assignVariables(session, expectedVariables);
      boolean first = true;
      for (JsonNode run : golden.get("runs")) {
        Session.Runner runner = session.runner();
        List<String> names = new ArrayList<>();
        run.fieldNames().forEachRemaining(names::add);
        assertThat(results.keySet()).containsAll(names);
        // identities: a run refuses to fetch one tensor twice
        names.forEach(name -> runner.fetch(tf.identity(results.get(name))));
        gradients.forEach(runner::fetch);
        try (Result found = runner.run()) {
          for (int k = 0; k < names.size(); k++) {
            compare(names.get(k), run.get(names.get(k)), found.get(k), VALUES, 1);
          }
          int k = names.size();
          for (Map.Entry<String, JsonNode> gradient : expectedGradients.entrySet()) {
            if (first) {
              String what = "gradient of " + gradient.getKey();
              compare(what, gradient.getValue(), found.get(k++), GRADIENTS, 0.01);
            }
          }
        }
        first = false;
      }
    }
  }

  private void assignVariables(Session session, Map<String, JsonNode> values) {
    for (GraphVariable<?> variable : variables.trainable()) {
      JsonNode value = values.get(variable.name());
      assertThat(variable.shape()).as(variable.name()).isEqualTo(shape(value));
      try (Tensor tensor = TFloat32.tensorOf(shape(value), DataBuffers.of(values(value)))) {
        session
            .runner()
            .feed(variable.initialValue(), tensor)
            .addTarget(variable.initializer())
            .run()
            .close();
      }
    }
  }

  private List<Operand<?>> gradients(
      Map<String, ? extends Operand<?>> results, List<String> names) {
    if (!golden.has("in_loss") || names.isEmpty()) {
      return List.of();
    }
    List<Operand<TFloat32>> terms = new ArrayList<>();
    golden.get("in_loss").forEach(name -> terms.add(weighted(results.get(name.asText()))));
    Operand<TFloat32> loss = tf.math.addN(terms);
    List<Operand<?>> xs = new ArrayList<>();
    for (String name : names) {
      Operand<?> given = floats.get(name);
      xs.add(
          given != null
              ? given
              : variables.trainable().stream()
                  .filter(variable -> variable.name().equals(name))
                  .findFirst()
                  .orElseThrow()
                  .value());
    }
    List<Operand<?>> found = new ArrayList<>();
    tf.gradients(loss, xs).dy().forEach(found::add);
    return found;
  }

  private Operand<TFloat32> weighted(Operand<?> result) {
    @SuppressWarnings("unchecked") // only floats are in a loss
    Operand<TFloat32> tensor = (Operand<TFloat32>) result;
    Operand<TInt32> places =
        tf.range(tf.constant(1), tf.math.add(tf.size(tensor), tf.constant(1)), tf.constant(1));
    Operand<TFloat32> weights =
        tf.dtypes.cast(tf.math.cos(tf.dtypes.cast(places, TFloat64.class)), TFloat32.class);
    return tf.sum(tf.math.mul(tf.reshape(tensor, tf.array(-1)), weights), tf.array(0));
  }

  // the largest difference, as a share of the largest number or of `least`
  private static void compare(
      String what, JsonNode expected, Tensor found, double bound, double least) {
    assertThat(found.shape()).as(what).isEqualTo(shape(expected));
    double[] numbers = numbers(found);
    double largest = least;
    double difference = 0;
    for (int k = 0; k < numbers.length; k++) {
      double value = expected.get("values").get(k).asDouble();
      largest = Math.max(largest, Math.abs(value));
      double gap = Math.abs(numbers[k] - value);
      difference = gap <= difference ? difference : gap; // NaN is not small
    }
    assertThat(difference / largest).as(what).isLessThan(bound);
  }

  private static double[] numbers(Tensor tensor) {
    double[] numbers = new double[Math.toIntExact(tensor.size())];
    var data = tensor.asRawTensor().data();
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] =
          switch (tensor.dataType()) {
            case DT_FLOAT -> data.asFloats().getFloat(k);
            case DT_INT32 -> data.asInts().getInt(k);
            case DT_INT64 -> data.asLongs().getLong(k);
            case DT_BOOL -> data.asBooleans().getBoolean(k) ? 1 : 0;
            default -> throw new AssertionError("unexpected type " + tensor.dataType());
          };
    }
    return numbers;
  }

  @Override
  public void close() {
    graph.close();
  }
}
