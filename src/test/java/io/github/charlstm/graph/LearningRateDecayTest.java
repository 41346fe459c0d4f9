package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.GraphRunner;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

class LearningRateDecayTest {
  private static final String GOLDENS = "learning_rate_decay.tf-2.15.1.json";
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  static Stream<Named<JsonNode>> cases() {
    return GoldenFile.cases(GOLDENS);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ratesAreThoseOfPython(JsonNode golden) {
    Operand<TInt64> step = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    Operand<TFloat32> rate = decayed(golden, step);
    assertThat(rate.shape()).isEqualTo(Shape.scalar());
    float[] found = new float[golden.required("steps").size()];
    for (int k = 0; k < found.length; k++) {
      try (TInt64 value = TInt64.scalarOf(golden.required("steps").get(k).asLong());
          Result result = runner.session().runner().feed(step, value).fetch(rate).run()) {
        found[k] = ((TFloat32) result.get(0)).getFloat();
      }
    }
    // pow and log of cosine_decay_restarts differ in their last bits from version to version
    float tolerance =
        golden.required("function").asText().equals("cosine_decay_restarts") ? 1e-9f : 0;
    assertThat(found)
        .containsExactly(GoldenFile.floats(golden.required("rates")), within(tolerance));
  }

  private Operand<TFloat32> decayed(JsonNode golden, Operand<? extends TNumber> step) {
    JsonNode given = golden.required("arguments");
    LearningRate rate = LearningRate.of((float) golden.required("learning_rate").asDouble());
    double steps = given.path("decay_steps").asDouble();
    double decay = given.path("decay_rate").asDouble();
    boolean stairs = given.path("staircase").asBoolean();
    return switch (golden.required("function").asText()) {
      case "exponential_decay" ->
          given.has("staircase")
              ? LearningRateDecay.exponentialDecay(tf, rate, step, steps, decay, stairs)
              : LearningRateDecay.exponentialDecay(tf, rate, step, steps, decay);
      case "natural_exp_decay" ->
          LearningRateDecay.naturalExpDecay(tf, rate, step, steps, decay, stairs);
      case "inverse_time_decay" ->
          LearningRateDecay.inverseTimeDecay(tf, rate, step, steps, decay, stairs);
      case "polynomial_decay" ->
          given.size() == 1
              ? LearningRateDecay.polynomialDecay(tf, rate, step, steps)
              : LearningRateDecay.polynomialDecay(
                  tf,
                  rate,
                  step,
                  steps,
                  given.path("end_learning_rate").asDouble(0.0001),
                  given.path("power").asDouble(1),
                  given.path("cycle").asBoolean());
      case "cosine_decay" ->
          given.has("alpha")
              ? LearningRateDecay.cosineDecay(tf, rate, step, steps, given.get("alpha").asDouble())
              : LearningRateDecay.cosineDecay(tf, rate, step, steps);
      case "cosine_decay_restarts" -> {
        double first = given.required("first_decay_steps").asDouble();
        yield given.size() == 1
            ? LearningRateDecay.cosineDecayRestarts(tf, rate, step, first)
            : LearningRateDecay.cosineDecayRestarts(
                tf,
                rate,
                step,
                first,
                given.required("t_mul").asDouble(),
                given.required("m_mul").asDouble(),
                given.path("alpha").asDouble(0));
      }
      case "linear_cosine_decay" ->
          LearningRateDecay.linearCosineDecay(
              tf,
              rate,
              step,
              steps,
              given.path("num_periods").asDouble(0.5),
              given.path("alpha").asDouble(0),
              given.path("beta").asDouble(0.001));
      case "piecewise_constant" ->
          LearningRateDecay.piecewiseConstant(
              tf,
              step,
              widened(GoldenFile.floats(given.required("boundaries"))).toArray(),
              GoldenFile.floats(given.required("values")));
      default -> throw new IllegalArgumentException(golden.toString());
    };
  }

  private static DoubleStream widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(k -> values[k]);
  }

  @Test
  void anOptimizerFollowsTheGlobalStep() throws IOException {
    JsonNode golden;
    try (InputStream file = getClass().getResourceAsStream("/goldens/" + GOLDENS)) {
      golden = new ObjectMapper().readTree(file).required("training");
    }
    VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
    GraphVariable<TInt64> step = store.createGlobalStep();
    GraphVariable<TFloat32> x =
        store.rootScope().getVariable("x", Shape.of(2), Initializers.constant(1.5f, -0.7f));
    Operand<TFloat32> rate =
        LearningRateDecay.exponentialDecay(
            tf, LearningRate.of(tf.constant(0.1f)), step.value(), 2, 0.5, true);
    Operand<TFloat32> loss = tf.sum(tf.math.mul(x.value(), x.value()), tf.array(0));
    Op train = new GradientDescentOptimizer(LearningRate.of(rate)).minimize(tf, store, loss, step);
    runner.run(store.globalVariablesInitializer());
    for (JsonNode expected : golden) {
      runner.run(train);
      assertThat(runner.fetch(x.value())).containsExactly(GoldenFile.floats(expected));
    }
  }

  @Test
  void aFloatStepMayHaveBoundariesThatAreNoIntegers() {
    Operand<TFloat32> epoch = tf.constant(2.5f);
    double[] boundaries = {1.5, 2.5};
    float[] values = {3f, 2f, 1f};
    assertThat(runner.fetch(LearningRateDecay.piecewiseConstant(tf, epoch, boundaries, values)))
        .containsExactly(2f);
  }

  @Test
  void badArgumentsAreRejected() {
    Operand<TInt64> step = tf.constant(3L);
    LearningRate rate = LearningRate.of(0.1f);
    assertRejected(
        () -> LearningRateDecay.exponentialDecay(tf, rate, step, 0, 0.5),
        "exponential_decay expects decay_steps above 0, found 0.0");
    assertRejected(
        () -> LearningRateDecay.cosineDecayRestarts(tf, rate, step, 0),
        "cosine_decay_restarts expects first_decay_steps above 0, found 0.0");
    assertRejected(
        () -> LearningRateDecay.cosineDecayRestarts(tf, rate, step, 5, 0, 1, 0),
        "cosine_decay_restarts expects a t_mul above 0, found 0.0");
    assertRejected(
        () -> LearningRateDecay.cosineDecay(tf, rate, step, 5, Double.NaN),
        "cosine_decay expects a finite alpha, found NaN");
    assertRejected(
        () -> LearningRateDecay.piecewiseConstant(tf, step, new double[] {1}, new float[] {1}),
        "found 1 boundaries and 1 values");
    assertRejected(
        () -> LearningRateDecay.piecewiseConstant(tf, step, new double[] {1.5}, new float[] {1, 2}),
        "whole numbers",
        "[1.5]");
    assertRejected(
        () ->
            LearningRateDecay.piecewiseConstant(
                tf, step, new double[] {2, 1}, new float[] {1, 2, 3}),
        "ascending",
        "[2.0, 1.0]");
  }
}
