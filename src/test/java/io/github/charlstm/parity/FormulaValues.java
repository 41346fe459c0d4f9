package io.github.charlstm.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.tensorflow.ndarray.Shape;

/** The values of scripts/python/formula_values.py, which no file stores. */
final class FormulaValues {
  private FormulaValues() {}

  /** Values in [-0.7, 0.7) of a tensor of a case. */
  static GoldenTensor of(long seed, String tensor, Shape shape) {
    long hash = 0xcbf29ce484222325L;
    for (byte letter : tensor.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (letter & 0xff)) * 0x100000001b3L;
    }
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int k = 0; k < values.length; k++) {
      long z = splitmix(seed * 1000003 + hash * 31 + k);
      values[k] = (float) (((z >>> 40) / 16777216.0 * 2 - 1) * 0.7);
    }
    return new GoldenTensor(shape, values);
  }

  /**
   * Difference of a tensor from the two numbers that represent it in a file, its square sum and its
   * product with fixed weights; as a share of its norm or of 0.01.
   */
  static double digestDifference(long seed, String name, JsonNode expected, double[] found) {
    Shape shape = GoldenTensor.shape(expected.get("shape"));
    if (shape.size() != found.length) {
      throw new AssertionError(name + " has shape " + shape + ", found " + found.length);
    }
    float[] probe = of(seed, "probe/" + name, shape).values();
    double squares = 0;
    double dot = 0;
    for (int k = 0; k < found.length; k++) {
      squares += found[k] * found[k];
      dot += found[k] * probe[k];
    }
    double norm = Math.sqrt(expected.get("sum_of_squares").asDouble());
    double scale = Math.max(0.01, norm);
    return Math.max(
        Math.abs(Math.sqrt(squares) - norm) / scale,
        Math.abs(dot - expected.get("dot_probe").asDouble()) / scale);
  }

  static double digestDifference(long seed, String name, JsonNode expected, float[] found) {
    double[] doubles = new double[found.length];
    for (int k = 0; k < found.length; k++) {
      doubles[k] = found[k];
    }
    return digestDifference(seed, name, expected, doubles);
  }

  private static long splitmix(long x) {
    long z = x + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
