package io.github.charlstm.loop;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.math.SigmoidGrad;
import org.tensorflow.op.math.TanhGrad;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * One step of an LSTM with layer normalization after its matrix product, forward and backward.
 *
 * <p>With x the sums of the four gates {@code [B, 4, U]} and {@code N(x) = (x - mean(x)) /
 * sqrt(variance(x) + 1e-12)} over the units:
 *
 * <pre>
 * i, j, f, o = sigmoid, tanh, sigmoid, sigmoid of gamma * N(x) + beta
 * m = c * f + i * j,  c' = gamma_s * N(m) + beta_s,  h' = tanh(c') * o
 * </pre>
 *
 * <p>and the gradient of N, from that of its result g with n = N(x) and {@code r = 1 /
 * sqrt(variance(x) + 1e-12)}: {@code r * (g - mean(g) - n * mean(g * n))}.
 */
final class NormalizedLstmStep {
  /** Rows of the parameters, {@code [10, U]}: gammas of i, j, f, o, betas of these, c's two. */
  static final int PARAMETERS = 10;

  private static final int GATES = 4;
  private static final float EPSILON = 1e-12f;

  private final Ops tf;
  private final Operand<TFloat32> gamma; // [4, U]
  private final Operand<TFloat32> beta; // [4, U]
  private final Operand<TFloat32> gammaOfMemory; // [1, U]
  private final Operand<TFloat32> betaOfMemory; // [1, U]
  private final Operand<TInt32> units;

  NormalizedLstmStep(Ops tf, Operand<TFloat32> parameters) {
    this.tf = tf;
    gamma = rows(parameters, 0, GATES);
    beta = rows(parameters, GATES, GATES);
    gammaOfMemory = rows(parameters, 2 * GATES, 1);
    betaOfMemory = rows(parameters, 2 * GATES + 1, 1);
    units = WhileOps.size(tf, tf.shape(parameters), 1);
  }

  /** c and h after a step. */
  record After(Operand<TFloat32> c, Operand<TFloat32> h) {}

  /** Gradients of a step; {@code ofParameters} is {@code [10, U]}. */
  record Gradients(
      Operand<TFloat32> ofSums, Operand<TFloat32> ofMemory, Operand<TFloat32> ofParameters) {}

  private record Normalized(Operand<TFloat32> n, Operand<TFloat32> r) {}

  private record Gates(
      Normalized sums,
      Operand<TFloat32> i,
      Operand<TFloat32> j,
      Operand<TFloat32> f,
      Operand<TFloat32> o,
      Normalized memory,
      Operand<TFloat32> tanhOfC,
      Operand<TFloat32> c) {}

  /**
   * The step.
   *
   * @param sums {@code [B, 4U]}
   * @param before c before it, {@code [B, U]}
   */
  After forward(Operand<TFloat32> sums, Operand<TFloat32> before) {
    Gates gates = gates(sums, before);
    return new After(gates.c(), tf.math.mul(gates.tanhOfC(), gates.o()));
  }

  private Gates gates(Operand<TFloat32> sums, Operand<TFloat32> before) {
    Normalized x = normalized(byGate(sums), 2);
    Operand<TFloat32> y = flat(tf.math.add(tf.math.mul(x.n(), gamma), beta)); // [B, 4U]
    List<Output<TFloat32>> ijfo = tf.split(tf.constant(1), y, (long) GATES).output();
    Operand<TFloat32> i = tf.math.sigmoid(ijfo.get(0));
    Operand<TFloat32> j = tf.math.tanh(ijfo.get(1));
    Operand<TFloat32> f = tf.math.sigmoid(ijfo.get(2));
    Operand<TFloat32> o = tf.math.sigmoid(ijfo.get(3));
    Normalized memory = normalized(tf.math.add(tf.math.mul(before, f), tf.math.mul(i, j)), 1);
    Operand<TFloat32> c = tf.math.add(tf.math.mul(memory.n(), gammaOfMemory), betaOfMemory);
    return new Gates(x, i, j, f, o, memory, tf.math.tanh(c), c);
  }

  /**
   * The gradients of a step, which is computed again.
   *
   * @param ofH gradient of h after the step
   * @param ofC that of c, without what comes through h
   */
  Gradients backward(
      Operand<TFloat32> sums,
      Operand<TFloat32> before,
      Operand<TFloat32> ofH,
      Operand<TFloat32> ofC) {
    Gates gates = gates(sums, before);
    Operand<TFloat32> dc =
        tf.math.add(tanhGradient(gates.tanhOfC(), tf.math.mul(ofH, gates.o())), ofC);
    Operand<TFloat32> dm = ofNormalized(tf.math.mul(dc, gammaOfMemory), gates.memory(), 1);
    Operand<TFloat32> ofI = sigmoidGradient(gates.i(), tf.math.mul(dm, gates.j()));
    Operand<TFloat32> ofJ = tanhGradient(gates.j(), tf.math.mul(dm, gates.i()));
    Operand<TFloat32> ofF = sigmoidGradient(gates.f(), tf.math.mul(dm, before));
    Operand<TFloat32> ofO = sigmoidGradient(gates.o(), tf.math.mul(ofH, gates.tanhOfC()));
    Operand<TFloat32> dy = byGate(tf.concat(List.of(ofI, ofJ, ofF, ofO), tf.constant(1)));
    Operand<TFloat32> dx = ofNormalized(tf.math.mul(dy, gamma), gates.sums(), 2);
    Operand<TFloat32> ofParameters =
        tf.concat(
            List.of(
                overBatch(tf.math.mul(dy, gates.sums().n()), false),
                overBatch(dy, false),
                overBatch(tf.math.mul(dc, gates.memory().n()), true),
                overBatch(dc, true)),
            tf.constant(0));
    return new Gradients(flat(dx), tf.math.mul(dm, gates.f()), ofParameters);
  }

  private Normalized normalized(Operand<TFloat32> x, int axis) {
    Operand<TFloat32> away = tf.math.sub(x, mean(x, axis));
    Operand<TFloat32> variance = mean(tf.math.square(away), axis);
    Operand<TFloat32> r = tf.math.rsqrt(tf.math.add(variance, tf.constant(EPSILON)));
    return new Normalized(tf.math.mul(away, r), r);
  }

  private Operand<TFloat32> ofNormalized(Operand<TFloat32> g, Normalized x, int axis) {
    Operand<TFloat32> along = tf.math.mul(x.n(), mean(tf.math.mul(g, x.n()), axis));
    return tf.math.mul(tf.math.sub(tf.math.sub(g, mean(g, axis)), along), x.r());
  }

  private Operand<TFloat32> mean(Operand<TFloat32> x, int axis) {
    return tf.math.mean(x, tf.constant(axis), Mean.keepDims(true));
  }

  private Operand<TFloat32> overBatch(Operand<TFloat32> x, boolean keep) {
    return tf.sum(x, tf.constant(0), Sum.keepDims(keep));
  }

  private Operand<TFloat32> tanhGradient(Operand<TFloat32> y, Operand<TFloat32> dy) {
    return TanhGrad.create(tf.scope(), y, dy);
  }

  private Operand<TFloat32> sigmoidGradient(Operand<TFloat32> y, Operand<TFloat32> dy) {
    return SigmoidGrad.create(tf.scope(), y, dy);
  }

  // [B, 4U] to [B, 4, U]
  private Operand<TFloat32> byGate(Operand<TFloat32> x) {
    return tf.reshape(x, tf.stack(List.of(tf.constant(-1), tf.constant(GATES), units)));
  }

  // [B, 4, U] to [B, 4U]
  private Operand<TFloat32> flat(Operand<TFloat32> x) {
    Operand<TInt32> columns = tf.math.mul(units, tf.constant(GATES));
    return tf.reshape(x, tf.stack(List.of(tf.constant(-1), columns)));
  }

  private Operand<TFloat32> rows(Operand<TFloat32> parameters, int from, int count) {
    return tf.slice(parameters, tf.array(from, 0), tf.array(count, -1));
  }
}
