package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The cases of TensorFlow's clip_ops_test. */
class ClipOpsSuiteTest {
  private static final float[][] NORM_5 = {{-3, 0, 0}, {4, 0, 0}};
  private static final float[][] ROWS = {{-3, 0, 0}, {4, 0, 3}};
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();

  @AfterEach
  void close() {
    runner.close();
  }

  private void assertValues(Operand<TFloat32> found, double... expected) {
    float[] values = new float[expected.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) expected[k];
    }
    assertThat(runner.fetch(found)).containsExactly(values, within(1e-6f));
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormNotClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormZero")
  void aNormAboveTheBoundIsClipped() {
    Operand<TFloat32> x = runner.matrix(NORM_5);
    assertValues(ClipByNorm.of(tf, x, 4f), -2.4, 0, 0, 3.2, 0, 0);
    assertValues(ClipByNorm.of(tf, x, 6f), -3, 0, 0, 4, 0, 0);
    assertValues(ClipByNorm.of(tf, runner.matrix(new float[2][3]), 6f), 0, 0, 0, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({"4, 0, -2.4, 3.2, 3.0", "4, 1, -3.0, 3.2, 2.4", "6, 1, -3.0, 4.0, 3.0"})
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormClippedWithDim0")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormClippedWithDim1")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormNotClippedWithAxes")
  void normsOfColumnsOrRowsAreClipped(
      float bound, int axis, double first, double second, double third) {
    assertValues(
        ClipByNorm.of(tf, runner.matrix(ROWS), bound, axis), first, 0, 0, second, 0, third);
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormGradientZeros")
  void theGradientAtZerosIsOne() {
    Operand<TFloat32> x = tf.array(0f, 0f, 0f);
    var gradients = tf.gradients(ClipByNorm.of(tf, x, 1f), List.of(x));
    assertValues(gradients.dy(0), 1, 1, 1);
  }

  private final Operand<TFloat32> first = runner.matrix(new float[][] {{-2, 0, 0}, {4, 0, 0}});
  private final Operand<TFloat32> second = tf.array(1f, -2f);

  private void assertClipped(ClipByGlobalNorm<TFloat32> clip, double norm, double factor) {
    assertValues(clip.globalNorm(), norm);
    assertValues(clip.clipped().get(0), -2 * factor, 0, 0, 4 * factor, 0, 0);
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormNotClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormZero")
  void aGlobalNormAboveTheBoundIsClipped() {
    ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(tf, List.of(first, second), 4f);
    assertClipped(clip, 5, 0.8);
    assertValues(clip.clipped().get(1), 0.8, -1.6);
    ClipByGlobalNorm<TFloat32> loose = ClipByGlobalNorm.of(tf, List.of(first, second), 6f);
    assertClipped(loose, 5, 1);
    assertValues(loose.clipped().get(1), 1, -2);
    ClipByGlobalNorm<TFloat32> zeros =
        ClipByGlobalNorm.of(tf, List.of(runner.matrix(new float[2][3]), tf.array(0f, 0f)), 6f);
    assertValues(zeros.globalNorm(), 0);
    assertValues(zeros.clipped().get(0), 0, 0, 0, 0, 0, 0);
    assertValues(zeros.clipped().get(1), 0, 0);
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormSupportsNone")
  void nullStaysNull() {
    ClipByGlobalNorm<TFloat32> clip =
        ClipByGlobalNorm.of(tf, Arrays.asList(first, null, second, null), 4f);
    assertThat(clip.clipped().get(1)).isNull();
    assertThat(clip.clipped().get(3)).isNull();
    assertClipped(clip, 5, 0.8);
    assertValues(clip.clipped().get(2), 0.8, -1.6);
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormWithIndexedSlicesClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormPreservesDenseShape")
  void slicesStaySlices() {
    var slices = new IndexedSlices<>(second, tf.array(3, 4), Shape.of(5));
    ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(tf, List.of(first, slices), 4f);
    assertClipped(clip, 5, 0.8);
    assertThat(clip.clipped().get(1)).isInstanceOf(IndexedSlices.class);
    IndexedSlices<TFloat32> clipped = (IndexedSlices<TFloat32>) clip.clipped().get(1);
    assertThat(clipped.denseShape()).isEqualTo(Shape.of(5));
    assertValues(clipped.values(), 0.8, -1.6);
  }

  @Test
  @TensorFlowCase(
      value = "clip_ops_test.ClipTest.testClipByGlobalNormInf",
      partly = "all become NaN, as in TensorFlow 1.14 and later; 1.13 stops the run")
  void anInfiniteNormIsNotHidden() {
    Operand<TFloat32> infinite =
        runner.matrix(new float[][] {{-2, 0, Float.POSITIVE_INFINITY}, {4, 0, 0}});
    ClipByGlobalNorm<TFloat32> clip = ClipByGlobalNorm.of(tf, List.of(infinite, second), 6f);
    assertThat(runner.fetch(clip.globalNorm())).containsExactly(Float.POSITIVE_INFINITY);
    for (Operand<TFloat32> tensor : clip.clipped()) {
      assertThat(runner.fetch(tensor)).containsOnly(Float.NaN);
    }
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByGlobalNormClippedTensor")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByNormBadShape")
  void boundsMayBeTensorsThatDoNotWiden() {
    var clip = ClipByGlobalNorm.of(tf, List.of(first, second), tf.constant(4f));
    assertClipped(clip, 5, 0.8);
    assertValues(clip.clipped().get(1), 0.8, -1.6);
    assertValues(ClipByNorm.of(tf, runner.matrix(NORM_5), tf.constant(4f)), -2.4, 0, 0, 3.2, 0, 0);
    Operand<TFloat32> column = tf.reshape(runner.matrix(NORM_5), tf.array(2, 3, 1));
    assertRejected(
        () -> ClipByNorm.of(tf, column, tf.array(1f, 2f)), "clip_norm", "[2, 3, 1]", "shape [2]");
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByValue")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByValueNonFinite")
  void eachValueIsBounded() {
    Operand<TFloat32> x = runner.matrix(new float[][] {{-5, 2, 3}, {4, 5, 6}});
    assertValues(ClipByValue.of(tf, x, -4.4, 4.4), -4.4, 2, 3, 4, 4.4, 4.4);
    Operand<TFloat32> odd = tf.array(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    assertThat(runner.fetch(ClipByValue.of(tf, odd, -4, 4))).containsExactly(Float.NaN, 4, -4);
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByValueBadShape")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByValueEmptyTensor")
  void boundsOfValuesMayBeTensorsThatDoNotWiden() {
    Operand<TFloat32> x = tf.reshape(tf.array(-5f, 2f, 3f, 4f, 5f, 6f), tf.array(2, 3, 1));
    Operand<TFloat32> bounds = tf.array(1f, 2f);
    assertRejected(() -> ClipByValue.of(tf, x, tf.math.neg(bounds), bounds), "clip_value_max");
    assertRejected(() -> ClipByValue.of(tf, x, bounds, tf.constant(9f)), "clip_value_min", "[2]");
    Operand<TFloat32> empty = tf.placeholder(TFloat32.class);
    runner.feedAlways(empty, TFloat32.tensorOf(Shape.of(7, 0)));
    Operand<TFloat32> one = tf.constant(1f);
    assertThat(runner.fetch(ClipByValue.of(tf, empty, empty, empty))).isEmpty();
    assertThat(runner.fetch(ClipByValue.of(tf, empty, 1, 1))).isEmpty();
    assertThat(runner.fetch(ClipByValue.of(tf, empty, empty, one))).isEmpty();
    assertThat(runner.fetch(ClipByValue.of(tf, empty, one, empty))).isEmpty();
  }

  @Test
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByAverageNormClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByAverageNormClippedTensor")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByAverageNormNotClipped")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByAverageNormZero")
  @TensorFlowCase("clip_ops_test.ClipTest.testClipByAverageNormReplacedWithClipByNorm")
  void anAverageNormAboveTheBoundIsClipped() {
    Operand<TFloat32> x = runner.matrix(NORM_5); // 5 / 6 = 0.833
    double[] clipped = {-2.88, 0, 0, 3.84, 0, 0};
    assertValues(ClipByAverageNorm.of(tf, x, 0.8), clipped);
    assertValues(ClipByAverageNorm.of(tf, x, tf.constant(0.8f)), clipped);
    assertValues(ClipByNorm.of(tf, x, tf.constant(0.8f * 6)), clipped);
    assertValues(ClipByAverageNorm.of(tf, x, 0.9), -3, 0, 0, 4, 0, 0);
    assertValues(ClipByAverageNorm.of(tf, runner.matrix(new float[2][3]), 0.9), 0, 0, 0, 0, 0, 0);
    assertRejected(() -> ClipByAverageNorm.of(tf, x, 0), "clip_norm above 0, found 0");
  }
}
