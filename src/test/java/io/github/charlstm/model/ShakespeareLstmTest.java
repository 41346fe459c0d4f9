package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GradientCheck;
import io.github.charlstm.data.TrainingBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("slow")
class ShakespeareLstmTest {
  private static final TrainingOptions OPTIONS = new TrainingOptions(0.01f, 4.5f, 3);

  static Stream<Arguments> stacks() {
    List<String> ends = List.of("lstm_vars/W", "lstm_vars/b", "lstm_vars/embedding_mat");
    return Stream.of(
        Arguments.of(
            ShakespeareLstm.Settings.of(5).withRnnSize(4).withNumLayers(3),
            names(
                ends,
                "multi_rnn_cell/cell_0/",
                "multi_rnn_cell/cell_1/",
                "multi_rnn_cell/cell_2/")),
        Arguments.of(
            ShakespeareLstm.Settings.of(5).withRnnSize(4).withNumLayers(3).withSharedCell(true),
            names(ends, "multi_rnn_cell/cell_0/")),
        Arguments.of(
            ShakespeareLstm.Settings.of(5).withRnnSize(4).withNumLayers(1), names(ends, "")));
  }

  private static List<String> names(List<String> first, String... cells) {
    List<String> names = new ArrayList<>(first);
    for (String cell : cells) {
      names.add("rnn_decoder/" + cell + "basic_lstm_cell/kernel");
      names.add("rnn_decoder/" + cell + "basic_lstm_cell/bias");
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void variablesHaveTheCookbooksNames(ShakespeareLstm.Settings settings, List<String> expected) {
    try (GraphRunner runner = new GraphRunner()) {
      LanguageModel model = settings.build(runner.tf(), 2, 3, Optional.of(OPTIONS));
      assertThat(model.variables().trainable())
          .extracting(variable -> variable.name())
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(model.initialState().flatten()).hasSize(2 * settings.numLayers());
    }
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void gradientsAgreeWithFiniteDifferences(ShakespeareLstm.Settings settings, List<String> names) {
    try (GraphRunner runner = new GraphRunner();
        TInt32 inputs = TInt32.tensorOf(Shape.of(2, 2), DataBuffers.of(0, 1, 2, 1));
        TInt32 targets = TInt32.tensorOf(Shape.of(2, 2), DataBuffers.of(3, 4, 1, 0));
        TFloat32 keepProb = TFloat32.scalarOf(1f)) {
      LanguageModel model = settings.build(runner.tf(), 2, 2, Optional.empty());
      runner.feedAlways(model.inputs(), inputs);
      runner.feedAlways(model.targets(), targets);
      runner.feedAlways(model.keepProb(), keepProb);
      // Three small layers with a state of zeros give small outputs, hence the factor.
      var loss = runner.tf().math.mul(model.loss(), runner.tf().constant(20f));
      GradientCheck.assertGradientsHold(
          runner, model.variables(), loss, model.initialState().flatten().get(0));
    }
  }

  @Test
  void trainingTeachesThePairsOfSymbols() {
    int[] inputs = {0, 1, 2, 3, 4, 0};
    int[] targets = {1, 2, 3, 4, 0, 1};
    try (LanguageModelSession session =
        LanguageModelSession.training(
            ShakespeareLstm.Settings.of(5).withRnnSize(8).withNumLayers(2).withSharedCell(true),
            1,
            6,
            OPTIONS)) {
      session.initialize();
      float loss = 10;
      for (int step = 0; step < 120; step++) {
        session.resetState();
        loss = session.trainStep(new TrainingBatches.Batch(inputs, targets), KeepProbs.ALL).loss();
      }
      assertThat(loss).isLessThan(0.1f);
    }
  }
}
