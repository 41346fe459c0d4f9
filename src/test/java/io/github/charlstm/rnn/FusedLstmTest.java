package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.cell.ReferenceLstm;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Reuse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

@Tag("slow")
class FusedLstmTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  private void assertSame(RNNCell cell, int batch, int steps, int lanes) {
    var both = loops.fusedAndUnrolled(cell, batch, steps, lanes);
    loops.assertNoneIsZero(loops.assertAgree(both.fused(), both.unrolled(), both.inputs()));
    loops.assertNoneIsZero(both.fused());
  }

  @ParameterizedTest
  @CsvSource({
    "2, 4, 1",
    "2, 4, 2",
    "5, 3, 2",
    "7, 2, 3",
    "1, 5, 2",
    "3, 1, 1",
    "4, 17, 4",
    "1, 1, 1"
  })
  void agreesWithTheUnrolledLoop(int batch, int steps, int lanes) {
    assertSame(new BasicLSTMCell(5), batch, steps, lanes);
  }

  @ParameterizedTest
  @CsvSource({"3, 4", "16, 32"}) // rows that are aligned in memory and rows that are not
  void agreesWhereRowsShareMemory(int units, int batch) {
    assertSame(new BasicLSTMCell(units), batch, 3, 2);
  }

  @Test
  void agreesForAStackOfBothKindsOfCells() {
    RNNCell full = LSTMCell.builder(4).forgetBias(0.3f).build();
    RNNCell basic = BasicLSTMCell.builder(6).forgetBias(-0.5f).build();
    assertSame(new MultiRNNCell(List.of(full, basic, new LSTMCell(2))), 5, 4, 2);
  }

  @Test
  void layersMayShareOneCell() {
    RNNCell shared = new BasicLSTMCell(3); // as wide as the inputs
    assertSame(new MultiRNNCell(List.of(shared, shared, shared)), 4, 3, 2);
  }

  private RNNCell dropped(RNNCell cell, RandomSource noise) {
    return DropoutWrapper.builder(cell)
        .inputKeepProb(0.9f)
        .outputKeepProb(loops.tf.math.add(loops.tf.constant(0.3f), loops.tf.constant(0.3f)))
        .noise(noise)
        .build();
  }

  // Python's order of draws: by steps, then by layers. Each loop has a stream of its own here.
  private RNNCell droppedStack(GraphVariable<TInt64> step) {
    RandomSource noise = RandomSource.ofStep(5, step.value());
    return new MultiRNNCell(
        List.of(
            dropped(BasicLSTMCell.builder(4).reuse(Reuse.AUTO_REUSE).build(), noise),
            dropped(BasicLSTMCell.builder(3).reuse(Reuse.AUTO_REUSE).build(), noise)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void dropoutAgreesWithTheUnrolledLoop(int lanes) {
    GraphVariable<TInt64> step = loops.store.createGlobalStep();
    Operand<TFloat32> inputs = loops.values(1, 5, 4, 3);
    List<Operand<TFloat32>> found =
        LoopRunner.results(loops.fused(droppedStack(step), inputs).lanes(lanes).build());
    List<Operand<TFloat32>> expected =
        loops.results(loops.unrolled(droppedStack(step), inputs).build());
    assertThat(loops.weights()).hasSize(4);
    loops.assertAgree(found, expected, List.of(inputs));
    assertThat(loops.runner.fetch(found.get(0))).contains(0f);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 2", "2, 9"})
  void batchAndStepsMayBeKnownOnlyAtRunTime(int batch, int steps) {
    GraphVariable<TInt64> step = loops.store.createGlobalStep();
    RNNCell stack = droppedStack(step);
    Operand<TFloat32> inputs = loops.placeholder(-1, -1, 3);
    loops.runner.feedAlways(inputs, LoopRunner.tensor(8, batch, steps, 3));
    List<Operand<TFloat32>> found = LoopRunner.results(loops.fused(stack, inputs).lanes(2).build());
    List<Operand<TFloat32>> expected =
        LoopRunner.results(loops.dynamic(droppedStack(step), inputs).build());
    loops.assertAgree(found, expected, List.of(inputs));
  }

  @Test
  void timeMayComeFirst() {
    Operand<TFloat32> inputs = loops.values(1, 4, 5, 3); // [T, B, D]
    RNNCell cell = new BasicLSTMCell(2);
    FusedLstm found = loops.fused(cell, inputs).timeMajor(true).lanes(2).build();
    DynamicRnn<TFloat32> expected = loops.dynamic(cell, inputs).timeMajor(true).build();
    loops.initialize();
    loops.assertClose(LoopRunner.results(found), LoopRunner.results(expected), LoopRunner.VALUES);
  }

  @Test
  void theGradientOfEachResultForEachTensorAloneAgrees() {
    Operand<TFloat32> inputs = loops.values(1, 3, 4, 3);
    RNNCell cell = new BasicLSTMCell(2);
    RNNState<TFloat32> initial = loops.state(cell, 3);
    List<Operand<TFloat32>> found =
        LoopRunner.results(loops.fused(cell, inputs).initialState(initial).build());
    List<Operand<TFloat32>> expected =
        loops.results(loops.unrolled(cell, inputs).initialState(initial).build());
    loops.initialize();
    List<Operand<TFloat32>> places = new ArrayList<>(loops.weights());
    places.add(inputs);
    places.addAll(initial.flatten());
    for (int k = 0; k < found.size(); k++) {
      Operand<TFloat32> loss = loops.loss(found.subList(k, k + 1));
      Operand<TFloat32> expectedLoss = loops.loss(expected.subList(k, k + 1));
      for (Operand<TFloat32> place : places) {
        loops.assertClose(
            loops.gradients(loss, List.of(place)),
            loops.gradients(expectedLoss, List.of(place)),
            LoopRunner.GRADIENTS);
      }
    }
  }

  @Test
  void twoLossesOfOneLoopHaveGradientsInOneRun() {
    Operand<TFloat32> inputs = loops.values(1, 4, 3, 3);
    RNNCell cell = new BasicLSTMCell(2);
    List<Operand<TFloat32>> found = LoopRunner.results(loops.fused(cell, inputs).lanes(2).build());
    List<Operand<TFloat32>> expected = loops.results(loops.unrolled(cell, inputs).build());
    loops.initialize();
    List<Operand<TFloat32>> both = new ArrayList<>();
    List<Operand<TFloat32>> bothExpected = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      both.addAll(loops.gradients(loops.loss(found.subList(k, k + 1)), loops.weights()));
      bothExpected.addAll(loops.gradients(loops.loss(expected.subList(k, k + 1)), loops.weights()));
    }
    loops.assertClose(both, bothExpected, LoopRunner.GRADIENTS);
  }

  @Test
  void twoRunsAgreeToTheLastBit() {
    Operand<TFloat32> inputs = loops.values(1, 32, 20, 8);
    RNNCell cell = new MultiRNNCell(List.of(new BasicLSTMCell(32), new BasicLSTMCell(32)));
    List<Operand<TFloat32>> found = LoopRunner.results(loops.fused(cell, inputs).lanes(4).build());
    loops.initialize();
    List<Operand<TFloat32>> all = new ArrayList<>(found);
    all.addAll(loops.gradients(loops.loss(found), loops.weights()));
    List<float[]> first = loops.runner.fetch(all);
    for (int run = 0; run < 5; run++) {
      List<float[]> again = loops.runner.fetch(all);
      for (int k = 0; k < first.size(); k++) {
        assertThat(again.get(k)).containsExactly(first.get(k));
      }
    }
  }

  @Test
  void theGraphDoesNotGrowWithTheSteps() {
    assertThat(nodes(50)).isEqualTo(nodes(3)).isLessThan(700);
  }

  private static int nodes(int steps) {
    try (LoopRunner own = new LoopRunner()) {
      RNNCell cell = new BasicLSTMCell(2);
      FusedLstm rnn =
          FusedLstm.builder(own.tf, own.store.rootScope(), cell, own.values(1, 4, steps, 3))
              .lanes(2)
              .build();
      own.gradients(own.loss(LoopRunner.results(rnn)), own.weights());
      return own.runner.graph().toGraphDef().getNodeCount();
    }
  }

  @Test
  void agreesWithTheEquationsInDoublePrecision() {
    float[][] x = {{0.3f, -0.7f}, {0.1f, 0.9f}, {-0.4f, 0.2f}}; // 3 sequences of one step
    Operand<TFloat32> inputs = loops.tf.expandDims(loops.runner.matrix(x), loops.tf.constant(1));
    RNNCell cell = new BasicLSTMCell(2);
    FusedLstm rnn = loops.fused(cell, inputs).lanes(2).build();
    loops.initialize();
    List<float[]> weights = loops.runner.fetch(loops.weights());
    float[][] kernel = new float[4][];
    for (int row = 0; row < kernel.length; row++) {
      kernel[row] = Arrays.copyOfRange(weights.get(0), 8 * row, 8 * row + 8);
    }
    ReferenceLstm.State zero = new ReferenceLstm.State(new double[3][2], new double[3][2]);
    ReferenceLstm.State expected = ReferenceLstm.step(x, zero, kernel, weights.get(1), 1);
    float[] found = loops.runner.fetch(rnn.outputs());
    for (int k = 0; k < 6; k++) {
      assertThat((double) found[k]).isCloseTo(expected.h()[k / 2][k % 2], within(1e-6));
    }
  }
}
