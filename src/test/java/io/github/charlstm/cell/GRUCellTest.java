package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.graph.Initializers;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class GRUCellTest extends CellContractTest {
  private static final int UNITS = 5;
  static final Map<String, Shape> VARIABLES =
      Map.of(
          "rnn/gru_cell/gates/kernel", Shape.of(DEPTH + UNITS, 2 * UNITS),
          "rnn/gru_cell/gates/bias", Shape.of(2 * UNITS),
          "rnn/gru_cell/candidate/kernel", Shape.of(DEPTH + UNITS, UNITS),
          "rnn/gru_cell/candidate/bias", Shape.of(UNITS));

  @Override
  RNNCell cell() {
    return new GRUCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(VARIABLES, "5", "GRUCellZeroState/zeros");
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    assertAgrees(cell(), Math::tanh);
  }

  @Test
  void theActivationIsUsedForTheCandidateAlone() {
    assertAgrees(GRUCell.builder(UNITS).activation(Activation.RELU).build(), x -> Math.max(0, x));
  }

  private void assertAgrees(RNNCell cell, DoubleUnaryOperator activation) {
    CellRun.OutputReference reference =
        (x, h, weights) -> ReferenceCells.gru(x, h, weights, activation);
    CellRun.assertAgrees(runner, store, cell, reference);
  }

  @Test
  void variablesAreMadeInTheOrderOfTensorFlow1() {
    built();
    assertThat(store.all())
        .extracting(variable -> variable.name().replace("rnn/gru_cell/", ""))
        .containsExactly("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias");
  }

  @Test
  void gateBiasStartsAtOneAndCandidateBiasAtZero() {
    built();
    initialize();
    assertThat(runner.fetch(store.trainable().get(1).value())).containsOnly(1f);
    assertThat(runner.fetch(store.trainable().get(3).value())).containsOnly(0f);
  }

  @Test
  void theInitializersApplyToBothKernelsAndBothBiases() {
    GRUCell.builder(UNITS)
        .kernelInitializer(Initializers.constant(2f))
        .biasInitializer(Initializers.constant(3f))
        .build()
        .build(store.rootScope(), DEPTH);
    initialize();
    assertThat(runner.fetch(store.trainable().get(0).value())).containsOnly(2f);
    assertThat(runner.fetch(store.trainable().get(1).value())).containsOnly(3f);
    assertThat(runner.fetch(store.trainable().get(2).value())).containsOnly(2f);
    assertThat(runner.fetch(store.trainable().get(3).value())).containsOnly(3f);
  }
}
