package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.graph.AdamOptimizer;
import io.github.charlstm.graph.ExponentialMovingAverage;
import io.github.charlstm.graph.GradientDescentOptimizer;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/**
 * Training goes on with a graph of the other language: with one of {@code
 * scripts/python/meta_graphs.py}, and Java's in {@code target/meta-graph}, which that program
 * checks.
 */
class MetaGraphTrainingTest {
  private static final Path PYTHONS = Path.of("src/test/resources/checkpoints/meta-graph");
  private static final Path OURS = Path.of("target", "meta-graph");
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @TensorFlowCase(
      value = "saver_test.MetaGraphTest.testGraphExtension",
      partly = "without TF1's control flow, of which TensorFlow-Java has no gradient")
  @ValueSource(strings = {"reference.tf-2.15.1", "resource.tf-2.15.1"})
  void javaTrainsAGraphOfPythonOn(String name) throws IOException {
    JsonNode golden = JSON.readTree(PYTHONS.resolve("expected.tf-2.15.1.json").toFile());
    JsonNode expected = golden.get("cases").get(name.startsWith("reference") ? 0 : 1);
    assertThat(expected.required("case").asText()).isEqualTo(name);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      ImportedMetaGraph imported = ImportedMetaGraph.of(graph, PYTHONS.resolve(name + ".meta"));
      imported.saver().orElseThrow().restore(session, PYTHONS.resolve(name));
      VariableStore store = imported.variables();
      assertThat(store.trainable())
          .extracting(GraphVariable::name)
          .containsExactly("embedding", "dense/kernel");
      Op train = store.collection("train_op").get(0);
      Op loss = store.collection("loss").get(0);
      for (int k = 0; k < 3; k++) {
        float found = step(session, golden.required("symbols").get(k), (Operand<?>) loss, train);
        float wanted = (float) expected.required("losses").get(k).asDouble();
        assertThat(found).isCloseTo(wanted, within(wanted * 2e-6f));
      }
      for (GraphVariable<?> variable : store.all()) {
        double[] wanted =
            doubles(expected.required("variables").get(variable.name()).get("values"));
        assertThat(fetch(session, variable.value()))
            .as(variable.name())
            .containsExactly(wanted, within(1e-6));
      }
      // a new optimizer, of Java, on Python's graph
      Op more =
          new GradientDescentOptimizer(0.1f)
              .minimize(Ops.create(graph), store, imported.<TFloat32>tensor("loss:0"));
      float before = step(session, golden.get("symbols").get(0), (Operand<?>) loss, more);
      assertThat(step(session, golden.get("symbols").get(0), (Operand<?>) loss, more))
          .isLessThan(before);
    }
  }

  @Test
  void averagedVariablesSurvive(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("averaged.meta");
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.of(5));
      store.rootScope().getVariable("x", Shape.of(2), Initializers.ones());
      var counted =
          store.rootScope().getUntrainableVariable("counted", Shape.of(1), Initializers.zeros());
      ExponentialMovingAverage.of(0.5f).apply(tf, store, List.of(counted));
      Files.write(file, MetaGraph.of(graph).store(store).build().toByteArray());
    }
    try (Graph graph = new Graph()) {
      VariableStore store = ImportedMetaGraph.of(graph, file).variables();
      assertThat(ExponentialMovingAverage.of(0.5f).variablesToRestore(store).keySet())
          .containsExactly(
              "x/ExponentialMovingAverage",
              "counted/ExponentialMovingAverage_1", // a new object's, not yet made
              "counted/ExponentialMovingAverage");
    }
  }

  @Test
  void aGraphOfJavaIsWrittenForPython() throws IOException {
    int[][][] symbols = {{{1, 3}, {0, 5}}, {{2, 2}, {5, 1}}, {{4, 0}, {3, 3}}};
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      VariableStore store = new VariableStore(tf, RandomSeeds.of(5));
      Placeholder<TInt32> inputs =
          tf.withName("inputs")
              .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, 2)));
      Initializer uniform = Initializers.randomUniform(-1, 1);
      var table = store.rootScope().getVariable("embedding", Shape.of(6, 3), uniform);
      var kernel = store.rootScope().child("dense").getVariable("kernel", Shape.of(3, 2), uniform);
      Operand<TFloat32> rows =
          tf.reshape(
              tf.gather(table.value(), inputs, tf.constant(0)), tf.constant(new int[] {-1, 3}));
      Operand<TFloat32> logits = tf.math.tanh(tf.linalg.matMul(rows, kernel.value()));
      Operand<TFloat32> loss =
          tf.withName("loss").sum(tf.math.square(logits), tf.constant(new int[] {0, 1}));
      GraphVariable<TInt64> globalStep = store.createGlobalStep();
      Op train = new AdamOptimizer(0.1f).minimize(tf, store, loss, globalStep);
      store.addToCollection("loss", loss);
      Op initialize = store.globalVariablesInitializer();
      Saver saver = Saver.builder(store).saveRelativePaths(true).build();
      session.runner().addTarget(initialize).run().close();
      for (int k = 0; k < 2; k++) {
        step(session, JSON.valueToTree(symbols[k]), loss, train);
      }
      saver.save(session, OURS.resolve("model"), 2);
      List<Float> losses = new ArrayList<>();
      for (int[][] two : symbols) {
        losses.add(step(session, JSON.valueToTree(two), loss, train));
      }
      assertThat(losses.get(2)).isLessThan(losses.get(0));
      Map<String, Object> expected = new LinkedHashMap<>();
      expected.put("symbols", symbols);
      expected.put("losses", losses);
      expected.put("trainable", store.trainable().stream().map(GraphVariable::name).toList());
      Map<String, double[]> variables = new LinkedHashMap<>();
      store.all().forEach(one -> variables.put(one.name(), fetch(session, one.value())));
      expected.put("variables", variables);
      Files.writeString(OURS.resolve("expected.json"), JSON.writeValueAsString(expected));
      javaReadsItsOwn(symbols, losses);
    }
  }

  private static void javaReadsItsOwn(int[][][] symbols, List<Float> losses) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      ImportedMetaGraph imported =
          ImportedMetaGraph.builder()
              .importScope("again")
              .importInto(graph, OURS.resolve("model-2.meta"));
      imported.saver().orElseThrow().restore(session, OURS.resolve("model-2"));
      VariableStore store = imported.variables();
      assertThat(store.all().iterator().next().name()).isEqualTo("again/embedding");
      for (int k = 0; k < symbols.length; k++) {
        float found =
            step(
                session,
                "again/inputs",
                JSON.valueToTree(symbols[k]),
                (Operand<?>) store.collection("loss").get(0),
                store.collection("train_op").get(0));
        assertThat(found).isEqualTo(losses.get(k));
      }
    }
  }

  private static float step(Session session, JsonNode symbols, Operand<?> loss, Op train) {
    return step(session, "inputs", symbols, loss, train);
  }

  private static float step(
      Session session, String inputs, JsonNode symbols, Operand<?> loss, Op train) {
    int[][] numbers = new int[2][2];
    for (int i = 0; i < 4; i++) {
      numbers[i / 2][i % 2] = symbols.get(i / 2).get(i % 2).asInt();
    }
    try (TInt32 fed = TInt32.tensorOf(StdArrays.ndCopyOf(numbers));
        var result = session.runner().feed(inputs, fed).fetch(loss).addTarget(train).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  private static double[] fetch(Session session, Operand<?> value) {
    try (var result = session.runner().fetch(value).run()) {
      Tensor tensor = result.get(0);
      if (tensor instanceof TInt64 number) {
        return new double[] {number.getLong()};
      }
      float[] floats = SmallGraph.floats((TFloat32) tensor);
      double[] values = new double[floats.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = floats[i];
      }
      return values;
    }
  }

  private static double[] doubles(JsonNode values) {
    double[] doubles = new double[values.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values.get(i).asDouble();
    }
    return doubles;
  }
}
