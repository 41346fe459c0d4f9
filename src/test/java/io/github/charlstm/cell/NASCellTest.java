package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class NASCellTest extends CellContractTest {
  private static final int UNITS = 5;

  @Override
  RNNCell cell() {
    return new NASCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/nas_cell/recurrent_kernel", Shape.of(UNITS, 8 * UNITS),
            "rnn/nas_cell/kernel", Shape.of(DEPTH, 8 * UNITS)),
        "LSTMStateTuple(c=5, h=5)",
        "NASCellZeroState/zeros",
        "NASCellZeroState/zeros_1");
  }

  @Override
  float gradientStep() {
    return 1e-3f; // relu
  }

  /** The cell contract, with a bias and a projection. */
  @Nested
  class Projected extends CellContractTest {
    @Override
    RNNCell cell() {
      return NASCell.builder(UNITS).numProj(3).useBias(true).build();
    }

    @Override
    Expected expected() {
      return new Expected(
          Map.of(
              "rnn/nas_cell/recurrent_kernel", Shape.of(3, 8 * UNITS),
              "rnn/nas_cell/kernel", Shape.of(DEPTH, 8 * UNITS),
              "rnn/nas_cell/bias", Shape.of(8 * UNITS),
              "rnn/nas_cell/projection_weights", Shape.of(UNITS, 3)),
          "LSTMStateTuple(c=5, h=3)",
          "NASCellZeroState/zeros",
          "NASCellZeroState/zeros_1");
    }

    @Override
    float gradientStep() {
      return 1e-3f; // relu
    }

    @Test
    void valuesAgreeWithThePlainEquations() {
      CellRun.assertAgrees(runner, store, cell(), ReferenceCells::nas);
    }

    @Test
    void variablesAreMadeInTheOrderOfTensorFlow1() {
      built();
      assertThat(store.all())
          .extracting(variable -> variable.name().replace("rnn/nas_cell/", ""))
          .containsExactly("recurrent_kernel", "kernel", "bias", "projection_weights");
    }
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    CellRun.assertAgrees(runner, store, cell(), ReferenceCells::nas);
  }

  @Test
  void badOptionsAreRejected() {
    assertRejected(() -> NASCell.builder(2).numProj(0), "num_proj of at least 1, found 0");
  }
}
