package io.github.charlstm.cell;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;

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

  static double[][] ugrnn(
      double[][] x,
      double[][] h,
      Map<String, double[][]> weights,
      double forgetBias,
      DoubleUnaryOperator act) {
    int units = h[0].length;
    double[][] after = new double[x.length][units];
    for (int n = 0; n < x.length; n++) {
      for (int u = 0; u < units; u++) {
        double update = sigmoid(sum(x[n], h[n], weights, "", u) + forgetBias);
        double candidate = act.applyAsDouble(sum(x[n], h[n], weights, "", units + u));
        after[n][u] = update * h[n][u] + (1 - update) * candidate;
      }
    }
    return after;
  }

  /** As {@link CellRun} needs it; bias and projection are used if they are there. */
  static CellRun.Next nas(double[][] x, List<double[][]> state, Map<String, double[][]> weights) {
    int units = state.get(0)[0].length;
    double[][] c = new double[x.length][units];
    double[][] h = new double[x.length][units];
    for (int n = 0; n < x.length; n++) {
      for (int u = 0; u < units; u++) {
        double[] given = new double[8];
        double[] m = new double[8];
        for (int k = 0; k < 8; k++) {
          given[k] = dot(x[n], weights.get("kernel"), k * units + u);
          m[k] = dot(state.get(1)[n], weights.get("recurrent_kernel"), k * units + u);
          m[k] += weights.containsKey("bias") ? weights.get("bias")[0][k * units + u] : 0;
        }
        double a = Math.tanh(sigmoid(given[0] + m[0]) * Math.max(0, given[1] + m[1]));
        double b = Math.tanh(sigmoid(given[2] + m[2]) + Math.max(0, given[3] * m[3]));
        double d = Math.tanh(Math.tanh(given[4] + m[4]) * sigmoid(given[5] + m[5]));
        double e = sigmoid(Math.tanh(given[6] + m[6]) + sigmoid(given[7] + m[7]));
        c[n][u] = Math.tanh(a + state.get(0)[n][u]) * b;
        h[n][u] = Math.tanh(c[n][u] * Math.tanh(d + e));
      }
    }
    double[][] projection = weights.get("projection_weights");
    double[][] output = h;
    if (projection != null) {
      output = new double[x.length][projection[0].length];
      for (int n = 0; n < x.length; n++) {
        for (int p = 0; p < output[n].length; p++) {
          output[n][p] = dot(h[n], projection, p);
        }
      }
    }
    return new CellRun.Next(output, List.of(c, output));
  }

  /**
   * Normalized if the weights have a gamma.
   *
   * @param mask the factor of each new input value
   */
  static CellRun.Next layerNormLstm(
      double[][] x,
      List<double[][]> state,
      Map<String, double[][]> weights,
      double forgetBias,
      double[] mask,
      DoubleUnaryOperator act) {
    int units = state.get(0)[0].length;
    double[][] c = new double[x.length][];
    double[][] h = new double[x.length][units];
    for (int n = 0; n < x.length; n++) {
      double[][] ijfo = new double[4][units];
      for (int k = 0; k < 4 * units; k++) {
        double[][] kernel = weights.get("kernel");
        double bias = weights.containsKey("bias") ? weights.get("bias")[0][k] : 0;
        double[] joined =
            DoubleStream.concat(Arrays.stream(x[n]), Arrays.stream(state.get(1)[n])).toArray();
        ijfo[k / units][k % units] = dot(joined, kernel, k) + bias;
      }
      double[] i = normalized(ijfo[0], weights, "input");
      double[] j = normalized(ijfo[1], weights, "transform");
      double[] f = normalized(ijfo[2], weights, "forget");
      double[] o = normalized(ijfo[3], weights, "output");
      double[] memory = new double[units];
      for (int u = 0; u < units; u++) {
        double added = sigmoid(i[u]) * act.applyAsDouble(j[u]) * mask[u];
        memory[u] = state.get(0)[n][u] * sigmoid(f[u] + forgetBias) + added;
      }
      c[n] = normalized(memory, weights, "state");
      for (int u = 0; u < units; u++) {
        h[n][u] = act.applyAsDouble(c[n][u]) * sigmoid(o[u]);
      }
    }
    return new CellRun.Next(h, List.of(c, h));
  }

  private static double[] normalized(double[] row, Map<String, double[][]> weights, String scope) {
    if (!weights.containsKey(scope + "/gamma")) {
      return row;
    }
    double mean = Arrays.stream(row).average().orElseThrow();
    double variance = Arrays.stream(row).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] result = new double[row.length];
    for (int u = 0; u < row.length; u++) {
      double standard = (row[u] - mean) / Math.sqrt(variance + 1e-12);
      result[u] =
          standard * weights.get(scope + "/gamma")[0][u] + weights.get(scope + "/beta")[0][u];
    }
    return result;
  }

  private static double dot(double[] row, double[][] matrix, int column) {
    double sum = 0;
    for (int k = 0; k < row.length; k++) {
      sum += row[k] * matrix[k][column];
    }
    return sum;
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
