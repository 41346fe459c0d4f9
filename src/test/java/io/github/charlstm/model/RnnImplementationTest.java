package io.github.charlstm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.charlstm.data.TrainingBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

@Tag("slow")
@Tag("machine")
class RnnImplementationTest {
  private static final int V = 9;
  private static final int N = 5;
  private static final int T = 7;

  private static List<ModelSettings> models() {
    return List.of(
        CharLstm.Settings.of(V).withLstmSize(8).withNumLayers(2),
        CharLstm.Settings.of(V).withLstmSize(8).withNumLayers(1).withAsPrinted(true),
        CharRnn.Settings.of(V).withRnnSize(6).withNumLayers(2).withCell(CharRnn.Cell.LSTM_CELL),
        CharRnn.Settings.of(V).withRnnSize(6).withNumLayers(2).withCell(CharRnn.Cell.GRU_CELL),
        ShakespeareLstm.Settings.of(V).withRnnSize(6).withNumLayers(3),
        ShakespeareLstm.Settings.of(V).withRnnSize(6).withNumLayers(3).withSharedCell(true));
  }

  // Loss and norm of each step, then the state.
  private static List<Float> trained(ModelSettings settings, RnnImplementation loop, float keep) {
    Random random = new Random(3);
    List<Float> numbers = new ArrayList<>();
    TrainingOptions options = new TrainingOptions(0.01f, 1f, 4).withLoop(loop);
    try (LanguageModelSession session = LanguageModelSession.training(settings, N, T, options)) {
      session.initialize();
      for (int k = 0; k < 5; k++) {
        int[] inputs = random.ints((long) N * T, 0, V).toArray();
        int[] targets = random.ints((long) N * T, 0, V).toArray();
        LanguageModelSession.StepResult step =
            session.trainStep(
                new TrainingBatches.Batch(inputs, targets), new KeepProbs(keep, keep));
        numbers.add(step.loss());
        numbers.add(step.globalNorm());
      }
      for (float loss : session.losses(new int[N * T], new int[N * T])) {
        numbers.add(loss);
      }
    }
    return numbers;
  }

  // With dropout too: the masks of a fused loop are those of the unrolled one.
  @ParameterizedTest
  @MethodSource("models")
  void fusedAndUnrolledTrainTheSame(ModelSettings settings) {
    assertClose(
        trained(settings, RnnImplementation.FUSED, 0.7f),
        trained(settings, RnnImplementation.UNROLLED, 0.7f));
  }

  @ParameterizedTest
  @MethodSource("models")
  void allLoopsTrainTheSameWithoutDropout(ModelSettings settings) {
    List<Float> unrolled = trained(settings, RnnImplementation.UNROLLED, 1);
    assertClose(trained(settings, RnnImplementation.FUSED, 1), unrolled);
    assertClose(trained(settings, RnnImplementation.DYNAMIC, 1), unrolled);
  }

  @Test
  void twoRunsOfAFusedModelAgreeToTheLastBit() {
    ModelSettings settings = CharLstm.Settings.of(V).withLstmSize(8).withNumLayers(2);
    assertThat(trained(settings, RnnImplementation.FUSED, 0.5f))
        .isEqualTo(trained(settings, RnnImplementation.FUSED, 0.5f));
  }

  @Test
  void bfloat16TrainsNearlyAlike() {
    Optional<String> missing = RnnImplementation.FUSED_BFLOAT16.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
    ModelSettings settings = CharLstm.Settings.of(V).withLstmSize(8).withNumLayers(2);
    List<Float> exact = trained(settings, RnnImplementation.FUSED, 0.7f);
    List<Float> rounded = trained(settings, RnnImplementation.FUSED_BFLOAT16, 0.7f);
    assertThat(rounded).isNotEqualTo(exact).hasSameSizeAs(exact);
    for (int k = 0; k < exact.size(); k++) {
      assertThat(rounded.get(k)).isCloseTo(exact.get(k), within(0.02f * Math.abs(exact.get(k))));
    }
  }

  @Test
  void bfloat16IsRejectedForCellsThatAreNoPlainLstm() {
    ModelSettings gru =
        CharRnn.Settings.of(V).withRnnSize(6).withNumLayers(2).withCell(CharRnn.Cell.GRU_CELL);
    assertThatThrownBy(() -> trained(gru, RnnImplementation.FUSED_BFLOAT16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bfloat16 is for layers of plain LSTM cells");
  }

  @Test
  void fusedAndDynamicGraphsDoNotGrowWithTheSteps() {
    for (RnnImplementation loop : List.of(RnnImplementation.FUSED, RnnImplementation.DYNAMIC)) {
      assertThat(nodes(loop, 60)).as(loop.text()).isEqualTo(nodes(loop, 2));
    }
  }

  private static int nodes(RnnImplementation loop, int steps) {
    try (Graph graph = new Graph()) {
      CharLstm.Settings.of(V)
          .withLstmSize(4)
          .withNumLayers(2)
          .build(
              Ops.create(graph),
              4,
              steps,
              Optional.of(new TrainingOptions(0.01f, 1f, 4).withLoop(loop)));
      return graph.toGraphDef().getNodeCount();
    }
  }

  private static void assertClose(List<Float> found, List<Float> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < found.size(); k++) {
      assertThat(found.get(k))
          .isCloseTo(expected.get(k), within(1e-5f * Math.abs(expected.get(k))));
    }
  }
}
