package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GradientCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("machine")
class CharLstmTest {
  private static final CharLstm.Settings STACK =
      CharLstm.Settings.builder(7).lstmSize(6).numLayers(2).build();
  private static final CharLstm.Settings PRINTED =
      CharLstm.Settings.builder(7).lstmSize(6).numLayers(1).asPrinted(true).build();
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.01f, 5f, 42);

  private static Map<String, Shape> variablesOf(CharLstm.Settings settings, boolean training) {
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
  void theStackHasTheVariablesOfTensorFlow1() {
    assertThat(variablesOf(STACK, false))
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
    assertThat(variablesOf(PRINTED, false).keySet())
        .containsExactly(
            "rnn/basic_lstm_cell/bias",
            "rnn/basic_lstm_cell/kernel",
            "softmax/Variable",
            "softmax/Variable_1");
  }

  @Test
  void theTrainingGraphAddsAdamsSlotsAndTheStep() {
    Map<String, Shape> training = variablesOf(PRINTED, true);
    Map<String, Shape> inference = variablesOf(PRINTED, false);
    assertThat(training).containsAllEntriesOf(inference);
    List<String> added = new ArrayList<>(training.keySet());
    added.removeAll(inference.keySet());
    List<String> expected = new ArrayList<>(List.of("beta1_power", "beta2_power", "global_step"));
    inference.keySet().forEach(name -> expected.addAll(List.of(name + "/Adam", name + "/Adam_1")));
    assertThat(added).containsExactlyInAnyOrderElementsOf(expected);
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
    try (GraphRunner runner = new GraphRunner()) {
      int[][] window = {{0, 1, 2}, {3, 2, 1}};
      int[][] next = {{1, 2, 0}, {2, 1, 3}};
      LanguageModel model =
          CharLstm.Settings.builder(4)
              .lstmSize(3)
              .numLayers(1)
              .asPrinted(true)
              .build()
              .build(runner.tf(), 2, 3, Optional.empty());
      runner.feedAlways(model.inputs(), TInt32.tensorOf(StdArrays.ndCopyOf(window)));
      runner.feedAlways(model.targets(), TInt32.tensorOf(StdArrays.ndCopyOf(next)));
      // scaled by 20: the gradients of a mean over six characters are too small for differences of
      // floats
      Operand<TFloat32> loss = runner.tf().math.mul(model.loss(), runner.tf().constant(20f));
      GradientCheck.assertGradientsHold(
          runner, model.variables(), loss, model.initialState().flatten().get(1));
    }
  }

  // The order of operations determines the order of sums, and so the last bits of a run.
  @Test
  void theTrainingGraphIsTheSameEveryTimeItIsBuilt() {
    for (CharLstm.Settings settings : List.of(STACK, PRINTED)) {
      GraphDef first = trainingGraph(settings, 70);
      for (int k = 0; k < 3; k++) {
        assertThat(trainingGraph(settings, 70).getNodeList()).isEqualTo(first.getNodeList());
      }
    }
  }

  private static GraphDef trainingGraph(CharLstm.Settings settings, int numSteps) {
    try (Graph graph = new Graph()) {
      settings.build(Ops.create(graph), 2, numSteps, Optional.of(OPTIONS));
      return graph.toGraphDef();
    }
  }

  @Test
  void aFreshModelKnowsNothing() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 2, 3, OPTIONS)) {
      session.initialize();
      float loss =
          session
              .trainStep(new int[] {1, 2, 3, 4, 5, 6}, new int[6], new KeepProbs(0.5f, 1))
              .loss();
      assertThat((double) loss).isCloseTo(Math.log(7), within(0.3));
    }
  }

  @Test
  void oneStepAndOneSequenceTrain() {
    try (LanguageModelSession session = LanguageModelSession.training(STACK, 1, 1, OPTIONS)) {
      session.initialize();
      float first = session.trainStep(new int[] {3}, new int[] {5}, new KeepProbs(1f, 1)).loss();
      float last = first;
      for (int k = 0; k < 100; k++) {
        session.resetState();
        last = session.trainStep(new int[] {3}, new int[] {5}, new KeepProbs(1f, 1)).loss();
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> CharLstm.Settings.builder(0).lstmSize(1).numLayers(1).build())
        .hasMessageContaining("vocabulary_size");
    assertThatThrownBy(() -> CharLstm.Settings.builder(2).lstmSize(-5).numLayers(1).build())
        .hasMessageContaining("lstm_size")
        .hasMessageContaining("-5");
    assertThatThrownBy(() -> CharLstm.Settings.builder(2).lstmSize(1).numLayers(0).build())
        .hasMessageContaining("num_layers");
    assertThatThrownBy(
            () -> CharLstm.Settings.builder(2).lstmSize(1).numLayers(2).asPrinted(true).build())
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
