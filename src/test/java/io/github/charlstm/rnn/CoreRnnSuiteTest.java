package io.github.charlstm.rnn;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.EmbeddingWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.checkpoint.Saver;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.Initializer;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.VariableScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/** The cases of TensorFlow's core_rnn_test and rnn_test about loops. */
@Tag("slow")
class CoreRnnSuiteTest {
  private static final int BATCH = 2;
  private static final int DEPTH = 5;
  private static final int STEPS = 8;
  private static final int UNITS = 3;
  private static final Initializer SMALL = Initializers.randomUniform(-0.01f, 0.01f).seed(23489);
  private final LoopRunner loops = new LoopRunner();
  private final Ops tf = loops.tf;
  private final VariableScope root = loops.store.rootScope();

  @AfterEach
  void close() {
    loops.close();
  }

  /** Output {@code input + 1}, state {@code state + 1}; without variables. */
  private static final class PlusOneCell extends RNNCell {
    @Override
    public int outputSize() {
      return DEPTH;
    }

    @Override
    public StateSize stateSize() {
      return StateSize.of(DEPTH);
    }

    @Override
    public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {}

    @Override
    public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
      requireState(inputs, state);
      Operand<T> one = Dtypes.constant(tf, inputs.type(), 1);
      return new Step<>(
          tf.math.add(inputs, one), new TensorState<>(tf.math.add(state.flatten().get(0), one)));
    }
  }

  /** The same input at each step. */
  private static List<Operand<TFloat32>> repeated(Operand<TFloat32> input) {
    return Collections.nCopies(STEPS, input);
  }

  private StaticRnn.Builder<TFloat32> unrolled(RNNCell cell, Operand<TFloat32> input) {
    return StaticRnn.builder(tf, root, cell, repeated(input));
  }

  private DynamicRnn.Builder<TFloat32> dynamic(RNNCell cell, Operand<TFloat32> input) {
    return DynamicRnn.builder(tf, root, cell, tf.stack(repeated(input))).timeMajor(true);
  }

  private static float[] plus(float[] values, float more) {
    float[] sums = values.clone();
    for (int k = 0; k < sums.length; k++) {
      sums[k] += more;
    }
    return sums;
  }

  private static float[] filled(int many, float value) {
    float[] values = new float[many];
    Arrays.fill(values, value);
    return values;
  }

  private LSTMCell.Builder lstm() {
    return LSTMCell.builder(UNITS).initializer(SMALL);
  }

  @ParameterizedTest
  @EnumSource(
      value = Loop.class,
      names = {"STATIC_RNN", "DYNAMIC_RNN"})
  @TensorFlowCase("core_rnn_test.RNNTest.testInvalidSequenceLengthShape")
  @TensorFlowCase("rnn_test.RNNTest.testInvalidSequenceLengthShape")
  void lengthsThatAreNoVectorAreRejected(Loop loop) {
    Operand<TFloat32> step = loops.placeholder(3, 4);
    List<Operand<TFloat32>> inputs =
        loop.unrolled() ? List.of(step) : List.of(tf.stack(List.of(step)));
    var lengths = loop.unrolled() ? tf.constant(4) : tf.constant(new int[][] {{4}});
    assertRejected(
        () ->
            loop.build(tf, root, new PlusOneCell(), inputs, Optional.empty(), Optional.of(lengths)),
        "sequence_length of shape",
        lengths.shape().toString());
  }

  @Test
  @TensorFlowCase("core_rnn_test.RNNTest.testRNN")
  void aCellIsCalledAtEachStep() {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    StaticRnn<TFloat32> rnn = unrolled(new PlusOneCell(), input).build();
    assertThat(rnn.outputs()).hasSize(STEPS);
    for (Operand<TFloat32> output : rnn.outputs()) {
      assertThat(output.shape()).isEqualTo(input.shape());
      assertThat(loops.runner.fetch(output)).containsExactly(plus(loops.runner.fetch(input), 1));
    }
    assertThat(loops.runner.fetch(rnn.state().flatten().get(0)))
        .containsExactly(filled(BATCH * DEPTH, STEPS));
  }

  @Test
  @TensorFlowCase("core_rnn_test.RNNTest.testDropout")
  void droppedInputsAreZeros() {
    RNNCell cell = DropoutWrapper.builder(new PlusOneCell()).inputKeepProb(1e-6f).seed(0).build();
    StaticRnn<TFloat32> rnn = unrolled(cell, loops.values(1, BATCH, DEPTH)).build();
    for (Operand<TFloat32> output : rnn.outputs()) {
      assertThat(output.shape()).isEqualTo(Shape.of(BATCH, DEPTH));
      assertThat(loops.runner.fetch(output)).containsExactly(filled(BATCH * DEPTH, 1));
    }
  }

  @Test
  @TensorFlowCase("core_rnn_test.RNNTest.testDynamicCalculation")
  void outputsEndAtTheLengths() {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    Operand<TInt64> lengths = tf.placeholder(TInt64.class);
    loops.runner.feedAlways(lengths, TInt64.vectorOf(2, 3));
    StaticRnn<TFloat32> rnn = unrolled(new PlusOneCell(), input).sequenceLength(lengths).build();
    List<float[]> outputs = loops.runner.fetch(rnn.outputs());
    float[] full = plus(loops.runner.fetch(input), 1);
    assertThat(outputs.get(0)).containsExactly(full);
    assertThat(outputs.get(1)).containsExactly(full);
    float[] half = full.clone();
    Arrays.fill(half, 0, DEPTH, 0);
    assertThat(outputs.get(2)).containsExactly(half);
    for (float[] output : outputs.subList(3, STEPS)) {
      assertThat(output).containsOnly(0);
    }
    assertThat(loops.runner.fetch(rnn.state().flatten().get(0)))
        .containsExactly(2, 2, 2, 2, 2, 3, 3, 3, 3, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "prefix"})
  @TensorFlowCase("core_rnn_test.RNNTest.testScope")
  @TensorFlowCase("core_rnn_test.GRUTest.testDynamicScope")
  void variablesAreInTheLoopsScope(String scope) {
    var unrolled = unrolled(new GRUCell(UNITS), loops.values(1, BATCH, DEPTH));
    var dynamic =
        DynamicRnn.builder(
                tf, root.child("second"), new GRUCell(UNITS), loops.values(1, BATCH, STEPS, DEPTH))
            .sequenceLength(tf.array(3, 7));
    if (!scope.equals("rnn")) {
      unrolled.scope(scope);
      dynamic.scope(scope);
    }
    unrolled.build();
    assertThat(loops.store.references().keySet())
        .hasSize(4)
        .allMatch(name -> name.startsWith(scope + "/"));
    dynamic.build();
    assertThat(loops.store.references().keySet())
        .filteredOn(name -> name.startsWith("second/" + scope + "/"))
        .hasSize(4);
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testNoProjNoSharding")
  @TensorFlowCase("core_rnn_test.LSTMTest.testProjNoSharding")
  void outputsHaveTheCellsWidth() {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    StaticRnn<TFloat32> plain = unrolled(lstm().stateIsTuple(false).build(), input).build();
    Operand<TFloat32> open = loops.placeholder(-1, DEPTH);
    loops.runner.feedAlways(open, LoopRunner.tensor(1, BATCH, DEPTH));
    RNNCell wide = lstm().usePeepholes(true).numProj(4).stateIsTuple(false).build();
    StaticRnn<TFloat32> projected = unrolled(wide, open).scope("projected").build();
    loops.initialize();
    for (int t = 0; t < STEPS; t++) {
      assertThat(plain.outputs().get(t).shape()).isEqualTo(Shape.of(BATCH, UNITS));
      assertThat(loops.runner.fetch(plain.outputs().get(t))).hasSize(BATCH * UNITS);
      assertThat(loops.runner.fetch(projected.outputs().get(t))).hasSize(BATCH * 4);
    }
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testCellClipping")
  void aMemoryClippedToZeroGivesZeros() {
    RNNCell cell = lstm().usePeepholes(true).cellClip(0).stateIsTuple(false).build();
    StaticRnn<TFloat32> rnn = unrolled(cell, loops.values(1, BATCH, DEPTH)).build();
    loops.initialize();
    for (Operand<TFloat32> output : rnn.outputs()) {
      assertThat(loops.runner.fetch(output)).containsOnly(0f, -0f);
    }
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testSharingWeightsWithReuse")
  void oneCellInTwoLoopsSharesItsWeights() {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    RNNCell cell = wide(23489);
    StaticRnn<TFloat32> first =
        StaticRnn.builder(tf, root.child("share"), cell, repeated(input)).build();
    StaticRnn<TFloat32> second =
        StaticRnn.builder(tf, root.child("share"), cell, repeated(input)).build();
    StaticRnn<TFloat32> other =
        StaticRnn.builder(tf, root.child("diff"), wide(23490), repeated(input)).build();
    loops.initialize();
    loops.assertClose(second.outputs(), first.outputs(), 0);
    for (int t = 0; t < STEPS; t++) {
      assertThat(loops.runner.fetch(other.outputs().get(t)))
          .isNotEqualTo(loops.runner.fetch(first.outputs().get(t)));
    }
  }

  private static RNNCell wide(long seed) {
    return LSTMCell.builder(UNITS)
        .usePeepholes(true)
        .numProj(4)
        .initializer(Initializers.randomUniform(-1, 1).seed(seed))
        .stateIsTuple(false)
        .build();
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testSharingWeightsWithDifferentNamescope")
  void nameScopesOfOperationsDoNotMatterToVariables() {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    RNNCell cell = wide(23489);
    VariableScope share = root.child("share");
    var first = StaticRnn.builder(tf.withSubScope("one"), share, cell, repeated(input)).build();
    var second = StaticRnn.builder(tf.withSubScope("two"), share, cell, repeated(input)).build();
    loops.initialize();
    assertThat(first.outputs().get(0).op().name()).startsWith("one/");
    assertThat(second.outputs().get(0).op().name()).startsWith("two/");
    loops.assertClose(second.outputs(), first.outputs(), 0);
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testDynamicRNNAllowsUnknownTimeDimension")
  void theNumberOfStepsMayBeUnknown() {
    DynamicRnn<TFloat32> rnn =
        DynamicRnn.builder(tf, root, new GRUCell(30), loops.placeholder(1, -1, 20)).build();
    assertThat(rnn.outputs().shape().asArray()).containsExactly(1, -1, 30);
  }

  @Test
  @TensorFlowCase("rnn_test.RNNTest.testBatchSizeFromInput")
  void theBatchIsThatOfTheInputs() {
    for (long batch : new long[] {3, -1}) {
      Operand<TFloat32> inputs = loops.placeholder(batch, 4, 5);
      DynamicRnn<TFloat32> zeros = DynamicRnn.builder(tf, root, new PlusOneCell(), inputs).build();
      var start = StateSize.of(5).pack(List.of(loops.placeholder(batch, 5)));
      DynamicRnn<TFloat32> given =
          DynamicRnn.builder(tf, root, new PlusOneCell(), inputs).initialState(start).build();
      for (DynamicRnn<TFloat32> rnn : List.of(zeros, given)) {
        assertThat(rnn.outputs().shape().get(0)).isEqualTo(batch);
        assertThat(rnn.state().flatten().get(0).shape().get(0)).isEqualTo(batch);
      }
    }
  }

  private static List<Operand<TFloat32>> leaves(DynamicRnn<TFloat32> rnn) {
    return rnn.state().flatten();
  }

  /** One cell, static and dynamic, of lengths 4 and 6: the same bits. */
  private void assertTheBitsAgree(RNNCell cell) {
    Operand<TFloat32> input = loops.values(1, BATCH, DEPTH);
    StaticRnn<TFloat32> unrolled = unrolled(cell, input).sequenceLength(tf.array(4, 6)).build();
    DynamicRnn<TFloat32> dynamic = dynamic(cell, input).sequenceLength(tf.array(4, 6)).build();
    loops.initialize();
    loops.assertClose(List.of(dynamic.outputs()), List.of(tf.stack(unrolled.outputs())), 0);
    loops.assertClose(leaves(dynamic), unrolled.state().flatten(), 0);
    assertThat(dynamic.state().describe()).isEqualTo(unrolled.state().describe());
    assertThat(dynamic.state()).hasSameClassAs(unrolled.state());
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testDynamicRNNWithTupleStates")
  void bothLoopsGiveOneTupleOfStates() {
    assertTheBitsAgree(lstm().usePeepholes(true).numProj(4).build());
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testDynamicRNNWithNestedTupleStates")
  void bothLoopsGiveOneNestedTupleOfStates() {
    List<RNNCell> layers = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      layers.add(
          LSTMCell.builder(UNITS + k).usePeepholes(true).numProj(4 + k).initializer(SMALL).build());
    }
    RNNCell stack = new MultiRNNCell(layers);
    assertThat(stack.stateSize().flatten()).containsExactly(3, 4, 4, 5, 5, 6, 6, 7);
    var zeros = stack.zeroState(tf, 1).flatten();
    for (int k = 0; k < 8; k++) {
      assertThat(zeros.get(k).shape()).isEqualTo(Shape.of(1, stack.stateSize().flatten().get(k)));
    }
    assertTheBitsAgree(stack);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase(
      value = "core_rnn_test.LSTMTest.testDynamicEquivalentToStaticRNN",
      partly = "values are equal bit for bit, gradients to 1e-6 of the largest")
  @TensorFlowCase(
      value = "core_rnn_test.LSTMTest.testDynamicEquivalentToStaticRNNWithSequenceLength",
      partly = "values are equal bit for bit, gradients to 1e-6 of the largest")
  void valuesAndGradientsOfBothLoopsAgree(boolean withLengths) {
    Operand<TFloat32> inputs = loops.values(1, STEPS, BATCH, DEPTH);
    RNNCell cell = lstm().usePeepholes(true).numProj(4).stateIsTuple(false).build();
    var steps = tf.unstack(inputs, (long) STEPS).output();
    var unrolled = StaticRnn.builder(tf, root, cell, steps);
    var dynamic = DynamicRnn.builder(tf, root, cell, inputs).timeMajor(true);
    if (withLengths) {
      unrolled.sequenceLength(tf.array(6, 3));
      dynamic.sequenceLength(tf.array(6, 3));
    }
    StaticRnn<TFloat32> one = unrolled.build();
    DynamicRnn<TFloat32> two = dynamic.build();
    var split = tf.unstack(two.outputs(), (long) STEPS).output();
    loops.initialize();
    loops.assertClose(split, one.outputs(), 0);
    loops.assertClose(leaves(two), one.state().flatten(), 0);
    List<Operand<TFloat32>> places = loops.weights();
    places.add(inputs);
    List<Operand<TFloat32>> left = List.of(split.get(0), split.get(STEPS - 1), leaves(two).get(0));
    List<Operand<TFloat32>> right =
        List.of(one.outputs().get(0), one.outputs().get(STEPS - 1), one.state().flatten().get(0));
    for (int k = 0; k < 3; k++) {
      List<float[]> found = loops.runner.fetch(loops.gradients(left.get(k), places));
      List<float[]> expected = loops.runner.fetch(loops.gradients(right.get(k), places));
      for (int p = 0; p < found.size(); p++) {
        assertThat(found.get(p))
            .containsExactly(expected.get(p), within(1e-6f * largest(expected.get(p))));
      }
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  @TensorFlowCase("core_rnn_test.GRUTest.testDynamic")
  void aGruOfTwoLengths() {
    DynamicRnn<TFloat32> rnn =
        DynamicRnn.builder(
                tf,
                root.child("dynamic_scope"),
                new GRUCell(UNITS),
                loops.values(1, STEPS, BATCH, DEPTH))
            .timeMajor(true)
            .sequenceLength(tf.array(0, 7))
            .build();
    loops.initialize();
    float[] state = loops.runner.fetch(leaves(rnn).get(0));
    assertThat(Arrays.copyOf(state, UNITS)).containsOnly(0);
    assertThat(Arrays.copyOfRange(state, UNITS, 2 * UNITS)).doesNotContain(0);
    assertThat(loops.runner.fetch(rnn.outputs())).hasSize(STEPS * BATCH * UNITS);
  }

  /**
   * Both directions have the same weights and each step the same input, so the backward outputs are
   * the forward ones in reverse.
   *
   * @param outputs of each step, {@code [batch, 2 * units]}
   */
  private void assertMirrored(
      List<float[]> outputs,
      int[] lengths,
      List<Operand<TFloat32>> forward,
      List<Operand<TFloat32>> backward) {
    for (int n = 0; n < BATCH; n++) {
      for (int t = 0; t < lengths[n]; t++) {
        for (int k = 0; k < UNITS; k++) {
          assertThat(outputs.get(t)[n * 2 * UNITS + k])
              .isEqualTo(outputs.get(lengths[n] - 1 - t)[n * 2 * UNITS + UNITS + k])
              .isNotZero();
        }
      }
    }
    loops.assertClose(backward, forward, LoopRunner.VALUES);
  }

  private Operand<TFloat32> input(boolean knownBatch) {
    Operand<TFloat32> input = loops.placeholder(knownBatch ? BATCH : -1, DEPTH);
    loops.runner.feedAlways(input, LoopRunner.tensor(1, BATCH, DEPTH));
    return input;
  }

  private Operand<TInt64> lengths() {
    Operand<TInt64> lengths = tf.placeholder(TInt64.class);
    loops.runner.feedAlways(lengths, TInt64.vectorOf(2, 3));
    return lengths;
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "true, false", "false, false"})
  @TensorFlowCase("core_rnn_test.BidirectionalRNNTest.testBidirectionalRNN")
  @TensorFlowCase("core_rnn_test.BidirectionalRNNTest.testBidirectionalRNNWithoutSequenceLength")
  void unrolledDirectionsMirrorEachOther(boolean knownBatch, boolean withLengths) {
    var builder =
        StaticBidirectionalRnn.builder(
            tf,
            root,
            lstm().usePeepholes(true).stateIsTuple(false).build(),
            lstm().usePeepholes(true).stateIsTuple(false).build(),
            repeated(input(knownBatch)));
    if (withLengths) {
      builder.sequenceLength(lengths());
    }
    StaticBidirectionalRnn<TFloat32> rnn = builder.build();
    for (Operand<TFloat32> output : rnn.outputs()) {
      assertThat(output.shape().asArray()).containsExactly(knownBatch ? BATCH : -1, 2 * UNITS);
    }
    loops.initialize();
    assertMirrored(
        loops.runner.fetch(rnn.outputs()),
        withLengths ? new int[] {2, 3} : new int[] {STEPS, STEPS},
        rnn.stateForward().flatten(),
        rnn.stateBackward().flatten());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  @TensorFlowCase("core_rnn_test.BidirectionalRNNTest.testBidirectionalDynamicRNN")
  void dynamicDirectionsMirrorEachOther(int options) {
    boolean knownBatch = (options & 1) > 0;
    boolean tuple = (options & 2) > 0;
    boolean timeMajor = (options & 4) > 0;
    boolean withLengths = (options & 8) > 0;
    Operand<TFloat32> steps = tf.stack(repeated(input(knownBatch)));
    Operand<TFloat32> inputs = timeMajor ? steps : tf.linalg.transpose(steps, tf.array(1, 0, 2));
    var builder =
        BidirectionalDynamicRnn.builder(
                tf,
                root,
                lstm().stateIsTuple(tuple).build(),
                lstm().stateIsTuple(tuple).build(),
                inputs)
            .timeMajor(timeMajor);
    if (withLengths) {
      builder.sequenceLength(lengths());
    }
    BidirectionalDynamicRnn<TFloat32> rnn = builder.build();
    Operand<TFloat32> joined = rnn.joined(tf);
    long batch = knownBatch ? BATCH : -1;
    assertThat(joined.shape().asArray())
        .containsExactly(timeMajor ? new long[] {STEPS, batch, 6} : new long[] {batch, STEPS, 6});
    Operand<TFloat32> ordered = timeMajor ? joined : tf.linalg.transpose(joined, tf.array(1, 0, 2));
    loops.initialize();
    assertMirrored(
        loops.runner.fetch(tf.unstack(ordered, (long) STEPS).output()),
        withLengths ? new int[] {2, 3} : new int[] {STEPS, STEPS},
        rnn.stateForward().flatten(),
        rnn.stateBackward().flatten());
  }

  @ParameterizedTest
  @CsvSource({
    "bidirectional_rnn, false",
    "prefix, false",
    "bidirectional_rnn, true",
    "prefix, true"
  })
  @TensorFlowCase("core_rnn_test.BidirectionalRNNTest.testBidirectionalRNNScope")
  @TensorFlowCase("core_rnn_test.BidirectionalRNNTest.testBidirectionalDynamicRNNScope")
  void variablesOfBothDirectionsAreInTheLoopsScope(String scope, boolean dynamic) {
    RNNCell forward = lstm().build();
    RNNCell backward = lstm().build();
    if (dynamic) {
      var builder =
          BidirectionalDynamicRnn.builder(
              tf, root, forward, backward, loops.values(1, BATCH, STEPS, DEPTH));
      (scope.equals("prefix") ? builder.scope(scope) : builder).build();
    } else {
      var builder =
          StaticBidirectionalRnn.builder(
              tf, root, forward, backward, repeated(loops.values(1, BATCH, DEPTH)));
      (scope.equals("prefix") ? builder.scope(scope) : builder).build();
    }
    assertThat(loops.store.references().keySet())
        .hasSize(4)
        .allMatch(name -> name.startsWith(scope + "/"));
  }

  private StackBidirectionalDynamicRnn.Builder<TFloat32> stack(Operand<TFloat32> inputs) {
    return StackBidirectionalDynamicRnn.builder(tf, root, twoLayers(), twoLayers(), inputs);
  }

  private static List<RNNCell> twoLayers() {
    return List.of(
        LSTMCell.builder(2).usePeepholes(true).initializer(SMALL).stateIsTuple(false).build(),
        LSTMCell.builder(3).usePeepholes(true).initializer(SMALL).stateIsTuple(false).build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("rnn_test.StackBidirectionalRNNTest.testBidirectionalRNN")
  void onlyTheFirstLayerOfAStackIsMirrored(boolean knownBatch) {
    Operand<TFloat32> inputs =
        tf.linalg.transpose(tf.stack(repeated(input(knownBatch))), tf.array(1, 0, 2));
    StackBidirectionalDynamicRnn<TFloat32> rnn = stack(inputs).sequenceLength(lengths()).build();
    assertThat(rnn.outputs().shape().asArray()).containsExactly(knownBatch ? BATCH : -1, STEPS, 6);
    loops.initialize();
    loops.assertClose(
        rnn.statesForward().get(0).flatten(),
        rnn.statesBackward().get(0).flatten(),
        LoopRunner.VALUES);
    float[] out = loops.runner.fetch(rnn.outputs());
    int[] lengths = {2, 3};
    for (int n = 0; n < BATCH; n++) {
      for (int t = 0; t < lengths[n]; t++) {
        for (int k = 0; k < UNITS; k++) {
          int mirrored = lengths[n] - 1 - t;
          assertThat(out[(n * STEPS + t) * 6 + k])
              .isNotEqualTo(out[(n * STEPS + mirrored) * 6 + UNITS + k]);
        }
      }
    }
  }

  @Test
  @TensorFlowCase("rnn_test.StackBidirectionalRNNTest.testBidirectionalRNN")
  void theFirstLayerOfAStackGoesOnFromItsState() {
    Operand<TFloat32> inputs =
        tf.linalg.transpose(tf.stack(repeated(loops.values(1, BATCH, DEPTH))), tf.array(1, 0, 2));
    List<RNNCell> forward = twoLayers();
    List<RNNCell> backward = twoLayers();
    var three =
        StackBidirectionalDynamicRnn.builder(tf, root, forward, backward, inputs)
            .sequenceLength(tf.array(3, 2))
            .build();
    var five =
        StackBidirectionalDynamicRnn.builder(tf, root, forward, backward, inputs)
            .sequenceLength(tf.array(5, 3))
            .build();
    var rest =
        StackBidirectionalDynamicRnn.builder(tf, root, forward, backward, inputs)
            .initialStatesForward(three.statesForward())
            .initialStatesBackward(three.statesBackward())
            .sequenceLength(tf.array(2, 1))
            .build();
    loops.initialize();
    loops.assertClose(
        rest.statesForward().get(0).flatten(), five.statesForward().get(0).flatten(), 0);
    loops.assertClose(
        rest.statesBackward().get(0).flatten(), five.statesBackward().get(0).flatten(), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack_bidirectional_rnn", "prefix"})
  @TensorFlowCase("rnn_test.StackBidirectionalRNNTest.testBidirectionalDynamicRNNScope")
  void variablesOfAStackAreInItsScope(String scope) {
    var builder = stack(loops.values(1, BATCH, STEPS, DEPTH));
    (scope.equals("prefix") ? builder.scope(scope) : builder).build();
    assertThat(loops.store.references().keySet())
        .hasSize(20)
        .allMatch(name -> name.startsWith(scope + "/"));
  }

  /** Begins with zeros and remembers what is saved. */
  private final class Saved implements StaticStateSavingRnn.StateSaver<TFloat32> {
    private final Map<String, Integer> widths;
    private final Map<String, Operand<TFloat32>> saved = new HashMap<>();

    Saved(Map<String, Integer> widths) {
      this.widths = widths;
    }

    @Override
    public Operand<TFloat32> state(String name) {
      return tf.zeros(tf.array(BATCH, widths.get(name)), TFloat32.class);
    }

    @Override
    public Op saveState(String name, Operand<TFloat32> state) {
      saved.put(name, tf.identity(state));
      return saved.get(name);
    }
  }

  private StaticStateSavingRnn<TFloat32> saving(RNNCell cell, Saved saver, String... names) {
    return StaticStateSavingRnn.builder(
            tf,
            root.child("share"),
            cell,
            repeated(loops.values(1, BATCH, DEPTH)),
            saver,
            List.of(names))
        .build();
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testNoProjNoShardingSimpleStateSaver")
  @TensorFlowCase("core_rnn_test.LSTMTest.testNoProjNoShardingTupleStateSaver")
  void theFinalStateIsSavedByItsNames() {
    Saved one = new Saved(Map.of("save_lstm", 2 * UNITS));
    Saved two = new Saved(Map.of("c", UNITS, "m", UNITS));
    var joined = saving(lstm().stateIsTuple(false).build(), one, "save_lstm");
    var tuple = saving(LSTMCell.builder(UNITS).name("tuple").build(), two, "c", "m");
    for (Operand<TFloat32> output : joined.outputs()) {
      assertThat(output.shape()).isEqualTo(Shape.of(BATCH, UNITS));
    }
    loops.initialize();
    loops.assertClose(joined.state().flatten(), List.of(one.saved.get("save_lstm")), 0);
    loops.assertClose(tuple.state().flatten(), List.of(two.saved.get("c"), two.saved.get("m")), 0);
    loops.assertNoneIsZero(tuple.state().flatten());
  }

  @Test
  @TensorFlowCase("core_rnn_test.LSTMTest.testNoProjNoShardingNestedTupleStateSaver")
  void aNestedStateIsSavedByItsNames() {
    Map<String, Integer> widths = new TreeMap<>();
    List<RNNCell> layers = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      layers.add(LSTMCell.builder(UNITS + k).initializer(SMALL).build());
      for (String name : List.of("c" + k, "m" + k)) {
        names.add(name);
        widths.put(name, UNITS + k);
      }
    }
    Saved saver = new Saved(widths);
    var rnn = saving(new MultiRNNCell(layers), saver, names.toArray(String[]::new));
    for (Operand<TFloat32> output : rnn.outputs()) {
      assertThat(output.shape()).isEqualTo(Shape.of(BATCH, UNITS + 3));
    }
    loops.initialize();
    loops.assertClose(rnn.state().flatten(), names.stream().map(saver.saved::get).toList(), 0);
    assertRejected(
        () -> saving(new GRUCell(3), saver, "c0", "c1"),
        "state_name for each of the 1 tensors",
        "[c0, c1]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "prefix"})
  @TensorFlowCase("core_rnn_test.StateSaverRNNTest.testStateSaverRNNScope")
  @TensorFlowCase("core_rnn_test.StateSaverRNNTest.testStateSaverCallsSaveState")
  void eachOutputAndStateWaitsForTheSaves(String scope) {
    var count =
        loops
            .store
            .rootScope()
            .child(scope)
            .getUntrainableVariable("saves", Shape.scalar(), Initializers.zeros());
    Operand<TFloat32> zeros = loops.values(2, BATCH, 2 * UNITS);
    var saver =
        new StaticStateSavingRnn.StateSaver<TFloat32>() {
          @Override
          public Operand<TFloat32> state(String name) {
            return zeros;
          }

          @Override
          public Op saveState(String name, Operand<TFloat32> state) {
            return tf.withControlDependencies(state).assignAdd(count.reference(), tf.constant(1f));
          }
        };
    var builder =
        StaticStateSavingRnn.builder(
            tf,
            root,
            lstm().stateIsTuple(false).build(),
            repeated(loops.values(1, BATCH, DEPTH)),
            saver,
            List.of("save_lstm"));
    var rnn = (scope.equals("rnn") ? builder : builder.scope(scope)).build();
    assertThat(loops.store.references().keySet()).allMatch(name -> name.startsWith(scope + "/"));
    loops.initialize();
    loops.runner.fetch(rnn.outputs().get(STEPS - 1));
    assertThat(loops.runner.fetch(count.value())).containsExactly(1);
    loops.runner.fetch(rnn.state().flatten().get(0));
    assertThat(loops.runner.fetch(count.value())).containsExactly(2);
    loops.runner.fetch(List.of(rnn.outputs().get(STEPS - 1), rnn.state().flatten().get(0)));
    assertThat(loops.runner.fetch(count.value())).containsExactly(3);
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_cell_test.RNNCellTest.testEmbeddingWrapperWithDynamicRnn",
      partly = "symbols are given as floats, since inputs and states have one type")
  void anEmbeddingInALoop() {
    RNNCell cell = EmbeddingWrapper.builder(new BasicLSTMCell(1), 1, 2).build();
    Operand<TFloat32> symbols = tf.reshape(tf.array(0f, 0f), tf.array(1, 2, 1));
    DynamicRnn<TFloat32> rnn = loops.dynamic(cell, symbols).sequenceLength(tf.array(2L)).build();
    loops.initialize();
    assertThat(loops.runner.fetch(rnn.outputs())).hasSize(2).doesNotContain(0);
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_test.LSTMTest.testDoubleInput",
      partly = "without the shards of kernels, which are partitioned variables")
  @TensorFlowCase(
      value = "core_rnn_test.LSTMTest.testDoubleInputWithDropoutAndDynamicCalculation",
      partly = "without the shards of kernels, which are partitioned variables")
  void inputsMayBeDoubles() {
    Operand<TFloat64> input = tf.dtypes.cast(loops.values(1, BATCH, DEPTH), TFloat64.class);
    RNNCell cell = lstm().usePeepholes(true).numProj(4).stateIsTuple(false).build();
    RNNCell dropped = DropoutWrapper.builder(cell).inputKeepProb(0.5).seed(0).build();
    StaticRnn<TFloat64> rnn =
        StaticRnn.builder(tf, root, dropped, Collections.nCopies(STEPS, input))
            .sequenceLength(lengths())
            .initialState(cell.zeroState(tf, BATCH, TFloat64.class))
            .build();
    loops.initialize();
    assertThat(rnn.outputs()).hasSize(STEPS);
    assertThat(rnn.outputs().get(0).type()).isEqualTo(TFloat64.class);
    try (var result = loops.runner.runner().fetch(rnn.state().flatten().get(0)).run()) {
      assertThat(result.get(0).shape()).isEqualTo(Shape.of(BATCH, UNITS + 4));
      assertThat(result.get(0)).isInstanceOf(TFloat64.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stack_bidirectional_rnn", "prefix"})
  @TensorFlowCase(
      value = "rnn_test.StackBidirectionalRNNTest.testStackBidirectionalRNN",
      partly = "unrolled, a stack is built layer by layer with StaticBidirectionalRnn")
  @TensorFlowCase(
      value = "rnn_test.StackBidirectionalRNNTest.testStackBidirectionalRNNScope",
      partly = "unrolled, a stack is built layer by layer with StaticBidirectionalRnn")
  void anUnrolledStackIsMirroredInItsFirstLayerOnly(String scope) {
    List<RNNCell> forward = twoLayers();
    List<RNNCell> backward = twoLayers();
    Operand<TInt64> lengths = lengths();
    List<Operand<TFloat32>> outputs = repeated(input(true));
    List<StaticBidirectionalRnn<TFloat32>> layers = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      layers.add(
          StaticBidirectionalRnn.builder(
                  tf, root.child(scope), forward.get(k), backward.get(k), outputs)
              .scope("cell_" + k)
              .sequenceLength(lengths)
              .build());
      outputs = layers.get(k).outputs();
    }
    assertThat(outputs).hasSize(STEPS);
    assertThat(outputs.get(0).shape()).isEqualTo(Shape.of(BATCH, 6));
    assertThat(loops.store.references().keySet())
        .hasSize(20)
        .allMatch(name -> name.matches(scope + "/cell_[01]/[fb]w/lstm_cell/.*"));
    loops.initialize();
    loops.assertClose(
        layers.get(0).stateForward().flatten(), layers.get(0).stateBackward().flatten(), 1e-6f);
    List<float[]> out = loops.runner.fetch(outputs);
    for (int k = 0; k < UNITS; k++) {
      assertThat(out.get(0)[k]).isNotEqualTo(out.get(1)[UNITS + k]);
      assertThat(out.get(1)[6 + k]).isNotEqualTo(out.get(1)[6 + UNITS + k]);
    }
  }

  @Test
  @TensorFlowCase("rnn_test.RNNTest.testBasicLSTMCellInterchangeWithLSTMCell")
  void anLstmOfTheSameNameRestoresABasicLstm(@TempDir Path folder) throws IOException {
    new BasicLSTMCell(1).build(root, 1);
    var bias = loops.store.trainable().get(1).as(TFloat32.class);
    loops.initialize();
    loops.runner.run(tf.assign(bias.reference(), tf.array(10f, 10f, 10f, 10f)));
    Path saved =
        Saver.create(tf, loops.store.references(), 5)
            .save(loops.runner.session(), folder.resolve("ckpt"));
    try (LoopRunner other = new LoopRunner()) {
      LSTMCell.builder(1).name("basic_lstm_cell").build().build(other.store.rootScope(), 1);
      other.initialize();
      Saver.create(other.tf, other.store.references(), 5).restore(other.runner.session(), saved);
      assertThat(other.runner.fetch(other.store.trainable().get(1).as(TFloat32.class).value()))
          .containsExactly(10, 10, 10, 10);
    }
  }
}
