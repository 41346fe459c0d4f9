package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GradientCheck;
import io.github.charlstm.data.MnistImages;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.model.RowClassifier.CrossEntropy;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("slow")
class RowClassifierTest {
  private static final int IMAGES = 6;
  private static final int[] LABELS = {0, 2, 1, 1, 0, 2};

  private static RowClassifier.Settings small(
      RnnImplementation loop, CrossEntropy crossEntropy, boolean bidirectional) {
    return RowClassifier.Settings.defaults()
        .withImage(4, 3)
        .withClasses(3)
        .withUnits(5)
        .withNumLayers(2)
        .withLoop(loop)
        .withCrossEntropy(crossEntropy)
        .withBidirectional(bidirectional);
  }

  private static float[] images() {
    Random random = new Random(3);
    float[] pixels = new float[IMAGES * 12];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = random.nextFloat();
    }
    return pixels;
  }

  // The same seed gives the same start, whatever the loop.
  private static float[] losses(RowClassifier.Settings settings, float keepProb) {
    try (var session = RowClassifierSession.of(settings, 0.01f, 7, 0)) {
      session.initialize();
      var batch = new MnistImages.Batch(images(), LABELS);
      float[] losses = new float[8];
      for (int k = 0; k < losses.length; k++) {
        losses[k] = session.trainStep(batch, new KeepProbs(keepProb, 1)).loss();
      }
      return losses;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void allLoopsGiveTheSameLossesFromTheSameStart(boolean bidirectional) {
    float[] dynamic =
        losses(small(RnnImplementation.DYNAMIC, CrossEntropy.STABLE, bidirectional), 1);
    float[] unrolled =
        losses(small(RnnImplementation.UNROLLED, CrossEntropy.STABLE, bidirectional), 1);
    float[] fused = losses(small(RnnImplementation.FUSED, CrossEntropy.STABLE, bidirectional), 1);
    assertThat(dynamic).containsExactly(unrolled, within(1e-5f));
    assertThat(fused).containsExactly(unrolled, within(1e-5f));
    assertThat(dynamic[7]).isLessThan(dynamic[0] - 1e-3f);
  }

  @Test
  void noUpdateIsSeenByAGradientOfTheSameStep() {
    var settings = small(RnnImplementation.UNROLLED, CrossEntropy.STABLE, true);
    float[] first = losses(settings, 1);
    for (int again = 0; again < 3; again++) {
      assertThat(losses(settings, 1)).containsExactly(first);
    }
  }

  // A mask depends on seed, step and place in the graph; the body of a loop is another place.
  @Test
  void theDynamicLoopHasOtherDropoutMasks() {
    float dynamic = losses(small(RnnImplementation.DYNAMIC, CrossEntropy.STABLE, false), 0.5f)[0];
    float unrolled = losses(small(RnnImplementation.UNROLLED, CrossEntropy.STABLE, false), 0.5f)[0];
    assertThat(Math.abs(dynamic - unrolled)).isGreaterThan(1e-5f);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFusedLoopHasTheDropoutMasksOfTheUnrolledOne(boolean bidirectional) {
    float[] unrolled =
        losses(small(RnnImplementation.UNROLLED, CrossEntropy.STABLE, bidirectional), 0.5f);
    float[] fused =
        losses(small(RnnImplementation.FUSED, CrossEntropy.STABLE, bidirectional), 0.5f);
    assertThat(fused).containsExactly(unrolled, within(1e-5f));
  }

  @Test
  void thePrintedCrossEntropyIsTheStableOneDividedByTheClasses() {
    float printed = losses(small(RnnImplementation.DYNAMIC, CrossEntropy.PRINTED, false), 1)[0];
    float stable = losses(small(RnnImplementation.DYNAMIC, CrossEntropy.STABLE, false), 1)[0];
    assertThat(printed * 3).isCloseTo(stable, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({
    "DYNAMIC, false, rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    "UNROLLED, false, RNN/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    "FUSED, false, rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    "FUSED, true, bidirectional_rnn/fw/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    "DYNAMIC, true, bidirectional_rnn/fw/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
    "UNROLLED, true, bidirectional_rnn/fw/multi_rnn_cell/cell_0/basic_lstm_cell/kernel"
  })
  void variablesAreCalledAsInTensorFlow1(
      RnnImplementation loop, boolean bidirectional, String kernel) {
    var settings = small(loop, CrossEntropy.STABLE, bidirectional);
    try (var session = RowClassifierSession.of(settings, 0.01f, 7, 0)) {
      assertThat(session.model().variables().trainable())
          .extracting(GraphVariable::name)
          .contains(kernel, "Variable", "Variable_1");
    }
  }

  @ParameterizedTest
  @CsvSource({"DYNAMIC, PRINTED, false", "UNROLLED, STABLE, true", "DYNAMIC, STABLE, true"})
  void gradientsAreTheSlopesOfTheLoss(
      RnnImplementation loop, CrossEntropy kind, boolean bidirectional) {
    try (GraphRunner runner = GraphRunner.unoptimized()) {
      var settings =
          RowClassifier.Settings.defaults()
              .withImage(3, 2)
              .withClasses(2)
              .withUnits(2)
              .withNumLayers(1)
              .withLoop(loop)
              .withCrossEntropy(kind)
              .withBidirectional(bidirectional);
      RowClassifier model = RowClassifier.build(runner.tf(), settings, 0.01f, 5, 0);
      float[] pixels = {3, -2, 1, 2, 4, -3};
      runner.feedAlways(model.inputs(), floats(pixels, 1, 6));
      runner.feedAlways(model.labels(), floats(new float[] {0, 1}, 1, 2));
      runner.feedAlways(model.keepProb(), TFloat32.scalarOf(1));
      runner.feedAlways(model.batchSize(), TInt32.scalarOf(1));
      var tf = runner.tf();
      // scaled, so that every slope is well above rounding
      var loss = tf.math.mul(model.loss(), tf.constant(10f));
      GradientCheck.assertGradientsHold(runner, model.variables(), loss);
    }
  }

  @Test
  void theLastRowsProbabilitiesAreThePrediction() {
    try (var session =
        RowClassifierSession.of(
            small(RnnImplementation.DYNAMIC, CrossEntropy.STABLE, false), 0.01f, 7, 0)) {
      session.initialize();
      float[] all = session.predict(images());
      float[] rows = session.predictByRow(images());
      assertThat(rows).hasSize(IMAGES * 4 * 3);
      for (int k = 0; k < all.length; k++) {
        assertThat(rows[k / 3 * 12 + 9 + k % 3]).isCloseTo(all[k], within(1e-6f));
      }
    }
  }

  private static TFloat32 floats(float[] values, long... shape) {
    return TFloat32.tensorOf(Shape.of(shape), DataBuffers.of(values, true, true));
  }

  @Test
  void bfloat16IsRejected() {
    assertThatThrownBy(() -> small(RnnImplementation.FUSED_BFLOAT16, CrossEntropy.STABLE, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32 only");
  }
}
