package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.data.TrainingBatches;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;

@Tag("machine")
class CharLstmTest {
  private static final CharLstm.Settings STACK =
      CharLstm.Settings.of(7).withLstmSize(6).withNumLayers(2);
  private static final CharLstm.Settings PRINTED =
      CharLstm.Settings.of(7).withLstmSize(6).withNumLayers(1).withAsPrinted(true);
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.01f, 5f, 42);

  @Test
  void theStackHasTheVariablesOfTensorFlow1() {
    assertThat(LanguageModelChecks.variables(STACK, Optional.empty()))
        .isEqualTo(
            Map.of(
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", Shape.of(13, 24),
                "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias", Shape.of(24),
                "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", Shape.of(12, 24),
                "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias", Shape.of(24),
                "softmax/Variable", Shape.of(6, 7),
                "softmax/Variable_1", Shape.of(7)));
  }

  @Test
  void thePrintedModelHasOneCellWithoutAStack() {
    assertThat(LanguageModelChecks.variables(PRINTED, Optional.empty()).keySet())
        .containsExactly(
            "rnn/basic_lstm_cell/bias",
            "rnn/basic_lstm_cell/kernel",
            "softmax/Variable",
            "softmax/Variable_1");
  }

  @Test
  void theTrainingGraphAddsAdamsSlotsAndTheStep() {
    LanguageModelChecks.assertTrainingAddsAdam(PRINTED, OPTIONS);
  }

  @Test
  void placeholdersAndStateHaveTensorFlow1sNames() {
    try (Graph graph = new Graph()) {
      LanguageModel model = STACK.build(Ops.create(graph), 2, 3, Optional.of(OPTIONS));
      assertThat(graph.operation("inputs").output(0).shape()).isEqualTo(Shape.of(2, 3));
      assertThat(graph.operation("targets").output(0).shape()).isEqualTo(Shape.of(2, 3));
      assertThat(graph.operation("keep_prob").output(0).shape()).isEqualTo(Shape.scalar());
      assertThat(graph.operation("predictions").output(0).shape()).isEqualTo(Shape.of(6, 7));
      assertThat(model.initialState().flatten())
          .extracting(leaf -> leaf.op().name())
          .containsExactly(
              "MultiRNNCellZeroState/DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros",
              "MultiRNNCellZeroState/DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros_1",
              "MultiRNNCellZeroState/DropoutWrapperZeroState_1/BasicLSTMCellZeroState/zeros",
              "MultiRNNCellZeroState/DropoutWrapperZeroState_1/BasicLSTMCellZeroState/zeros_1");
    }
  }

  @Test
  void gradientsOfTheLossAgreeWithFiniteDifferences() {
    LanguageModelChecks.assertGradients(
        CharLstm.Settings.of(4).withLstmSize(3).withNumLayers(1).withAsPrinted(true), 1);
  }

  @Test
  void theTrainingGraphIsTheSameEveryTimeItIsBuilt() {
    LanguageModelChecks.assertGraphIsReproducible(STACK, 70, OPTIONS);
    LanguageModelChecks.assertGraphIsReproducible(PRINTED, 70, OPTIONS);
  }

  @Test
  void theLossOfAnUntrainedModelIsThatOfUniformPredictions() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      float loss =
          session
              .trainStep(
                  new TrainingBatches.Batch(new int[] {1, 2, 3, 4, 5, 6}, new int[6]),
                  new KeepProbs(0.5f, 1))
              .loss();
      assertThat((double) loss).isCloseTo(Math.log(7), within(0.3));
    }
  }

  @Test
  void oneStepAndOneSequenceTrain() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 1, 1, OPTIONS)) {
      session.initialize();
      float first =
          session
              .trainStep(
                  new TrainingBatches.Batch(new int[] {3}, new int[] {5}), new KeepProbs(1f, 1))
              .loss();
      float last = first;
      for (int k = 0; k < 100; k++) {
        session.resetState();
        last =
            session
                .trainStep(
                    new TrainingBatches.Batch(new int[] {3}, new int[] {5}), new KeepProbs(1f, 1))
                .loss();
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  @Test
  void badSettingsAreRejected() {
    assertThatThrownBy(() -> CharLstm.Settings.of(0).withLstmSize(1).withNumLayers(1))
        .hasMessageContaining("vocabulary_size");
    assertThatThrownBy(() -> CharLstm.Settings.of(2).withLstmSize(-5).withNumLayers(1))
        .hasMessageContaining("lstm_size")
        .hasMessageContaining("-5");
    assertThatThrownBy(() -> CharLstm.Settings.of(2).withLstmSize(1).withNumLayers(0))
        .hasMessageContaining("num_layers");
    assertThatThrownBy(
            () -> CharLstm.Settings.of(2).withLstmSize(1).withNumLayers(2).withAsPrinted(true))
        .hasMessageContaining("printed");
    assertThatThrownBy(() -> new TrainingOptions(-1f, 1f, 0)).hasMessageContaining("learning_rate");
    assertThatThrownBy(() -> new TrainingOptions(1f, Float.NaN, 0))
        .hasMessageContaining("grad_clip");
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      assertThatThrownBy(() -> STACK.build(tf, 0, 1, Optional.empty()))
          .hasMessageContaining("batch_size");
    }
  }
}
