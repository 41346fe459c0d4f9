package io.github.charlstm.bench;

/**
 * Floating-point operations of a training step, as the matrix products of TF1's graph count them.
 *
 * <p>A product of {@code [m, k]} and {@code [k, n]} has {@code 2 m k n}. An LSTM of H units that
 * reads {@code in} values does, at each of T steps, {@code [N, in + H] x [in + H, 4H]}; the dense
 * layer does {@code [M, H] x [H, V]} with {@code M = N T} rows where it predicts at every step,
 * else {@code M = N}. The gradient of a product is two products of the same size, one for each
 * factor, so a training step has three times the forward products:
 *
 * <pre>
 *   3 * (sum over layers of 2 N T (in + H) 4H  +  2 M H V)
 * </pre>
 *
 * <p>Anna's 2 x 512, batch 100 x 100, vocabulary 83: layer 1 has 24.4 GFLOP, layer 2 has 41.9, the
 * dense layer 0.85; three times their sum is 201.5 GFLOP.
 *
 * <p>The count is the same for every contender, whatever it computes: one-hot inputs count as a
 * product although a look-up of rows does them, and so does the gradient of the first layer's
 * inputs, which is not used. Element-wise operations (gates, dropout, softmax, the optimizer) are
 * left out: they are a few percent. An embedding's look-up counts as zero.
 */
final class Flops {
  private Flops() {}

  /** Of one training step. */
  static double ofStep(Network network) {
    double forward = 0;
    double rows = (double) network.batch() * network.steps();
    double units = network.units();
    for (int layer = 0; layer < network.layers(); layer++) {
      double width = layer == 0 ? network.firstWidth() : units;
      forward += product(rows, width + units, 4 * units);
    }
    double predicted = network.everyStep() ? rows : network.batch();
    forward += product(predicted, units, network.outputs());
    return 3 * forward;
  }

  /** Of the product of {@code [m, k]} and {@code [k, n]}. */
  static double product(double m, double k, double n) {
    return 2 * m * k * n;
  }
}
