package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class SRUCellTest extends CellContractTest {
  private static final int UNITS = 5;

  @Override
  RNNCell cell() {
    return new SRUCell(UNITS);
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/sru_cell/kernel", Shape.of(DEPTH, 4 * UNITS),
            "rnn/sru_cell/bias", Shape.of(2 * UNITS)),
        "5",
        "SRUCellZeroState/zeros");
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    assertThat(CellRun.assertAgrees(runner, store, cell(), SRUCellTest::sru)).isGreaterThan(0.1);
  }

  private static CellRun.Next sru(
      double[][] x, List<double[][]> state, Map<String, double[][]> weights) {
    double[][] kernel = weights.get("kernel");
    double[] bias = weights.get("bias")[0];
    double[][] c = new double[x.length][UNITS];
    double[][] h = new double[x.length][UNITS];
    for (int n = 0; n < x.length; n++) {
      for (int u = 0; u < UNITS; u++) {
        double[] sums = new double[4];
        for (int part = 0; part < 4; part++) {
          for (int d = 0; d < DEPTH; d++) {
            sums[part] += x[n][d] * kernel[d][part * UNITS + u];
          }
        }
        double f = ReferenceCells.sigmoid(sums[1] + bias[u]);
        double r = ReferenceCells.sigmoid(sums[2] + bias[UNITS + u]);
        c[n][u] = f * state.get(0)[n][u] + (1 - f) * sums[0];
        h[n][u] = r * Math.tanh(c[n][u]) + (1 - r) * sums[3];
      }
    }
    return new CellRun.Next(h, List.<double[][]>of(c));
  }
}
