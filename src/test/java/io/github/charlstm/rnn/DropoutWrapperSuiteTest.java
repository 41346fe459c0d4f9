package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The cases of TensorFlow's core_rnn_cell_test about DropoutWrapper. */
class DropoutWrapperSuiteTest {
  private static final float[][][] TWO_STEPS = {{{2, 2, 2}}, {{1, 1, 1}}};
  private static final double FIRST = 0.751109;
  private static final double SECOND = 0.895509;
  private static final double MEMORY = 1.949385;

  /** Outputs of all steps, then c and h. */
  private record Found(float[] outputs, float[] c, float[] h) {
    float[] step(int t) {
      int width = h.length;
      return Arrays.copyOfRange(outputs, t * width, (t + 1) * width);
    }
  }

  /** Wraps an LSTM of 3 whose weights are 0.5, and runs it from a state of 0.1. */
  private static Found run(
      float[][][] steps, BiFunction<Ops, DropoutWrapper.Builder, DropoutWrapper.Builder> options) {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      VariableStore store = new VariableStore(tf, RandomSeeds.of(2));
      var cell = options.apply(tf, DropoutWrapper.builder(new LSTMCell(3))).build();
      float[][] tenths = new float[steps[0].length][3];
      for (float[] row : tenths) {
        Arrays.fill(row, 0.1f);
      }
      var start = cell.stateSize().pack(List.of(runner.matrix(tenths), runner.matrix(tenths)));
      Operand<TFloat32> inputs = tf.constant(StdArrays.ndCopyOf(steps));
      var root = store.rootScope().child("root").withInitializer(Initializers.constant(0.5f));
      DynamicRnn<TFloat32> rnn =
          DynamicRnn.builder(tf, root, cell, inputs).timeMajor(true).initialState(start).build();
      runner.run(store.globalVariablesInitializer());
      List<Operand<TFloat32>> all = new ArrayList<>(List.of(rnn.outputs()));
      all.addAll(rnn.state().flatten());
      List<float[]> found = runner.fetch(all);
      return new Found(found.get(0), found.get(1), found.get(2));
    }
  }

  private static void assertAll(float[] found, double expected) {
    for (float value : found) {
      assertThat((double) value).isCloseTo(expected, within(1e-5));
    }
  }

  // a share that the graph reads at each run, as of a variable
  private static Operand<TFloat32> share(Ops tf, float value) {
    return tf.placeholderWithDefault(tf.constant(value), Shape.scalar());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperKeepAllConstantInput")
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperKeepAll")
  void aShareOfOneDropsNothing(boolean constant) {
    Found found =
        run(
            TWO_STEPS,
            (tf, wrapper) -> {
              Operand<TFloat32> all = constant ? tf.constant(1f) : share(tf, 1);
              return wrapper.inputKeepProb(all).outputKeepProb(all).stateKeepProb(all);
            });
    assertAll(found.step(0), FIRST);
    assertAll(found.step(1), SECOND);
    assertAll(found.h(), SECOND);
    assertAll(found.c(), MEMORY);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperKeepNoOutput")
  void outputsAloneAreDropped() {
    Found found = run(TWO_STEPS, (tf, wrapper) -> wrapper.outputKeepProb(share(tf, 1e-6f)));
    assertThat(found.outputs()).containsOnly(0);
    assertAll(found.h(), SECOND);
    assertAll(found.c(), MEMORY);
  }

  @Test
  @TensorFlowCase(
      "core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperKeepNoStateExceptLSTMCellMemory")
  void theMemoryIsNotDropped() {
    Found found = run(TWO_STEPS, (tf, wrapper) -> wrapper.stateKeepProb(share(tf, 1e-6f)));
    assertAll(found.step(0), FIRST);
    assertThat(found.step(1)[0]).isNotCloseTo((float) SECOND, within(1e-4f));
    assertThat(found.h()).containsOnly(0);
    assertAll(found.c(), 1.713925);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperKeepNoInput")
  void droppedInputsChangeAll() {
    Found found = run(TWO_STEPS, (tf, wrapper) -> wrapper.inputKeepProb(share(tf, 1e-6f)));
    assertThat(found.step(0)[0]).isNotCloseTo((float) FIRST, within(1e-4f));
    assertThat(found.h()[0]).isNotCloseTo((float) SECOND, within(1e-4f));
    assertThat(found.c()[0]).isNotCloseTo((float) MEMORY, within(1e-4f));
  }

  private static DropoutWrapper.Builder all(DropoutWrapper.Builder wrapper, float keepProb) {
    return wrapper.inputKeepProb(keepProb).outputKeepProb(keepProb).stateKeepProb(keepProb);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperWithSeed")
  void oneSeedGivesOneMask() {
    Found one = run(TWO_STEPS, (tf, wrapper) -> all(wrapper, 0.5f).seed(10));
    Found two = run(TWO_STEPS, (tf, wrapper) -> all(wrapper, 0.5f).seed(10));
    assertThat(two.outputs()).containsExactly(one.outputs()).contains(0);
    assertThat(two.c()).containsExactly(one.c());
    assertThat(two.h()).containsExactly(one.h());
  }

  private static float[][][] sevenSteps() {
    Random random = new Random(23487);
    float[][][] steps = new float[7][][];
    for (int t = 0; t < 7; t++) {
      steps[t] = Randoms.matrix(random, 5, 3);
    }
    return steps;
  }

  // each row of each of the tensors is dropped at the same columns
  private static void assertOneMask(float[] values) {
    for (int k = 3; k < values.length; k++) {
      assertThat(Math.abs(values[k]) > 1e-6).isEqualTo(Math.abs(values[k % 3]) > 1e-6);
    }
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperRecurrentOutput")
  void aVariationalMaskOfOutputsIsThatOfAllSteps() {
    Found found =
        run(
            sevenSteps(),
            (tf, wrapper) -> wrapper.outputKeepProb(0.5f).variationalRecurrent(3).seed(4));
    assertOneMask(found.outputs());
    assertThat(found.outputs()).contains(0);
  }

  @Test
  @TensorFlowCase(
      "core_rnn_cell_test.DropoutWrapperTest.testDropoutWrapperRecurrentStateInputAndOutput")
  @TensorFlowCase(
      "core_rnn_cell_test.DropoutWrapperTest."
          + "testDropoutWrapperRecurrentStateInputAndOutputWithSeed")
  void variationalMasksAreThoseOfAllStepsAndRows() {
    Found free = run(sevenSteps(), (tf, wrapper) -> all(wrapper, 0.9f).variationalRecurrent(3));
    Found one = seeded();
    for (Found found : List.of(free, one)) {
      assertOneMask(found.outputs());
      assertOneMask(found.c());
      assertOneMask(found.h());
    }
    Found two = seeded();
    assertThat(two.outputs()).containsExactly(one.outputs());
    assertThat(two.c()).containsExactly(one.c());
    assertThat(two.h()).containsExactly(one.h());
  }

  private static Found seeded() {
    return run(
        sevenSteps(), (tf, wrapper) -> all(wrapper, 0.9f).variationalRecurrent(3).seed(-234987));
  }
}
