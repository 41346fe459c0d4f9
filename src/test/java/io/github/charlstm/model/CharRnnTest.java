package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.TrainingBatches;
import io.github.charlstm.model.CharRnn.Cell;
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
class CharRnnTest {
  private static final CharRnn.Settings STACK =
      CharRnn.Settings.of(7).withRnnSize(6).withNumLayers(2).withCell(Cell.BASIC_LSTM_CELL);
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.01f, 5f, 42);
  private static final int[] INPUTS = {1, 2, 3, 4, 5, 6};
  private static final int[] TARGETS = {2, 3, 4, 5, 6, 0};

  private static CharRnn.Settings oneLayer(Cell cell) {
    return CharRnn.Settings.of(7).withRnnSize(6).withNumLayers(1).withCell(cell);
  }

  private static Map<String, Shape> variables(CharRnn.Settings settings) {
    return LanguageModelChecks.variables(settings, Optional.empty());
  }

  @Test
  void aStackHasTheVariablesOfTheProgram() {
    assertThat(variables(STACK))
        .isEqualTo(
            Map.of(
                "embedding", Shape.of(7, 6),
                "rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", Shape.of(12, 24),
                "rnnlm/multi_rnn_cell/cell_0/basic_lstm_cell/bias", Shape.of(24),
                "rnnlm/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", Shape.of(12, 24),
                "rnnlm/multi_rnn_cell/cell_1/basic_lstm_cell/bias", Shape.of(24),
                "rnnlm/softmax_w", Shape.of(6, 7),
                "rnnlm/softmax_b", Shape.of(7),
                "Variable", Shape.scalar()));
  }

  @Test
  void everyClassOfCellsHasItsNames() {
    assertThat(variables(oneLayer(Cell.BASIC_RNN_CELL)))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/basic_rnn_cell/kernel", Shape.of(12, 6));
    assertThat(variables(oneLayer(Cell.GRU_CELL)))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/gru_cell/gates/kernel", Shape.of(12, 12))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/gru_cell/candidate/bias", Shape.of(6));
    assertThat(variables(oneLayer(Cell.LSTM_CELL)))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/lstm_cell/kernel", Shape.of(12, 24));
  }

  @Test
  void theTrainingGraphAddsAdamsSlotsAndTheStepButNoneForTheLearningRate() {
    LanguageModelChecks.assertTrainingAddsAdam(STACK, OPTIONS, "Variable");
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void gradientsOfTheLossAgreeWithFiniteDifferences(Cell cell) {
    LanguageModelChecks.assertGradients(
        CharRnn.Settings.of(4).withRnnSize(3).withNumLayers(1).withCell(cell), 0);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void singleStepsPredictTheSameAsAWindow(Cell cell) {
    CharRnn.Settings settings =
        CharRnn.Settings.of(7).withRnnSize(6).withNumLayers(3).withCell(cell);
    try (LanguageModelSession whole = LanguageModelSession.inference(settings, 1, 6);
        LanguageModelSession single = LanguageModelSession.inference(settings, 1, 1)) {
      whole.initialize();
      single.initialize(); // the same seed, so the same values
      float[] window = whole.predict(INPUTS);
      for (int k = 0; k < INPUTS.length; k++) {
        float[] step = single.predictNext(INPUTS[k]);
        for (int symbol = 0; symbol < 7; symbol++) {
          assertThat(step[symbol]).isCloseTo(window[k * 7 + symbol], within(1e-6f));
        }
      }
    }
  }

  private static List<Float> losses(KeepProbs keepProbs) {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      session.setLearningRate(0.01f);
      List<Float> losses = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        losses.add(session.trainStep(new TrainingBatches.Batch(INPUTS, TARGETS), keepProbs).loss());
      }
      return losses;
    }
  }

  @Test
  void dropoutAppliesToOutputsAndInputsAndIsReproducible() {
    List<Float> none = losses(KeepProbs.ALL);
    List<Float> outputs = losses(new KeepProbs(0.5f, 1));
    List<Float> inputs = losses(new KeepProbs(1, 0.5f));
    assertThat(outputs).isNotEqualTo(none).isEqualTo(losses(new KeepProbs(0.5f, 1)));
    assertThat(inputs).isNotEqualTo(none).isNotEqualTo(outputs);
  }

  @Test
  void nothingIsDroppedWhenATextIsScored() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      float[] first = session.withFreshState(() -> session.losses(INPUTS, TARGETS));
      float[] second = session.withFreshState(() -> session.losses(INPUTS, TARGETS));
      assertThat(second).isEqualTo(first);
    }
  }

  @Test
  void theLearningRateIsAVariable() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      session.setLearningRate(0f);
      float first = step(session);
      assertThat(step(session)).isEqualTo(first);
      session.setLearningRate(0.1f);
      step(session);
      assertThat(step(session)).isLessThan(first);
    }
  }

  private static float step(LanguageModelSession session) {
    session.resetState();
    return session.trainStep(new TrainingBatches.Batch(INPUTS, TARGETS), KeepProbs.ALL).loss();
  }

  @Test
  void theTrainingGraphIsTheSameEveryTimeItIsBuilt() {
    LanguageModelChecks.assertGraphIsReproducible(STACK, 50, OPTIONS);
  }

  @Test
  void badSettingsAreRejected() {
    assertThatThrownBy(
            () -> CharRnn.Settings.of(0).withRnnSize(1).withNumLayers(1).withCell(Cell.GRU_CELL))
        .hasMessageContaining("vocabulary_size");
    assertThatThrownBy(
            () -> CharRnn.Settings.of(2).withRnnSize(0).withNumLayers(1).withCell(Cell.GRU_CELL))
        .hasMessageContaining("rnn_size");
    assertThatThrownBy(
            () -> CharRnn.Settings.of(2).withRnnSize(1).withNumLayers(0).withCell(Cell.GRU_CELL))
        .hasMessageContaining("num_layers");
  }
}
