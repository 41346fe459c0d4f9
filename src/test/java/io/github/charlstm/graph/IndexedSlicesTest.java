package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.GraphRunner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

class IndexedSlicesTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(1));
  private final Optimizer optimizer = new GradientDescentOptimizer(0.5f);

  @AfterEach
  void close() {
    runner.close();
  }

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases("optimizer_rows.tf-2.15.1.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsNormsAndStepsAreThoseOfPython(JsonNode golden) {
    GraphVariable<TFloat32> table = variable("embedding", golden);
    GraphVariable<TFloat32> bias = variable("bias", golden);
    var symbols = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2, 3)));
    var others = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(-1)));
    Operand<TFloat32> rows = tf.gather(table.value(), symbols, tf.constant(0));
    Operand<TFloat32> loss = sum(tf.math.square(tf.math.add(rows, bias.value())), 3);
    String reads = golden.required("reads").asText();
    if (reads.equals("twice")) {
      rows = tf.gather(tf.identity(table.value()), others, tf.constant(0L));
      loss = tf.math.add(loss, sum(tf.math.pow(rows, tf.constant(3f)), 2));
    } else if (reads.equals("also whole")) {
      Operand<TFloat32> cube = tf.math.mul(tf.math.square(table.value()), table.value());
      loss = tf.math.add(loss, sum(cube, 2));
    }
    Optimizer tested = GoldenOptimizers.of(golden, null);
    var variables = List.of(table, bias);
    List<Operand<TFloat32>> gradients = tested.computeGradients(tf, loss, variables);
    boolean byRows = golden.required("by_rows").asBoolean();
    assertThat(gradients.get(0) instanceof IndexedSlices<?>).isEqualTo(byRows);
    Operand<TFloat32> norm = ClipByGlobalNorm.globalNorm(tf, gradients);
    if (!golden.required("clip_norm").isNull()) {
      float bound = (float) golden.required("clip_norm").doubleValue();
      gradients = ClipByGlobalNorm.of(tf, gradients, bound).clipped();
      assertThat(gradients.get(0) instanceof IndexedSlices<?>).isEqualTo(byRows);
    }
    Op train = tested.applyGradients(tf, store, variables, gradients, Optional.empty());
    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < golden.required("steps").size(); k++) {
      JsonNode step = golden.required("steps").get(k);
      JsonNode fed = golden.required("symbols").get(k);
      try (TInt32 first = TInt32.tensorOf(Shape.of(2, 3));
          TInt64 second = TInt64.vectorOf(longs(fed.required("second")))) {
        first
            .scalars()
            .forEachIndexed(
                (i, x) -> x.setInt(fed.required("first").get((int) i[0]).get((int) i[1]).asInt()));
        var run = session(first, symbols, second, others).fetch(norm).fetch(gradients.get(0));
        try (var found = run.run()) {
          double expected = step.required("global_norm").doubleValue();
          assertThat((double) ((TFloat32) found.get(0)).getFloat())
              .isCloseTo(expected, within(1e-6 * expected));
          assertSame("gradient", values((TFloat32) found.get(1)), step.required("gradient"));
        }
        session(first, symbols, second, others).addTarget(train).run().close();
      }
      JsonNode wanted = step.required("variables");
      Set<String> names = new TreeSet<>();
      wanted.fieldNames().forEachRemaining(names::add);
      assertThat(new TreeSet<>(store.references().keySet())).isEqualTo(names);
      for (String name : names) {
        @SuppressWarnings("unchecked") // all are floats
        var value = (Operand<TFloat32>) store.find(name).orElseThrow().value();
        assertSame(name, runner.fetch(value), wanted.required(name));
      }
    }
  }

  private org.tensorflow.Session.Runner session(
      TInt32 first, Operand<TInt32> symbols, TInt64 second, Operand<TInt64> others) {
    return runner.session().runner().feed(symbols, first).feed(others, second);
  }

  private GraphVariable<TFloat32> variable(String name, JsonNode golden) {
    JsonNode value = golden.required("initial").required(name);
    return store
        .rootScope()
        .getVariable(
            name,
            GoldenFile.shape(value.required("shape")),
            Initializers.constant(GoldenFile.floats(value.required("values"))));
  }

  private Operand<TFloat32> sum(Operand<TFloat32> tensor, int rank) {
    return tf.sum(tensor, rank == 3 ? tf.array(0, 1, 2) : tf.array(0, 1));
  }

  private static long[] longs(JsonNode numbers) {
    long[] values = new long[numbers.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = numbers.get(k).asLong();
    }
    return values;
  }

  private static float[] values(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }

  // float32 numbers of several steps, some above 1
  private static void assertSame(String name, float[] found, JsonNode golden) {
    float[] expected = GoldenFile.floats(golden.required("values"));
    assertThat(found).as(name).hasSameSizeAs(expected);
    for (int k = 0; k < expected.length; k++) {
      float bound = 1e-6f * Math.max(1, Math.abs(expected[k]));
      assertThat(found[k]).as(name + " " + k).isCloseTo(expected[k], within(bound));
    }
  }

  private GraphVariable<TFloat32> table(int rows, int width) {
    return store.rootScope().getVariable("table", Shape.of(rows, width), Initializers.constant(2f));
  }

  private Operand<TFloat32> gradient(Operand<TFloat32> loss, GraphVariable<TFloat32> variable) {
    return optimizer.computeGradients(tf, loss, List.of(variable)).get(0);
  }

  private Operand<TFloat32> lookUp(GraphVariable<TFloat32> table, int... indices) {
    return tf.gather(table.value(), tf.array(indices), tf.constant(0));
  }

  @Test
  void readsThatDoNotDependOnTheValuesLeaveTheGradientByRows() {
    var table = table(3, 1);
    Operand<TFloat32> unused = tf.math.square(table.value()); // the loss does not read it
    Operand<TFloat32> size = tf.dtypes.cast(tf.size(table.value()), TFloat32.class);
    Operand<TFloat32> stopped = tf.stopGradient(tf.sum(table.value(), tf.array(0, 1)));
    Operand<TFloat32> both = tf.math.mul(size, stopped); // 3 * 6
    var slices =
        (IndexedSlices<TFloat32>) gradient(tf.math.mul(lookUp(table, 2, 0, 2), both), table);
    assertThat(unused.shape()).isEqualTo(slices.shape());
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(slices.values())).containsExactly(18, 18, 18);
    assertThat(runner.fetch(tf.dtypes.cast(slices.indices(), TFloat32.class)))
        .containsExactly(2, 0, 2);
    assertThat(slices.denseShape()).isEqualTo(Shape.of(3, 1));
    assertThat(runner.fetch(slices)).containsExactly(18, 0, 36);
    assertThat(slices.op()).isEqualTo(slices.asOutput().op());
    Operand<TFloat32> clipped = ClipByNorm.of(tf, slices, 3f);
    assertThat(clipped).isInstanceOf(IndexedSlices.class);
    float third = (float) Math.sqrt(3); // the norm is that of three rows
    assertThat(runner.fetch(clipped))
        .containsExactly(new float[] {third, 0, 2 * third}, within(1e-6f));
  }

  @Test
  void aLookUpMayBeTheLossItselfOrHaveNoGradient() {
    var table = table(3, 2);
    Operand<TFloat32> rows = lookUp(table, 1, 1);
    var slices = gradient(rows, table);
    assertThat(slices).isInstanceOf(IndexedSlices.class);
    runner.run(store.globalVariablesInitializer());
    assertThat(runner.fetch(slices)).containsExactly(0, 0, 2, 2, 0, 0);
    assertThat(gradient(tf.stopGradient(rows), table)).isNull();
    Operand<TFloat32> second = tf.math.add(lookUp(table, 0), tf.stopGradient(lookUp(table, 2)));
    assertThat(runner.fetch(gradient(second, table))).containsExactly(1, 1, 0, 0, 0, 0);
  }

  @Test
  void otherGathersHaveADenseGradient() {
    var table = table(2, 2);
    List<Operand<TFloat32>> losses =
        List.of(
            tf.gather(table.value(), tf.array(1), tf.constant(1)),
            tf.math.add(lookUp(table, 1), tf.identity(table.value())),
            tf.identity(table.value()),
            table.value());
    for (Operand<TFloat32> loss : losses) {
      assertThat(gradient(loss, table)).isNotNull().isNotInstanceOf(IndexedSlices.class);
    }
  }

  /** What an update reads and computes does not grow with the vocabulary. */
  @Test
  void noOperationOfTheGradientAndUpdateHasTheSizeOfTheTable() {
    Shape whole = Shape.of(100_000, 512);
    var table = store.rootScope().getVariable("table", whole, Initializers.zeros());
    Operand<TInt32> symbols = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(64)));
    Operand<TFloat32> rows = tf.gather(table.value(), symbols, tf.constant(0));
    Operand<TFloat32> loss = tf.math.mean(tf.math.square(rows), tf.array(0, 1));
    List<Optimizer> all =
        List.of(
            optimizer,
            new MomentumOptimizer(0.1f, 0.9f),
            new AdagradOptimizer(0.1f),
            new RMSPropOptimizer(0.1f));
    for (Optimizer each : all) {
      Set<GraphOperation> before = operations();
      var gradients = each.computeGradients(tf, loss, List.of(table));
      var clipped = ClipByGlobalNorm.of(tf, gradients, 1f).clipped();
      each.applyGradients(tf, store, List.of(table), clipped, Optional.empty());
      Set<GraphOperation> added = operations();
      added.removeAll(before);
      List<String> large = new ArrayList<>();
      for (GraphOperation operation : added) {
        String name = operation.name();
        boolean slot = name.startsWith("table/") || name.startsWith("initial_values/");
        for (int k = 0; k < operation.numOutputs() && !slot; k++) {
          if (operation.output(k).shape().equals(whole)) {
            large.add(operation.type());
          }
        }
      }
      // its output is the variable itself
      assertThat(large).hasSize(1).allMatch(type -> type.matches("ScatterSub|SparseApply.*"));
    }
  }

  private Set<GraphOperation> operations() {
    Set<GraphOperation> all = new HashSet<>();
    for (Iterator<GraphOperation> each = runner.graph().operations(); each.hasNext(); ) {
      all.add(each.next());
    }
    return all;
  }

  @Test
  void shapesMustFit() {
    Operand<TFloat32> two = tf.constant(new float[][] {{1, 2}, {3, 4}});
    Operand<TInt32> indices = tf.array(0, 1);
    assertRejected(
        () -> new IndexedSlices<>(two, indices, Shape.of(5, 3)), "[-1, 3]", "found [2, 2]");
    assertRejected(() -> new IndexedSlices<>(two, tf.array(0), Shape.of(5, 2)), "shape [1]");
    assertRejected(() -> new IndexedSlices<>(two, indices, Shape.of(-1, 2)), "fully known");
    assertRejected(() -> new IndexedSlices<>(two, indices, Shape.scalar()), "rank 1 or more");
    var slices = new IndexedSlices<>(two, indices, Shape.of(3, 2));
    var other = table(4, 2);
    assertRejected(
        () ->
            optimizer.applyGradients(tf, store, List.of(other), List.of(slices), Optional.empty()),
        "shape [4, 2] for variable table, found [3, 2]");
  }
}
