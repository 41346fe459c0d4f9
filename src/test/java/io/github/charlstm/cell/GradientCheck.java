package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** Compares tf.gradients with central differences, value by value. */
public final class GradientCheck {
  static final float STEP = 1e-2f;
  // Central differences in floats: truncation O(1e-4), cancellation O(1e-7 / 1e-2).
  private static final double TOLERANCE = 2e-3;

  private GradientCheck() {}

  /**
   * Checks the gradient of a scalar for every trainable variable and one tensor that can be fed.
   */
  public static void assertGradientsHold(
      GraphRunner runner, VariableStore store, Operand<TFloat32> loss, Operand<TFloat32> input) {
    assertGradientsHold(runner, store, loss, List.of(input), STEP);
  }

  /** Checks the gradient of a scalar for every trainable variable. */
  public static void assertGradientsHold(
      GraphRunner runner, VariableStore store, Operand<TFloat32> loss) {
    assertGradientsHold(runner, store, loss, List.of(), STEP);
  }

  /** Checks the gradient of a scalar for every trainable variable and tensors that can be fed. */
  static void assertGradientsHold(
      GraphRunner runner,
      VariableStore store,
      Operand<TFloat32> loss,
      List<Operand<TFloat32>> inputs,
      float differenceStep) {
    List<Operand<TFloat32>> places = new ArrayList<>();
    for (GraphVariable<TFloat32> variable : store.trainable()) {
      places.add(variable.value());
    }
    places.addAll(inputs);
    var gradients = runner.tf().gradients(loss, places);
    runner.run(store.globalVariablesInitializer());
    for (int k = 0; k < places.size(); k++) {
      Operand<TFloat32> place = places.get(k);
      float[] analytic = runner.fetch(gradients.<TFloat32>dy(k));
      float[] values = runner.fetch(place);
      assertThat(analytic).hasSameSizeAs(values);
      boolean moves = false;
      for (int j = 0; j < values.length; j++) {
        float at = values[j];
        values[j] = at + differenceStep;
        double above = lossAt(runner, loss, place, values);
        values[j] = at - differenceStep;
        double below = lossAt(runner, loss, place, values);
        values[j] = at;
        double numeric = (above - below) / (2 * differenceStep);
        assertThat((double) analytic[j])
            .as("gradient of %s at %d", place.op().name(), j)
            .isCloseTo(numeric, within(TOLERANCE * Math.max(1, Math.abs(numeric))));
        moves |= Math.abs(numeric) > 4 * TOLERANCE;
      }
      assertThat(moves).as("%s has a gradient worth checking", place.op().name()).isTrue();
    }
  }

  private static double lossAt(
      GraphRunner runner, Operand<TFloat32> loss, Operand<TFloat32> place, float[] values) {
    try (TFloat32 fed = TFloat32.tensorOf(place.shape(), DataBuffers.of(values, true, true))) {
      Session.Runner run = runner.runner().feed(place, fed).fetch(loss);
      try (var result = run.run()) {
        Tensor value = result.get(0);
        return ((TFloat32) value).getFloat();
      }
    }
  }
}
