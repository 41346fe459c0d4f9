package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tensorflow.internal.c_api.global.tensorflow.TFJ_HasGradient;

import io.github.charlstm.GraphRunner;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class CustomGradientsTest {
  private static final String TYPE = "SparseSoftmaxCrossEntropyWithLogits";
  private static final float[][] LOGITS = {{0.3f, -1.2f, 0.8f}, {2f, 0.1f, -0.4f}};
  private static final float[][] ONE_HOT = {{0f, 0f, 1f}, {0f, 1f, 0f}};
  private static final int[] LABELS = {2, 1};

  @BeforeEach
  void register() {
    CustomGradients.register();
  }

  @Test
  void sparseCrossEntropyHasTheGradientOfTheDenseOne() {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      Operand<TFloat32> logits = runner.matrix(LOGITS);
      Operand<TFloat32> sparse =
          tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, tf.constant(LABELS)).loss();
      Operand<TFloat32> dense =
          tf.nn.softmaxCrossEntropyWithLogits(logits, runner.matrix(ONE_HOT)).loss();
      float[] found = runner.fetch(gradient(tf, weighted(tf, sparse), logits));
      float[] expected = runner.fetch(gradient(tf, weighted(tf, dense), logits));
      assertThat(found).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void sparseCrossEntropyHasTheGradientOfFiniteDifferences() {
    float[] found;
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      Operand<TFloat32> logits = runner.matrix(LOGITS);
      Operand<TFloat32> loss =
          tf.nn.sparseSoftmaxCrossEntropyWithLogits(logits, tf.constant(new long[] {2, 1})).loss();
      found = runner.fetch(gradient(tf, weighted(tf, loss), logits));
    }
    for (int k = 0; k < 6; k++) {
      double step = 1e-4;
      double slope = (lossInDoubles(k, step) - lossInDoubles(k, -step)) / (2 * step);
      assertThat((double) found[k]).isCloseTo(slope, within(1e-5));
    }
  }

  private static double lossInDoubles(int place, double change) {
    double loss = 0;
    double[] weights = {1, -2};
    for (int row = 0; row < 2; row++) {
      double sum = 0;
      double target = 0;
      for (int column = 0; column < 3; column++) {
        double value = LOGITS[row][column] + (row * 3 + column == place ? change : 0);
        sum += Math.exp(value);
        target += ONE_HOT[row][column] * value;
      }
      loss += weights[row] * (Math.log(sum) - target);
    }
    return loss;
  }

  // unequal weights, to detect a gradient that ignores the upstream one
  private static Operand<TFloat32> weighted(Ops tf, Operand<TFloat32> losses) {
    return tf.sum(tf.math.mul(losses, tf.array(1f, -2f)), tf.array(0));
  }

  private static Operand<TFloat32> gradient(Ops tf, Operand<TFloat32> loss, Operand<?> input) {
    return tf.gradients(loss, List.of(input)).dy(0);
  }

  // TensorFlow-Java holds ten registrations; an eleventh would crash this process.
  @Test
  void registeringAgainAndFromManyThreadsChangesNothing() throws InterruptedException {
    Thread[] threads = new Thread[20];
    for (int k = 0; k < threads.length; k++) {
      threads[k] = new Thread(CustomGradients::register);
      threads[k].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(TFJ_HasGradient(TYPE)).isTrue();
    sparseCrossEntropyHasTheGradientOfTheDenseOne();
  }

  @Test
  void variablesBringTheGradientsWithThem() {
    try (GraphRunner runner = new GraphRunner()) {
      new VariableStore(runner.tf(), RandomSeeds.of(1));
      assertThat(TFJ_HasGradient(TYPE)).isTrue();
    }
  }

  // If this fails, an entry is missing in CustomGradients.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReverseSequence",
        "ClipByValue",
        "Elu",
        "Softsign",
        "SelectV2",
        "Relu6",
        "BiasAdd",
        "Minimum",
        "Maximum"
      })
  void theseNeedNoHelp(String type) {
    assertThat(TFJ_HasGradient(type)).isTrue();
  }
}
