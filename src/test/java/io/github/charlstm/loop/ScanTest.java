package io.github.charlstm.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ScanTest {
  private static Operand<TFloat32> step(
      Ops tf, Operand<TFloat32> x, Operand<TFloat32> h, Operand<TFloat32> w, Operand<TFloat32> u) {
    return tf.math.tanh(tf.math.add(tf.linalg.matMul(x, w), tf.linalg.matMul(h, u)));
  }

  @Test
  void agreesWithTheUnrolledLoopInValuesAndGradients() {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      Random random = new Random(1);
      Operand<TFloat32> w = runner.matrix(Randoms.matrix(random, 3, 4));
      Operand<TFloat32> u = runner.matrix(Randoms.matrix(random, 4, 4));
      Operand<TFloat32> h0 = runner.matrix(Randoms.matrix(random, 2, 4));
      float[][][] values = new float[5][][];
      for (int t = 0; t < 5; t++) {
        values[t] = Randoms.matrix(random, 2, 3);
      }
      Operand<TFloat32> xs = tf.math.mul(tf.constant(StdArrays.ndCopyOf(values)), tf.constant(1f));
      Scan scan =
          Scan.of(
              tf,
              xs,
              tf.gather(tf.shape(xs), tf.constant(0), tf.constant(0)),
              List.of(h0),
              (t, x, s) -> {
                Operand<TFloat32> h = step(t, x, s.get(0), w, u);
                return new Body.Result(h, List.of(h));
              },
              true);
      Operand<TFloat32> h = h0;
      List<Operand<TFloat32>> outs = new ArrayList<>();
      for (int t = 0; t < 5; t++) {
        h = step(tf, tf.gather(xs, tf.constant(t), tf.constant(0)), h, w, u);
        outs.add(h);
      }
      Operand<TFloat32> stacked = tf.stack(outs);
      Operand<TFloat32> a =
          tf.math.add(
              tf.sum(tf.math.square(scan.outputs()), tf.array(0, 1, 2)),
              tf.sum(scan.states().get(0), tf.array(0, 1)));
      Operand<TFloat32> b =
          tf.math.add(
              tf.sum(tf.math.square(stacked), tf.array(0, 1, 2)), tf.sum(h, tf.array(0, 1)));
      var ga = tf.gradients(a, List.of(xs, h0, w, u));
      var gb = tf.gradients(b, List.of(xs, h0, w, u));
      var g = runner.graph().toGraphDef();
      g.getNodeList().stream()
          .filter(n -> n.getOp().equals("While"))
          .forEach(
              n -> {
                var op = runner.graph().operation(n.getName());
                for (int k = 0; k < op.numOutputs(); k++)
                  System.out.println(
                      n.getName() + " " + k + " " + n.getInput(k) + " " + op.output(k));
              });
      g.getLibrary()
          .getFunctionList()
          .forEach(
              f ->
                  System.out.println(
                      f.getSignature().getName()
                          + " "
                          + f.getSignature().getInputArgList().stream()
                              .map(q -> q.getName())
                              .toList()
                          + f.getSignature().getOutputArgList().stream()
                              .map(q -> q.getName() + "=" + f.getRetOrThrow(q.getName()))
                              .toList()));
      assertThat(runner.fetch(a)[0]).isCloseTo(runner.fetch(b)[0], within(1e-5f));
      for (int k = 0; k < 4; k++) {
        float[] fa = runner.fetch(ga.<TFloat32>dy(k));
        float[] fb = runner.fetch(gb.<TFloat32>dy(k));
        assertThat(fa).as("gradient %d", k).containsExactly(fb, within(1e-5f));
      }
    }
  }
}
