package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.Randoms;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.types.TFloat32;

class BasicLSTMCellTest extends CellContractTest {
  private static final int UNITS = 5;

  @Override
  RNNCell cell() {
    return new BasicLSTMCell(UNITS);
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return Map.of(
        "rnn/basic_lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
        "rnn/basic_lstm_cell/bias", Shape.of(4 * UNITS));
  }

  @Override
  List<String> expectedZeroStateNames() {
    return List.of("BasicLSTMCellZeroState/zeros", "BasicLSTMCellZeroState/zeros_1");
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 1f, -0.5f})
  void valuesAgreeWithThePlainEquations(float forgetBias) {
    Random random = new Random(5);
    float[][] kernel = Randoms.matrix(random, DEPTH + UNITS, 4 * UNITS);
    float[][] bias = Randoms.matrix(random, 1, 4 * UNITS);
    float[][] c = Randoms.matrix(random, BATCH, UNITS);
    float[][] h = Randoms.matrix(random, BATCH, UNITS);
    BasicLSTMCell cell = new BasicLSTMCell(UNITS, forgetBias);
    cell.build(store.rootScope(), DEPTH);
    RNNState state = new LSTMStateTuple(runner.matrix(c), runner.matrix(h));
    ReferenceLstm.State expected = new ReferenceLstm.State(doubles(c), doubles(h));

    for (int t = 0; t < 4; t++) {
      float[][] x = Randoms.matrix(random, BATCH, DEPTH);
      state = cell.call(runner.tf(), runner.matrix(x), state).state();
      expected = ReferenceLstm.step(x, expected, kernel, bias[0], forgetBias);
    }

    List<float[]> found = fetchWith(kernel, bias[0], state);
    assertClose(found.get(0), expected.c());
    assertClose(found.get(1), expected.h());
  }

  private List<float[]> fetchWith(float[][] kernel, float[] bias, RNNState state) {
    var variables = store.trainable();
    var session = runner.session();
    try (TFloat32 kernelValue = TFloat32.tensorOf(StdArrays.ndCopyOf(kernel));
        TFloat32 biasValue = TFloat32.vectorOf(bias);
        var result =
            session
                .runner()
                .feed(variables.get(0).value(), kernelValue)
                .feed(variables.get(1).value(), biasValue)
                .fetch(state.flatten().get(0))
                .fetch(state.flatten().get(1))
                .run()) {
      float[] c = new float[BATCH * UNITS];
      float[] h = new float[BATCH * UNITS];
      result.get(0).asRawTensor().data().asFloats().read(c);
      result.get(1).asRawTensor().data().asFloats().read(h);
      return List.of(c, h);
    }
  }

  private static void assertClose(float[] found, double[][] expected) {
    for (int k = 0; k < found.length; k++) {
      assertThat((double) found[k]).isCloseTo(expected[k / UNITS][k % UNITS], within(1e-6));
    }
  }

  private static double[][] doubles(float[][] values) {
    double[][] copy = new double[values.length][values[0].length];
    for (int n = 0; n < values.length; n++) {
      for (int k = 0; k < values[n].length; k++) {
        copy[n][k] = values[n][k];
      }
    }
    return copy;
  }

  @Test
  void kernelStartsGlorotUniformAndBiasAtZero() {
    built();
    initialize();
    float[] kernel = runner.fetch(store.trainable().get(0).value());
    double limit = Math.sqrt(6.0 / (DEPTH + UNITS + 4 * UNITS));
    double largest = 0;
    for (float value : kernel) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) limit);
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isGreaterThan(0.9 * limit);
    assertThat(runner.fetch(store.trainable().get(1).value())).containsOnly(0f);
  }

  @Test
  void aCellOfNoUnitsIsRefused() {
    assertThatThrownBy(() -> new BasicLSTMCell(0)).hasMessageContaining("found 0");
  }

  @Test
  void buildingForAnotherDepthNamesBothShapes() {
    RNNCell cell = built();
    assertThatThrownBy(() -> cell.build(store.rootScope(), DEPTH + 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rnn/basic_lstm_cell/kernel")
        .hasMessageContaining("[9, 20]")
        .hasMessageContaining("[11, 20]");
  }
}
