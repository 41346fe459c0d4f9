package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.RnnLanguageModel.Cell;
import io.github.charlstm.model.RnnLanguageModel.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.ndarray.Shape;

@Tag("slow")
class RnnLanguageModelTest {
  private static final Settings STACK =
      Settings.builder(7).units(6).numLayers(2).embeddingSize(4).build();
  private static final TrainingBatches.Batch BATCH =
      new TrainingBatches.Batch(new int[] {1, 2, 3, 4, 5, 6}, new int[] {2, 3, 4, 5, 6, 0});

  @Test
  void aStackHasTheVariablesOfPtbWordLm() {
    assertThat(LanguageModelChecks.variables(STACK, Optional.empty()))
        .isEqualTo(
            Map.of(
                "Model/embedding", Shape.of(7, 4),
                "Model/RNN/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", Shape.of(10, 24),
                "Model/RNN/multi_rnn_cell/cell_0/basic_lstm_cell/bias", Shape.of(24),
                "Model/RNN/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", Shape.of(12, 24),
                "Model/RNN/multi_rnn_cell/cell_1/basic_lstm_cell/bias", Shape.of(24),
                "Model/softmax_w", Shape.of(6, 7),
                "Model/softmax_b", Shape.of(7)));
  }

  @Test
  void eachLayerDropsOtherRecurrentWeights() {
    Settings square = STACK.toBuilder().embeddingSize(6).build();
    KeepProbs half = new KeepProbs(1, 1, 1, 0.5f);
    TrainingOptions options = TrainingOptions.builder().seed(3).keepProbs(half).build();
    try (LanguageModelSession session = LanguageModelSession.training(square, 1, 6, options)) {
      session.initialize();
      try (NamedTensors gradients = session.gradients(BATCH, half)) {
        List<Boolean> first = dropped(gradients, 0);
        assertThat(first).contains(true, false);
        assertThat(dropped(gradients, 1)).contains(true, false).isNotEqualTo(first);
      }
    }
  }

  // which weights of h have no gradient
  private static List<Boolean> dropped(NamedTensors gradients, int layer) {
    String kernel = "Model/RNN/multi_rnn_cell/cell_" + layer + "/basic_lstm_cell/kernel";
    List<Boolean> dropped = new ArrayList<>();
    for (long row = 6; row < 12; row++) {
      for (long column = 0; column < 24; column++) {
        dropped.add(gradients.byName().get(kernel).getFloat(row, column) == 0);
      }
    }
    return dropped;
  }

  @Test
  void tiedWeightsNeedAProjectionOnlyWhereTheWidthsDiffer() {
    Settings tied = STACK.toBuilder().tiedWeights(true).build();
    assertThat(LanguageModelChecks.variables(tied, Optional.empty()))
        .containsEntry("Model/projection", Shape.of(6, 4))
        .doesNotContainKey("Model/softmax_w");
    assertThat(
            LanguageModelChecks.variables(
                tied.toBuilder().embeddingSize(6).build(), Optional.empty()))
        .doesNotContainKeys("Model/projection", "Model/softmax_w");
  }

  // The tests of LayerNormBasicLSTMCell compare its gradients, which bend too much for differences.
  @ParameterizedTest
  @EnumSource(
      value = Cell.class,
      names = {"RNN", "GRU", "LSTM"})
  void gradientsOfTheLossAgreeWithFiniteDifferences(Cell cell) {
    LanguageModelChecks.assertGradients(
        Settings.builder(4).units(3).embeddingSize(2).tiedWeights(true).cell(cell).build(), 0);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void singleStepsPredictTheSameAsAWindow(Cell cell) {
    Settings settings = STACK.toBuilder().cell(cell).build();
    try (LanguageModelSession whole = LanguageModelSession.inference(settings, 1, 6);
        LanguageModelSession single = LanguageModelSession.inference(settings, 1, 1)) {
      whole.initialize();
      single.initialize(); // the same seed, so the same values
      float[] window = whole.predict(BATCH.inputs());
      for (int k = 0; k < 6; k++) {
        float[] step = single.predictNext(BATCH.inputs()[k]);
        for (int symbol = 0; symbol < 7; symbol++) {
          assertThat(step[symbol]).isCloseTo(window[k * 7 + symbol], within(1e-6f));
        }
      }
    }
  }

  private static TrainingOptions.Builder options() {
    return TrainingOptions.builder().learningRate(0.02f).seed(3);
  }

  private static List<Float> losses(TrainingOptions options, int steps) {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, options)) {
      session.initialize();
      List<Float> losses = new ArrayList<>();
      for (int k = 0; k < steps; k++) {
        losses.add(session.trainStep(BATCH, options.keepProbs()).loss());
      }
      return losses;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RnnImplementation.class,
      names = {"FUSED", "UNROLLED"})
  void everyKindOfDropoutChangesTheLossAndIsTheSameAgain(RnnImplementation loop) {
    TrainingOptions.Builder all = options().loop(loop);
    float none = losses(all.build(), 1).get(0);
    for (KeepProbs shares :
        List.of(
            new KeepProbs(0.5f, 1),
            new KeepProbs(1, 0.5f),
            new KeepProbs(1, 1, 0.5f, 1),
            new KeepProbs(1, 1, 1, 0.5f))) {
      TrainingOptions dropping = all.keepProbs(shares).build();
      List<Float> dropped = losses(dropping, 2);
      // the state is zeros in the first step of a run
      assertThat(dropped.get(0)).as(shares.toString()).isNotEqualTo(none);
      assertThat(losses(dropping, 2)).isEqualTo(dropped);
    }
  }

  @Test
  void variationalDropoutHasOtherMasksThanFreshOnes() {
    TrainingOptions fresh = options().keepProbs(new KeepProbs(0.5f, 0.5f)).build();
    assertThat(losses(fresh.toBuilder().variationalDropout(true).build(), 1))
        .isNotEqualTo(losses(fresh, 1));
  }

  @Test
  void paddingHasNoLossAndNoGradient() {
    TrainingBatches.Batch padded =
        new TrainingBatches.Batch(BATCH.inputs(), new int[] {2, 3, -1, 5, -1, -1});
    TrainingOptions options = options().padding(true).build();
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, options)) {
      session.initialize();
      float[] all = session.losses(padded);
      session.resetState();
      assertThat(session.trainStep(padded, KeepProbs.ALL).loss())
          .isCloseTo((all[0] + all[1] + all[3]) / 3, within(1e-6f));
      session.resetState();
      try (NamedTensors gradients = session.gradients(padded, KeepProbs.ALL)) {
        // symbol 0 is no target here, and 6 and 3 are no targets but at padding
        float[] biases = GraphSession.floats(gradients.byName().get("Model/softmax_b"));
        double sum = 0;
        for (float value : biases) {
          sum += value;
        }
        assertThat(sum).isCloseTo(0, within(1e-6)); // softmax less one-hot, of real targets only
      }
    }
  }

  @Test
  void rowsThatStartForgetTheirState() {
    try (LanguageModelSession session = LanguageModelSession.inference(STACK, 2, 3)) {
      session.initialize();
      float[] fresh = session.losses(BATCH);
      float[] later =
          session.losses(
              new TrainingBatches.Batch(
                  BATCH.inputs(), BATCH.targets(), new boolean[] {true, false}));
      assertThat(later[0]).isEqualTo(fresh[0]);
      assertThat(later[3]).isNotEqualTo(fresh[3]);
    }
  }

  @Test
  void weightDecayShrinksMatricesByRateTimesDecay() {
    TrainingOptions plain = options().optimizer(OptimizerKind.SGD).learningRate(0.5f).build();
    TrainingOptions decayed = plain.toBuilder().weightDecay(0.1f).build();
    float[] before = values(plain, 0, "Model/softmax_w");
    float[] without = values(plain, 1, "Model/softmax_w");
    float[] with = values(decayed, 1, "Model/softmax_w");
    for (int k = 0; k < before.length; k++) {
      assertThat(with[k]).isCloseTo(without[k] - 0.05f * before[k], within(1e-6f));
    }
    assertThat(values(decayed, 1, "Model/softmax_b"))
        .isEqualTo(values(plain, 1, "Model/softmax_b"));
  }

  private static float[] values(TrainingOptions options, int steps, String variable) {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, options)) {
      session.initialize();
      for (int k = 0; k < steps; k++) {
        session.trainStep(BATCH, KeepProbs.ALL);
      }
      try (NamedTensors values = session.trainableValues()) {
        return GraphSession.floats(values.byName().get(variable));
      }
    }
  }

  @Test
  void copiesForPredictionsHaveTheMovingAverages() {
    TrainingOptions options = options().averageDecay(0.5).build();
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, options);
        LanguageModelSession averaged = LanguageModelSession.inference(STACK, 2, 3)) {
      session.initialize();
      float[] before = softmax(session);
      session.trainStep(BATCH, KeepProbs.ALL);
      float[] after = softmax(session);
      session.copyVariables(averaged);
      float[] copied = softmax(averaged);
      for (int k = 0; k < copied.length; k++) {
        assertThat(copied[k]).isCloseTo((before[k] + after[k]) / 2, within(1e-6f));
      }
    }
  }

  private static float[] softmax(LanguageModelSession session) {
    try (NamedTensors values = session.trainableValues()) {
      return GraphSession.floats(values.byName().get("Model/softmax_w"));
    }
  }

  @Test
  void vocabularyAxesAreFoundInEveryModel() {
    assertThat(VocabularyAxes.of(STACK))
        .isEqualTo(Map.of("Model/embedding", 0, "Model/softmax_w", 1, "Model/softmax_b", 0));
    assertThat(VocabularyAxes.of(CharLstm.Settings.of(7).withLstmSize(3)))
        .isEqualTo(
            Map.of(
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", 0,
                "softmax/Variable", 1,
                "softmax/Variable_1", 0));
  }

  @Test
  void sizesOutOfRangeAreRejected() {
    assertThatThrownBy(() -> STACK.toBuilder().embeddingSize(-1).build())
        .hasMessageContaining("`embedding_size`");
    assertThatThrownBy(() -> STACK.toBuilder().initScale(-1).build())
        .hasMessageContaining("`init_scale`: expected 0 or above, found -1.0");
    assertThatThrownBy(() -> options().momentum(1).build()).hasMessageContaining("momentum");
  }
}
