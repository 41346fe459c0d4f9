package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GradientCheck;
import io.github.charlstm.model.CharRnn.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("slow")
class CharRnnTest {
  private static final CharRnn.Settings STACK =
      CharRnn.Settings.builder(7).rnnSize(6).numLayers(2).cell(Cell.BASIC_LSTM_CELL).build();
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.01f, 5f, 42);
  private static final int[] INPUTS = {1, 2, 3, 4, 5, 6};
  private static final int[] TARGETS = {2, 3, 4, 5, 6, 0};

  private static Map<String, Shape> variablesOf(CharRnn.Settings settings, boolean training) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      LanguageModel model =
          training
              ? settings.build(tf, 2, 3, Optional.of(OPTIONS))
              : settings.build(tf, 1, 1, Optional.empty());
      Map<String, Shape> shapes = new TreeMap<>();
      model.variables().all().forEach(variable -> shapes.put(variable.name(), variable.shape()));
      return shapes;
    }
  }

  @Test
  void aStackHasTheVariablesOfTheProgram() {
    assertThat(variablesOf(STACK, false))
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
    assertThat(
            variablesOf(
                CharRnn.Settings.builder(7)
                    .rnnSize(6)
                    .numLayers(1)
                    .cell(Cell.BASIC_RNN_CELL)
                    .build(),
                false))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/basic_rnn_cell/kernel", Shape.of(12, 6));
    assertThat(
            variablesOf(
                CharRnn.Settings.builder(7).rnnSize(6).numLayers(1).cell(Cell.GRU_CELL).build(),
                false))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/gru_cell/gates/kernel", Shape.of(12, 12))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/gru_cell/candidate/bias", Shape.of(6));
    assertThat(
            variablesOf(
                CharRnn.Settings.builder(7).rnnSize(6).numLayers(1).cell(Cell.LSTM_CELL).build(),
                false))
        .containsEntry("rnnlm/multi_rnn_cell/cell_0/lstm_cell/kernel", Shape.of(12, 24));
  }

  @Test
  void theTrainingGraphAddsAdamsSlotsAndTheStepButNoneForTheLearningRate() {
    Map<String, Shape> training = variablesOf(STACK, true);
    Map<String, Shape> inference = variablesOf(STACK, false);
    assertThat(training).containsAllEntriesOf(inference);
    List<String> added = new ArrayList<>(training.keySet());
    added.removeAll(inference.keySet());
    List<String> expected = new ArrayList<>(List.of("beta1_power", "beta2_power", "global_step"));
    inference.keySet().stream()
        .filter(name -> !name.equals("Variable"))
        .forEach(name -> expected.addAll(List.of(name + "/Adam", name + "/Adam_1")));
    assertThat(added).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void gradientsOfTheLossAgreeWithFiniteDifferences(Cell cell) {
    try (GraphRunner runner = new GraphRunner()) {
      int[][] window = {{0, 1, 2}, {3, 2, 1}};
      int[][] next = {{1, 2, 0}, {2, 1, 3}};
      LanguageModel model =
          CharRnn.Settings.builder(4)
              .rnnSize(3)
              .numLayers(1)
              .cell(cell)
              .build()
              .build(runner.tf(), 2, 3, Optional.empty());
      runner.feedAlways(model.inputs(), TInt32.tensorOf(StdArrays.ndCopyOf(window)));
      runner.feedAlways(model.targets(), TInt32.tensorOf(StdArrays.ndCopyOf(next)));
      runner.feedAlways(model.keepProb(), TFloat32.scalarOf(1));
      // scaled by 20: the gradients of a mean over six characters are too small for differences of
      // floats
      Operand<TFloat32> loss = runner.tf().math.mul(model.loss(), runner.tf().constant(20f));
      GradientCheck.assertGradientsHold(
          runner, model.variables(), loss, model.initialState().flatten().get(0));
    }
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void oneCharacterAtATimeGivesWhatAWindowGives(Cell cell) {
    CharRnn.Settings settings =
        CharRnn.Settings.builder(7).rnnSize(6).numLayers(3).cell(cell).build();
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
        losses.add(session.trainStep(INPUTS, TARGETS, keepProbs).loss());
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
    return session.trainStep(INPUTS, TARGETS, KeepProbs.ALL).loss();
  }

  @Test
  void theTrainingGraphIsTheSameEveryTimeItIsBuilt() {
    GraphDef first = trainingGraph();
    for (int k = 0; k < 3; k++) {
      assertThat(trainingGraph().getNodeList()).isEqualTo(first.getNodeList());
    }
  }

  private static GraphDef trainingGraph() {
    try (Graph graph = new Graph()) {
      STACK.build(Ops.create(graph), 2, 50, Optional.of(OPTIONS));
      return graph.toGraphDef();
    }
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(
            () -> CharRnn.Settings.builder(0).rnnSize(1).numLayers(1).cell(Cell.GRU_CELL).build())
        .hasMessageContaining("vocabulary_size");
    assertThatThrownBy(
            () -> CharRnn.Settings.builder(2).rnnSize(0).numLayers(1).cell(Cell.GRU_CELL).build())
        .hasMessageContaining("rnn_size");
    assertThatThrownBy(
            () -> CharRnn.Settings.builder(2).rnnSize(1).numLayers(0).cell(Cell.GRU_CELL).build())
        .hasMessageContaining("num_layers");
  }
}
