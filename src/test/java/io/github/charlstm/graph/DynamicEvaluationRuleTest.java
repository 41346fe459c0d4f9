package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

class DynamicEvaluationRuleTest {
  private static final int[] SIZES = {6, 3};

  /** The rule in plain Java, on two vectors. */
  private static final class Oracle {
    final double[][] values;
    final double[][] trained;
    final double[][] squares = {new double[SIZES[0]], new double[SIZES[1]]};
    int windows;

    Oracle(double[][] values) {
      this.values = new double[][] {values[0].clone(), values[1].clone()};
      this.trained = values;
    }

    void collect(double[][] gradients) {
      for (int v = 0; v < 2; v++) {
        for (int k = 0; k < SIZES[v]; k++) {
          squares[v][k] += gradients[v][k] * gradients[v][k];
        }
      }
      windows++;
    }

    double root(int v, int k) {
      return Math.sqrt(squares[v][k] / windows);
    }

    /** Returns how many shares were clipped. */
    int update(double[][] gradients, double rate, double decay, double epsilon, boolean scaled) {
      double mean = 0;
      for (int v = 0; v < 2; v++) {
        for (int k = 0; k < SIZES[v]; k++) {
          mean += root(v, k) / SIZES[v] / 2;
        }
      }
      int clipped = 0;
      for (int v = 0; v < 2; v++) {
        for (int k = 0; k < SIZES[v]; k++) {
          double away = trained[v][k] - values[v][k];
          if (scaled) {
            double share = decay * root(v, k) / mean;
            clipped += share > 1 ? 1 : 0;
            values[v][k] += Math.min(share, 1) * away;
            values[v][k] -= rate * gradients[v][k] / (root(v, k) + epsilon);
          } else {
            values[v][k] += decay * away - rate * gradients[v][k];
          }
        }
      }
      return clipped;
    }
  }

  private static double[][] draw(Random random) {
    double[][] all = new double[2][];
    for (int v = 0; v < 2; v++) {
      double scale = v == 0 ? 0.7 : 0.1;
      all[v] = DoubleStream.generate(() -> scale * random.nextGaussian()).limit(SIZES[v]).toArray();
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"true, false, 0.002", "true, true, 0.6", "false, false, 0.01"})
  void updatesAreThoseOfPlainJava(boolean scaled, boolean resource, float decay) {
    try (OptimizerGraph<TFloat64> graph = new OptimizerGraph<>(TFloat64.class, resource)) {
      Random random = new Random(4);
      double[][] initial = draw(random);
      Oracle oracle = new Oracle(initial);
      List<GraphVariable<TFloat64>> variables =
          List.of(
              graph.variable("kernel", new long[] {2, 3}, initial[0]),
              graph.variable("bias", new long[] {3}, initial[1]));
      DynamicEvaluationRule<TFloat64> rule =
          DynamicEvaluationRule.builder()
              .learningRate(HyperParameter.of(0.25f))
              .decay(HyperParameter.of(graph.tf().constant(decay)))
              .epsilon(HyperParameter.of(0.5f))
              .rmsScaling(scaled)
              .build(graph.store(), variables);
      assertThat(graph.store().all()).hasSize(2); // what it keeps is local
      Op start = rule.start(graph.tf());
      Op restore = rule.restore(graph.tf());
      graph.initialize();
      graph.run(start, 1);
      for (int window = 0; window < 3; window++) {
        double[][] gradients = draw(random);
        oracle.collect(gradients);
        graph.run(rule.collect(graph.tf(), constants(graph, gradients)), 1);
      }
      graph.run(rule.summarize(graph.tf()), 2); // once more changes nothing
      int clipped = 0;
      for (int window = 0; window < 4; window++) {
        double[][] gradients = draw(random);
        clipped += oracle.update(gradients, 0.25, decay, 0.5, scaled);
        graph.run(rule.update(graph.tf(), constants(graph, gradients)), 1);
        for (int v = 0; v < 2; v++) {
          assertThat(graph.values(variables.get(v)))
              .containsExactly(oracle.values[v], within(1e-12));
        }
      }
      assertThat(clipped > 0).isEqualTo(decay == 0.6f);
      graph.run(restore, 1);
      assertThat(graph.values(variables.get(0))).containsExactly(initial[0]);
      assertThat(graph.values(variables.get(1))).containsExactly(initial[1]);
    }
  }

  private static List<Operand<TFloat64>> constants(
      OptimizerGraph<TFloat64> graph, double[][] values) {
    return List.of(
        graph.constant(new long[] {2, 3}, values[0]), graph.constant(new long[] {3}, values[1]));
  }

  @Test
  void gradientsOfALossAreThoseOfTheValuesBeforeTheUpdate() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      GraphVariable<TFloat32> x = graph.variable("x", new long[] {1}, 3);
      GraphVariable<TFloat32> y = graph.variable("y", new long[] {1}, 5);
      List<GraphVariable<TFloat32>> variables = List.of(x, y);
      Operand<TFloat32> loss = graph.tf().math.mul(x.value(), y.value());
      List<Operand<TFloat32>> gradients =
          new GradientDescentOptimizer(1f).computeGradients(graph.tf(), loss, variables);
      DynamicEvaluationRule<TFloat32> rule =
          DynamicEvaluationRule.builder()
              .learningRate(HyperParameter.of(0.5f))
              .rmsScaling(false)
              .decay(HyperParameter.of(0f))
              .build(graph.store(), variables);
      Op start = rule.start(graph.tf());
      Op update = rule.update(graph.tf(), gradients);
      graph.initialize();
      graph.run(start, 1);
      graph.run(update, 1);
      assertThat(graph.values(x)).containsExactly(0.5);
      assertThat(graph.values(y)).containsExactly(3.5);
    }
  }

  @Test
  void rowsOfALookUpAreUpdatedAndTheOthersDecay() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, true)) {
      GraphVariable<TFloat32> table = graph.variable("table", new long[] {3, 1}, 1, 2, 3);
      Operand<TFloat32> rows =
          graph.tf().gather(table.value(), graph.tf().array(2, 2), graph.tf().constant(0));
      List<Operand<TFloat32>> gradients =
          new GradientDescentOptimizer(1f).computeGradients(graph.tf(), rows, List.of(table));
      assertThat(gradients.get(0)).isInstanceOf(IndexedSlices.class);
      DynamicEvaluationRule<TFloat32> rule =
          DynamicEvaluationRule.builder()
              .learningRate(HyperParameter.of(0.25f))
              .rmsScaling(false)
              .decay(HyperParameter.of(0.5f))
              .build(graph.store(), List.of(table));
      Op start = rule.start(graph.tf());
      Op update = rule.update(graph.tf(), gradients);
      graph.initialize();
      graph.run(start, 1);
      graph.run(table.assign(graph.tf(), graph.constant(new long[] {3, 1}, 2, 2, 2)), 1);
      graph.run(update, 1);
      assertThat(graph.values(table)).containsExactly(1.5, 2, 2); // 2 + 0.5 - 2 * 0.25
    }
  }

  @Test
  void updatesNeedStatisticsOfTheTrainingText() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      GraphVariable<TFloat32> x = graph.variable("x", new long[] {1}, 3);
      DynamicEvaluationRule<TFloat32> rule =
          DynamicEvaluationRule.builder().build(graph.store(), List.of(x));
      List<Operand<TFloat32>> gradients = List.of(graph.tf().array(1f));
      Op start = rule.start(graph.tf());
      Op update = rule.update(graph.tf(), gradients);
      Op summarize = rule.summarize(graph.tf());
      Op collect = rule.collect(graph.tf(), List.of(graph.tf().array(0f)));
      graph.initialize();
      graph.run(start, 1);
      for (Op early : List.of(update, summarize)) {
        assertThatThrownBy(() -> graph.run(early, 1))
            .isInstanceOf(TFInvalidArgumentException.class)
            .hasMessageContaining("collect gradients of the training text");
      }
      assertThat(graph.values(x)).containsExactly(3);
      // gradients of zeros: no share to go back by, and no division by 0
      graph.run(collect, 1);
      assertThatThrownBy(() -> graph.run(update, 1)).hasMessageContaining("then summarize");
      graph.run(summarize, 1);
      graph.run(update, 1);
      assertThat(graph.values(x)[0]).isCloseTo(3 - 5e-5 / 2e-5, within(1e-5));
    }
  }

  @Test
  void gradientsMustFitTheVariables() {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, false)) {
      GraphVariable<TFloat32> x = graph.variable("x", new long[] {2}, 3, 4);
      DynamicEvaluationRule.Builder builder = DynamicEvaluationRule.builder();
      assertRejected(
          () -> builder.build(graph.store(), graph.store().trainable().subList(0, 0)),
          "at least one variable");
      DynamicEvaluationRule<TFloat32> rule = builder.build(graph.store(), List.of(x));
      assertRejected(() -> rule.update(graph.tf(), List.of()), "1 variables and 0 gradients");
      assertRejected(
          () -> rule.collect(graph.tf(), List.of(graph.tf().array(1f))),
          "shape [2] for variable x, found [1]");
      List<Operand<TFloat32>> none = new ArrayList<>();
      none.add(null);
      assertRejected(() -> rule.update(graph.tf(), none), "gradient of variable x, found null");
      assertRejected(() -> builder.decay(HyperParameter.of(Float.NaN)), "finite decay, found NaN");
    }
  }
}
