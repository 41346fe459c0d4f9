package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The cases of TensorFlow's rnn_cell_test, the cells of tf.contrib.rnn. */
class RnnCellSuiteTest {
  private static final float[][] INPUTS = {{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}};
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(7));

  @AfterEach
  void close() {
    runner.close();
  }

  private VariableScope scope(String name, float value) {
    return store.rootScope().child(name).withInitializer(Initializers.constant(value));
  }

  /** Output and leaves of the state of one step; without leaves, from a state of 0.1. */
  private List<float[]> step(
      VariableScope scope, RNNCell cell, float[][] inputs, float[][]... leaves) {
    List<Operand<TFloat32>> state = new ArrayList<>();
    for (float[][] leaf : leaves.length == 0 ? tenths(cell, inputs.length) : leaves) {
      state.add(runner.matrix(leaf));
    }
    Operand<TFloat32> x = runner.matrix(inputs);
    var step = cell.firstCall(scope, inputs[0].length, tf, x, cell.stateSize().pack(state));
    runner.run(store.globalVariablesInitializer());
    List<Operand<TFloat32>> results = new ArrayList<>(List.of(step.output()));
    results.addAll(step.state().flatten());
    results.replaceAll(tensor -> tf.identity(tensor));
    return runner.fetch(results);
  }

  private static float[][][] tenths(RNNCell cell, int batch) {
    List<Integer> widths = cell.stateSize().flatten();
    float[][][] leaves = new float[widths.size()][][];
    for (int k = 0; k < leaves.length; k++) {
      leaves[k] = new float[batch][widths.get(k)];
      for (float[] row : leaves[k]) {
        Arrays.fill(row, 0.1f);
      }
    }
    return leaves;
  }

  /** Each row of {@code found} has one value in all its columns. */
  private static void assertRows(float[] found, double... rows) {
    int columns = found.length / rows.length;
    for (int k = 0; k < found.length; k++) {
      assertThat((double) found[k]).isCloseTo(rows[k / columns], within(1e-6));
    }
  }

  private static void assertValues(float[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < found.length; k++) {
      assertThat((double) found[k]).isCloseTo(expected[k], within(2e-6));
    }
  }

  @Test
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testNASCell")
  void nasCell() {
    List<float[]> found = step(scope("nas_test", 0.5f), new NASCell(6), INPUTS);
    assertRows(found.get(0), 0.57675087, 0.6189357, 0.62739348);
    assertRows(found.get(1), 0.71579772, 0.78041625, 0.79457647);
    assertRows(found.get(2), 0.57675087, 0.6189357, 0.62739348);
  }

  @Test
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testNASCellProj")
  void nasCellWithAProjection() {
    RNNCell cell = NASCell.builder(6).numProj(5).build();
    List<float[]> found = step(scope("nas_proj_test", 0.5f), cell, INPUTS);
    assertThat(found.get(1)).hasSize(18);
    assertThat(found.get(2)).hasSize(15);
    assertRows(found.get(0), 1.69741797, 1.84003687, 1.87398517);
    assertRows(found.get(1), 0.69855207, 0.77073824, 0.78973997);
    assertRows(found.get(2), 1.69741797, 1.84003687, 1.87398517);
  }

  @Test
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testUGRNNCell")
  void ugrnnCell() {
    List<float[]> found = step(scope("ugrnn_cell_test", 0.5f), new UGRNNCell(2), INPUTS);
    assertRows(found.get(0), 0.13752282, 0.10545051, 0.10074195);
    assertRows(found.get(1), 0.13752282, 0.10545051, 0.10074195);
  }

  private static final float[][][] FOUR_LEAVES = {
    {{0, 0.1f}}, {{0.2f, 0.3f}}, {{0.4f, 0.5f}}, {{0.6f, 0.7f}}
  };

  private List<float[]> twoLayers(Supplier<RNNCell> cell) {
    RNNCell stack = new MultiRNNCell(List.of(cell.get(), cell.get()));
    return step(scope("root", 0.5f), stack, new float[][] {{1, 1}}, FOUR_LEAVES);
  }

  @Test
  @TensorFlowCase("rnn_cell_test.LayerNormBasicLSTMCellTest.testBasicLSTMCell")
  @TensorFlowCase("rnn_cell_test.LayerNormBasicLSTMCellTest.testBasicLSTMCellWithStateTuple")
  void layerNorm() {
    List<float[]> found = twoLayers(() -> new LayerNormBasicLSTMCell(2));
    for (int k : new int[] {0, 2, 4}) {
      assertValues(found.get(k), -0.38079708, 0.38079708);
    }
    assertValues(found.get(1), -1, 1);
    assertValues(found.get(3), -1, 1);
    List<float[]> other =
        step(
            scope("other", 0.5f),
            new LayerNormBasicLSTMCell(2),
            new float[][] {{1, 1, 1}},
            FOUR_LEAVES[0],
            FOUR_LEAVES[1]);
    assertValues(other.get(0), -0.38079708, 0.38079708);
    assertValues(other.get(1), -1, 1);
    assertValues(other.get(2), -0.38079708, 0.38079708);
  }

  private static RNNCell withoutNorm() {
    return LayerNormBasicLSTMCell.builder(2).layerNorm(false).build();
  }

  @Test
  @TensorFlowCase("rnn_cell_test.LayerNormBasicLSTMCellTest.testBasicLSTMCellWithoutNorm")
  void layerNormSwitchedOff() {
    List<float[]> found = twoLayers(RnnCellSuiteTest::withoutNorm);
    assertValues(found.get(0), 0.70230919, 0.72581059);
    assertValues(found.get(1), 0.8020075, 0.89599884);
    assertValues(found.get(2), 0.56668288, 0.60858738);
    assertValues(found.get(3), 1.17500675, 1.26892781);
    assertValues(found.get(4), 0.70230919, 0.72581059);
    List<float[]> other =
        step(
            scope("other", 0.5f),
            withoutNorm(),
            new float[][] {{1, 1, 1}},
            FOUR_LEAVES[0],
            FOUR_LEAVES[1]);
    assertValues(other.get(0), 0.64121795, 0.68166804);
    assertValues(other.get(1), 0.88477188, 0.98103917);
  }

  @Test
  @TensorFlowCase("rnn_cell_test.LayerNormBasicLSTMCellTest.testBasicLSTMCellWithDropout")
  void layerNormDropsTheNewInput() {
    float[][] ones = {{1, 1, 1, 1, 1}};
    RNNCell cell = LayerNormBasicLSTMCell.builder(5).layerNorm(false).dropoutKeepProb(0.5f).build();
    List<float[]> found = step(scope("other", 1), cell, ones, ones, ones);
    assertThat(found.get(0)).isEqualTo(found.get(2));
    int dropped = 0;
    for (int k = 0; k < 5; k++) {
      boolean low = found.get(1)[k] < 2;
      assertThat((double) found.get(1)[k])
          .isCloseTo(low ? 0.999983298578 : 2.9998924946, within(1e-4));
      assertThat((double) found.get(2)[k])
          .isCloseTo(low ? 0.761552567265 : 0.995008519604, within(1e-4));
      dropped += low ? 1 : 0;
    }
    assertThat(dropped).isBetween(1, 3);
  }

  private static RNNCell attention(boolean tuple) {
    RNNCell lstm = BasicLSTMCell.builder(8).stateIsTuple(tuple).build();
    return AttentionCellWrapper.builder(lstm, 16).stateIsTuple(tuple).build();
  }

  @Test
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testAttentionCellWrapperFailures")
  void attentionNeedsAWindowAndOneKindOfState() {
    for (boolean tuple : new boolean[] {false, true}) {
      RNNCell lstm = BasicLSTMCell.builder(8).stateIsTuple(tuple).build();
      assertRejected(() -> AttentionCellWrapper.builder(lstm, 0), "attn_length", "found 0");
      assertRejected(() -> AttentionCellWrapper.builder(lstm, -1), "attn_length", "found -1");
    }
    assertThatThrownBy(() -> AttentionCellWrapper.builder(null, 4)).hasMessage("cell");
    RNNCell tuples = new BasicLSTMCell(8);
    assertRejected(
        () -> AttentionCellWrapper.builder(tuples, 4).stateIsTuple(false).build(),
        "state_is_tuple false",
        "LSTMStateTuple(c=8, h=8)");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testAttentionCellWrapperZeros")
  @TensorFlowCase("rnn_cell_test.RNNCellTest.testAttentionCellWrapperValues")
  void attentionOverZerosIsZeroAndOtherInputsDiffer(boolean tuple) {
    RNNCell cell = attention(tuple);
    List<Integer> widths = cell.stateSize().flatten();
    assertThat(widths).isEqualTo(tuple ? List.of(8, 8, 8, 128) : List.of(152));
    float[][][] zeros = new float[widths.size()][][];
    for (int k = 0; k < zeros.length; k++) {
      zeros[k] = new float[3][widths.get(k)];
    }
    VariableScope scope = store.rootScope().child("attention_test");
    for (float[] values : step(scope, cell, new float[3][4], zeros)) {
      assertThat(values).containsOnly(0);
    }
    List<float[]> found = step(scope, cell, INPUTS);
    assertThat(found.get(0)).hasSize(24);
    for (float[] values : found.subList(0, 2)) { // the output, and the state or its first part
      int width = values.length / 3;
      for (int n = 1; n < 3; n++) {
        assertThat(Arrays.copyOfRange(values, n * width, (n + 1) * width))
            .isNotEqualTo(Arrays.copyOf(values, width));
      }
    }
  }
}
