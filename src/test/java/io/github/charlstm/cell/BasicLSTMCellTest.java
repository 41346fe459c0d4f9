package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.graph.Reuse;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

@Tag("machine")
class BasicLSTMCellTest extends CellContractTest {
  private static final int UNITS = 5;
  static final Map<String, Shape> VARIABLES =
      Map.of(
          "rnn/basic_lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
          "rnn/basic_lstm_cell/bias", Shape.of(4 * UNITS));

  @Override
  RNNCell cell() {
    return new BasicLSTMCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(
        VARIABLES,
        "LSTMStateTuple(c=5, h=5)",
        "BasicLSTMCellZeroState/zeros",
        "BasicLSTMCellZeroState/zeros_1");
  }

  /** The cell contract, with a state of one tensor. */
  @Nested
  class Concatenated extends CellContractTest {
    @Override
    RNNCell cell() {
      return BasicLSTMCell.builder(UNITS).stateIsTuple(false).build();
    }

    @Override
    Expected expected() {
      return new Expected(VARIABLES, "10", "BasicLSTMCellZeroState/zeros");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 1f, -0.5f})
  void valuesAgreeWithThePlainEquations(float forgetBias) {
    assertAgrees(
        BasicLSTMCell.builder(UNITS).forgetBias(forgetBias).build(), lstm(forgetBias, false));
  }

  @Test
  void theDefaultForgetBiasIsOne() {
    assertAgrees(cell(), lstm(1, false));
  }

  @Test
  void theActivationIsUsedForTheNewInputAndForTheOutput() {
    assertAgrees(BasicLSTMCell.builder(UNITS).activation(Activation.RELU).build(), lstm(1, true));
  }

  private static ReferenceCells.Lstm lstm(double forgetBias, boolean relu) {
    double none = Double.POSITIVE_INFINITY;
    return new ReferenceCells.Lstm(
        false, false, none, none, forgetBias, relu ? x -> Math.max(0, x) : Math::tanh);
  }

  private void assertAgrees(RNNCell cell, ReferenceCells.Lstm options) {
    CellRun.assertAgrees(
        runner, store, cell, (x, state, weights) -> options.step(x, state, weights));
  }

  @Test
  void aConcatenatedStateIsCThenH() {
    assertConcatenatesState(
        BasicLSTMCell.builder(UNITS).reuse(Reuse.AUTO_REUSE).build(),
        BasicLSTMCell.builder(UNITS).reuse(Reuse.AUTO_REUSE).stateIsTuple(false).build());
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
  void buildingForAnotherDepthNamesBothShapes() {
    RNNCell cell = built();
    assertRejected(
        () -> cell.build(store.rootScope(), DEPTH + 2),
        "rnn/basic_lstm_cell/kernel",
        "[9, 20]",
        "[11, 20]");
  }

  @Test
  void aForgetBiasThatIsNoNumberIsRejected() {
    BasicLSTMCell.Builder builder = BasicLSTMCell.builder(2);
    assertRejected(() -> builder.forgetBias(Float.NaN), "forget_bias", "NaN");
  }
}
