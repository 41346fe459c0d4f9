package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class AdamOptimizerTest {
  private static final float RATE = 0.1f;

  @Test
  void fiveStepsAgreeWithThePapersFormula() {
    try (GraphRunner runner = new GraphRunner()) {
      VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(1));
      GraphVariable<TFloat32> x =
          store.rootScope().getVariable("x", Shape.of(2), Initializers.constant(1f));
      Operand<TFloat32> gradient = // 2x + (1, -3)
          runner
              .tf()
              .math
              .add(
                  runner.tf().math.mul(x.value(), runner.tf().constant(2f)),
                  runner.tf().array(1f, -3f));
      GraphVariable<TInt64> step = store.createGlobalStep();
      Op train =
          new AdamOptimizer(RATE)
              .applyGradients(runner.tf(), store, List.of(x), List.of(gradient), step);
      runner.run(store.globalVariablesInitializer());

      double[] value = {1, 1};
      double[] m = {0, 0};
      double[] v = {0, 0};
      double[] constant = {1, -3};
      for (int t = 1; t <= 5; t++) {
        runner.run(train);
        double rate = RATE * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
        for (int k = 0; k < 2; k++) {
          double g = 2 * value[k] + constant[k];
          m[k] = 0.9 * m[k] + 0.1 * g;
          v[k] = 0.999 * v[k] + 0.001 * g * g;
          value[k] -= rate * m[k] / (Math.sqrt(v[k]) + 1e-8);
        }
        float[] found = runner.fetch(x.value());
        assertThat((double) found[0]).isCloseTo(value[0], within(1e-5));
        assertThat((double) found[1]).isCloseTo(value[1], within(1e-5));
      }
      assertPowersAndStep(runner, store);
    }
  }

  private static void assertPowersAndStep(GraphRunner runner, VariableStore store) {
    assertThat(store.references().keySet())
        .containsExactly("x", "global_step", "beta1_power", "beta2_power", "x/Adam", "x/Adam_1");
    assertThat(power(runner, store, "beta1_power"))
        .isCloseTo((float) Math.pow(0.9, 6), within(1e-6f));
    assertThat(power(runner, store, "beta2_power"))
        .isCloseTo((float) Math.pow(0.999, 6), within(1e-6f));
    try (var result = runner.session().runner().fetch("global_step/read").run()) {
      assertThat(((TInt64) result.get(0)).getLong()).isEqualTo(5);
    }
  }

  private static float power(GraphRunner runner, VariableStore store, String name) {
    Operand<?> power = store.find(name).orElseThrow().value();
    try (var result = runner.session().runner().fetch(power).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }
}
