package io.github.charlstm.cell;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class BasicRNNCellTest extends CellContractTest {
  private static final int UNITS = 5;

  @Override
  RNNCell cell() {
    return new BasicRNNCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/basic_rnn_cell/kernel", Shape.of(DEPTH + UNITS, UNITS),
            "rnn/basic_rnn_cell/bias", Shape.of(UNITS)),
        "5",
        "BasicRNNCellZeroState/zeros");
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    assertAgrees(new BasicRNNCell(UNITS), Math::tanh);
  }

  @Test
  void everyActivationAgreesWithItsEquation() {
    Map<Activation, DoubleUnaryOperator> equations =
        Map.of(
            Activation.SIGMOID,
            ReferenceCells::sigmoid,
            Activation.RELU,
            x -> Math.max(0, x),
            Activation.ELU,
            x -> x > 0 ? x : Math.expm1(x),
            Activation.SOFTSIGN,
            x -> x / (1 + Math.abs(x)),
            Activation.IDENTITY,
            x -> x,
            (tf, x) -> tf.math.sin(x),
            Math::sin);
    equations.forEach(
        (activation, equation) -> {
          close();
          open();
          assertAgrees(BasicRNNCell.builder(UNITS).activation(activation).build(), equation);
        });
  }

  private void assertAgrees(RNNCell cell, DoubleUnaryOperator activation) {
    CellRun.OutputReference reference =
        (x, h, weights) -> ReferenceCells.basic(x, h, weights, activation);
    CellRun.assertAgrees(runner, store, cell, reference);
  }
}
