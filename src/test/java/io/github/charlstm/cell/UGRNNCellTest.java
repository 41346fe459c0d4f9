package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.graph.Initializers;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class UGRNNCellTest extends CellContractTest {
  private static final int UNITS = 5;

  @Override
  RNNCell cell() {
    return new UGRNNCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/ugrnn_cell/kernel", Shape.of(DEPTH + UNITS, 2 * UNITS),
            "rnn/ugrnn_cell/bias", Shape.of(2 * UNITS)),
        "5",
        "UGRNNCellZeroState/zeros");
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    assertAgrees(cell(), 1, Math::tanh);
  }

  @Test
  void optionsAgreeWithThePlainEquations() {
    RNNCell cell = UGRNNCell.builder(UNITS).forgetBias(-2).activation(Activation.RELU).build();
    assertAgrees(cell, -2, x -> Math.max(0, x));
  }

  private void assertAgrees(RNNCell cell, double forgetBias, DoubleUnaryOperator activation) {
    CellRun.OutputReference reference =
        (x, h, weights) -> ReferenceCells.ugrnn(x, h, weights, forgetBias, activation);
    CellRun.assertAgrees(runner, store, cell, reference);
  }

  @Test
  void theInitializerIsTheKernelsAlone() {
    UGRNNCell.builder(UNITS)
        .initializer(Initializers.constant(2f))
        .build()
        .build(store.rootScope(), DEPTH);
    initialize();
    assertThat(runner.fetch(store.trainable().get(0).value())).containsOnly(2f);
    assertThat(runner.fetch(store.trainable().get(1).value())).containsOnly(0f);
  }

  @Test
  void badOptionsAreRejected() {
    assertRejected(() -> UGRNNCell.builder(2).forgetBias(Float.NaN), "forget_bias", "found NaN");
  }
}
