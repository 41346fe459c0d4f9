package io.github.charlstm.cell;

import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** The equations of the cells in plain Java, in doubles, one number at a time. */
final class ReferenceCells {
  private ReferenceCells() {}

  /** Options of LSTMCell; an infinite clip does nothing. */
  record Lstm(
      boolean peepholes,
      boolean projection,
      double cellClip,
      double projClip,
      double forgetBias,
      DoubleUnaryOperator activation) {

    /** As {@link CellRun} needs it: the leaves are c and h, and h is the output. */
    CellRun.Next step(double[][] x, List<double[][]> state, Map<String, double[][]> weights) {
      Memory after = lstm(this, x, new Memory(state.get(0), state.get(1)), weights);
      return new CellRun.Next(after.h(), List.of(after.c(), after.h()));
    }
  }

  record Memory(double[][] c, double[][] h) {}

  static Memory lstm(Lstm options, double[][] x, Memory before, Map<String, double[][]> weights) {
    int units = before.c()[0].length;
    double[][] c = new double[x.length][units];
    double[][] h = new double[x.length][units];
    DoubleUnaryOperator act = options.activation();
    for (int n = 0; n < x.length; n++) {
      for (int u = 0; u < units; u++) {
        double old = before.c()[n][u];
        double i = sum(x[n], before.h()[n], weights, "", u);
        double j = sum(x[n], before.h()[n], weights, "", units + u);
        double f = sum(x[n], before.h()[n], weights, "", 2 * units + u) + options.forgetBias();
        double o = sum(x[n], before.h()[n], weights, "", 3 * units + u);
        if (options.peepholes()) {
          f += weights.get("w_f_diag")[0][u] * old;
          i += weights.get("w_i_diag")[0][u] * old;
        }
        c[n][u] = clip(sigmoid(f) * old + sigmoid(i) * act.applyAsDouble(j), options.cellClip());
        if (options.peepholes()) {
          o += weights.get("w_o_diag")[0][u] * c[n][u];
        }
        h[n][u] = sigmoid(o) * act.applyAsDouble(c[n][u]);
      }
    }
    return new Memory(c, options.projection() ? projected(options, h, weights) : h);
  }

  private static double[][] projected(Lstm options, double[][] h, Map<String, double[][]> weights) {
    double[][] kernel = weights.get("projection/kernel");
    double[][] result = new double[h.length][kernel[0].length];
    for (int n = 0; n < h.length; n++) {
      for (int p = 0; p < kernel[0].length; p++) {
        double sum = 0;
        for (int u = 0; u < kernel.length; u++) {
          sum += h[n][u] * kernel[u][p];
        }
        result[n][p] = clip(sum, options.projClip());
      }
    }
    return result;
  }

  static double[][] gru(
      double[][] x, double[][] h, Map<String, double[][]> weights, DoubleUnaryOperator act) {
    int units = h[0].length;
    double[][] after = new double[x.length][units];
    for (int n = 0; n < x.length; n++) {
      double[] reset = new double[units];
      for (int u = 0; u < units; u++) {
        reset[u] = sigmoid(sum(x[n], h[n], weights, "gates/", u)) * h[n][u];
      }
      for (int u = 0; u < units; u++) {
        double update = sigmoid(sum(x[n], h[n], weights, "gates/", units + u));
        double candidate = act.applyAsDouble(sum(x[n], reset, weights, "candidate/", u));
        after[n][u] = update * h[n][u] + (1 - update) * candidate;
      }
    }
    return after;
  }

  static double[][] basic(
      double[][] x, double[][] h, Map<String, double[][]> weights, DoubleUnaryOperator act) {
    double[][] after = new double[x.length][h[0].length];
    for (int n = 0; n < x.length; n++) {
      for (int u = 0; u < after[n].length; u++) {
        after[n][u] = act.applyAsDouble(sum(x[n], h[n], weights, "", u));
      }
    }
    return after;
  }

  private static double sum(
      double[] x, double[] h, Map<String, double[][]> weights, String place, int column) {
    double[][] kernel = weights.get(place + "kernel");
    double sum = weights.get(place + "bias")[0][column];
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * kernel[k][column];
    }
    for (int k = 0; k < h.length; k++) {
      sum += h[k] * kernel[x.length + k][column];
    }
    return sum;
  }

  private static double clip(double value, double bound) {
    return Math.max(-bound, Math.min(bound, value));
  }

  static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }
}
