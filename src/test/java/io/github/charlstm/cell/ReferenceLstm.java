package io.github.charlstm.cell;

/** The equations of BasicLSTMCell in plain Java, in doubles, one number at a time. */
public final class ReferenceLstm {
  private ReferenceLstm() {}

  public record State(double[][] c, double[][] h) {}

  public static State step(
      float[][] x, State before, float[][] kernel, float[] bias, double forgetBias) {
    int batch = x.length;
    int units = before.c()[0].length;
    double[][] c = new double[batch][units];
    double[][] h = new double[batch][units];
    for (int n = 0; n < batch; n++) {
      for (int u = 0; u < units; u++) {
        double i = gate(x[n], before.h()[n], kernel, bias, u);
        double j = gate(x[n], before.h()[n], kernel, bias, units + u);
        double f = gate(x[n], before.h()[n], kernel, bias, 2 * units + u);
        double o = gate(x[n], before.h()[n], kernel, bias, 3 * units + u);
        c[n][u] = before.c()[n][u] * sigmoid(f + forgetBias) + sigmoid(i) * Math.tanh(j);
        h[n][u] = Math.tanh(c[n][u]) * sigmoid(o);
      }
    }
    return new State(c, h);
  }

  private static double gate(float[] x, double[] h, float[][] kernel, float[] bias, int column) {
    double sum = bias[column];
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * kernel[k][column];
    }
    for (int k = 0; k < h.length; k++) {
      sum += h[k] * kernel[x.length + k][column];
    }
    return sum;
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }
}
