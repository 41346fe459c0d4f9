package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.graph.RandomSeeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class DropoutWrapperTest extends CellContractTest {
  private static final int UNITS = 5;

  // The same numbers in every run, as finite differences need it.
  static final RandomSource FIXED =
      (tf, shape, dtype, seed) ->
          tf.random.statelessRandomUniform(
              shape, tf.constant(new long[] {3, seed.orElse(1)}), dtype);

  @Override
  RNNCell cell() {
    return DropoutWrapper.builder(new BasicLSTMCell(UNITS))
        .inputKeepProb(0.75f)
        .outputKeepProb(0.6f)
        .stateKeepProb(atRunTime(0.7f))
        .seed(3)
        .noise(FIXED)
        .build();
  }

  @Override
  Expected expected() {
    return new Expected(
        BasicLSTMCellTest.VARIABLES,
        "LSTMStateTuple(c=5, h=5)",
        "DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros",
        "DropoutWrapperZeroState/BasicLSTMCellZeroState/zeros_1");
  }

  private Operand<TFloat32> atRunTime(float share) {
    return atRunTime(runner.tf(), share);
  }

  /** A scalar whose value is not known when the graph is built. */
  static Operand<TFloat32> atRunTime(Ops tf, float share) {
    Ops scope = tf.withSubScope("test");
    return scope.placeholderWithDefault(scope.constant(share), Shape.scalar());
  }

  private DropoutWrapper.Builder around(RNNCell inner) {
    return DropoutWrapper.builder(inner).noise(RandomSource.stream(RandomSeeds.of(3)));
  }

  /** A wrapped cell's step beside the same cell's without the wrapper, both run. */
  private List<float[]> outputsAndLeaves(RNNCell wrapped, RNNCell inner) {
    wrapped.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> state = state(inner, 2);
    RNNCell.Step<TFloat32> step = wrapped.call(runner.tf(), input(1), state);
    RNNCell.Step<TFloat32> plain = inner.call(runner.tf(), input(1), state);
    initialize();
    List<Operand<TFloat32>> all = new ArrayList<>();
    for (RNNCell.Step<TFloat32> each : List.of(step, plain)) {
      all.add(each.output());
      all.addAll(each.state().flatten());
    }
    // an LSTM's output is its h, and a session cannot fetch a tensor twice
    all.replaceAll(tensor -> runner.tf().identity(tensor));
    return runner.fetch(all);
  }

  static void assertDropped(float[] dropped, float[] plain, float keepProb) {
    int kept = 0;
    for (int k = 0; k < plain.length; k++) {
      if (dropped[k] != 0) {
        kept++;
        assertThat(dropped[k]).isCloseTo(plain[k] / keepProb, within(1e-6f));
      }
    }
    double deviation = Math.sqrt(plain.length * keepProb * (1 - keepProb));
    assertThat((double) kept).isCloseTo(plain.length * keepProb, within(5 * deviation));
  }

  @Test
  void keptOutputsAreScaledOthersAreZeroAndTheStateIsUnchanged() {
    RNNCell inner = new BasicLSTMCell(200);
    List<float[]> values = outputsAndLeaves(around(inner).outputKeepProb(0.4f).build(), inner);
    assertDropped(values.get(0), values.get(3), 0.4f);
    assertThat(values.get(1)).isEqualTo(values.get(4));
    assertThat(values.get(2)).isEqualTo(values.get(5));
  }

  @Test
  void aKeepProbThatIsATensorDropsTheSame() {
    RNNCell inner = new BasicLSTMCell(200);
    Operand<TFloat32> keepProb = atRunTime(0.4f);
    List<float[]> values = outputsAndLeaves(around(inner).outputKeepProb(keepProb).build(), inner);
    assertDropped(values.get(0), values.get(3), 0.4f);
  }

  @Test
  void aConstantKeepProbIsTreatedAsItsNumber() {
    RNNCell inner = new BasicLSTMCell(3);
    RNNCell wrapped = DropoutWrapper.builder(inner).inputKeepProb(runner.tf().constant(1f)).build();
    wrapped.build(store.rootScope(), DEPTH);
    RNNCell.Step<TFloat32> step =
        wrapped.call(runner.tf(), input(1), wrapped.zeroState(runner.tf(), BATCH));
    assertThat(operations()).noneMatch(name -> name.contains("dropout"));
    assertThat(step.output().shape()).isEqualTo(Shape.of(BATCH, 3));
    DropoutWrapper.Builder builder = DropoutWrapper.builder(inner);
    Operand<TFloat32> negative = runner.tf().constant(-0.5f);
    assertRejected(() -> builder.outputKeepProb(negative), "output_keep_prob", "found -0.5");
    Operand<TFloat32> high = runner.tf().constant(1.5f);
    assertRejected(() -> builder.stateKeepProb(high), "state_keep_prob", "found 1.5");
    Operand<TFloat32> none = runner.tf().constant(Float.NaN);
    assertRejected(() -> builder.inputKeepProb(none), "input_keep_prob", "NaN");
  }

  // Python's results for [2, 2, 2, 2] and these shares; it does not check them either.
  @ParameterizedTest
  @CsvSource({"-0.5, 0", "0, 0", "1, 2", "1.5, 1.3333334", "NaN, 0"})
  void aKeepProbKnownAtRunTimeIsNotChecked(float share, float expected) {
    RNNCell cell = new BasicRNNCell(4);
    RNNCell wrapped =
        DropoutWrapper.builder(new ResidualWrapper(cell, (tf, inputs, outputs) -> inputs))
            .outputKeepProb(atRunTime(share))
            .build();
    wrapped.build(store.rootScope(), DEPTH);
    Operand<TFloat32> twos = runner.matrix(new float[][] {{2, 2, 2, 2}});
    RNNCell.Step<TFloat32> step =
        wrapped.call(runner.tf(), twos, wrapped.zeroState(runner.tf(), 1));
    initialize();
    assertThat(runner.fetch(step.output())).containsOnly(expected);
  }

  @Test
  void stateDropoutDoesNotApplyToC() {
    RNNCell inner = new BasicLSTMCell(200);
    List<float[]> values = outputsAndLeaves(around(inner).stateKeepProb(0.4f).build(), inner);
    assertThat(values.get(0)).isEqualTo(values.get(3));
    assertThat(values.get(1)).isEqualTo(values.get(4));
    assertDropped(values.get(2), values.get(5), 0.4f);
  }

  @Test
  void stateDropoutReachesPlainTensorsAndTheLayersOfAStack() {
    RNNCell inner = new MultiRNNCell(List.of(new LSTMCell(100), new GRUCell(150)));
    List<float[]> values = outputsAndLeaves(around(inner).stateKeepProb(0.6f).build(), inner);
    assertThat(values.get(1)).isEqualTo(values.get(5));
    assertDropped(values.get(2), values.get(6), 0.6f);
    assertDropped(values.get(3), values.get(7), 0.6f);
  }

  @Test
  void droppedInputsReachTheCell() {
    RNNCell inner = new BasicRNNCell(2);
    RNNCell wrapped =
        DropoutWrapper.builder(inner)
            .inputKeepProb(0.5f)
            .noise((tf, shape, dtype, seed) -> tf.constant(new float[][] {{0.4f, 0.5f, 0.6f, 0f}}))
            .build();
    wrapped.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> state = inner.zeroState(runner.tf(), 1);
    RNNCell.Step<TFloat32> dropped =
        wrapped.call(runner.tf(), runner.matrix(new float[][] {{1, 2, 3, 4}}), state);
    RNNCell.Step<TFloat32> expected =
        inner.call(runner.tf(), runner.matrix(new float[][] {{0, 4, 6, 0}}), state);
    initialize();
    List<float[]> values = runner.fetch(List.of(dropped.output(), expected.output()));
    assertThat(values.get(0)).isEqualTo(values.get(1));
  }

  @Test
  void eachStepHasItsOwnMask() {
    RNNCell wrapped = around(new BasicRNNCell(50)).outputKeepProb(0.5f).build();
    wrapped.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> zero = wrapped.zeroState(runner.tf(), BATCH);
    RNNCell.Step<TFloat32> one = wrapped.call(runner.tf(), input(1), zero);
    RNNCell.Step<TFloat32> two = wrapped.call(runner.tf(), input(1), zero);
    initialize();
    List<float[]> values = runner.fetch(List.of(one.output(), two.output()));
    assertThat(values.get(0)).isNotEqualTo(values.get(1));
  }

  @Test
  void aKeepProbOfOneAddsNoOperations() {
    RNNCell inner = new BasicLSTMCell(3);
    RNNCell wrapped =
        DropoutWrapper.builder(inner)
            .inputKeepProb(1f)
            .outputKeepProb(1f)
            .stateKeepProb(1f)
            .build();
    wrapped.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> zero = wrapped.zeroState(runner.tf(), BATCH);
    Operand<TFloat32> x = input(1);
    int start = operations().size();
    inner.call(runner.tf(), x, zero);
    int plain = operations().size() - start;
    wrapped.call(runner.tf(), x, zero);
    assertThat(operations()).hasSize(start + 2 * plain);
  }

  @Test
  void keepProbsOutOfRangeAreRejected() {
    DropoutWrapper.Builder builder = DropoutWrapper.builder(new GRUCell(2));
    assertRejected(() -> builder.inputKeepProb(-0.1f), "input_keep_prob", "found -0.1");
    assertRejected(() -> builder.outputKeepProb(1.1f), "output_keep_prob", "found 1.1");
    assertRejected(() -> builder.stateKeepProb(Float.NaN), "state_keep_prob", "NaN");
    Operand<TFloat32> vector = runner.tf().array(0.5f, 0.5f);
    assertRejected(() -> builder.inputKeepProb(vector), "input_keep_prob", "scalar", "[2]");
    assertRejected(() -> builder.stateKeepProb(vector), "state_keep_prob", "scalar");
    Operand<TFloat32> integer = unchecked(runner.tf().constant(1));
    assertRejected(() -> builder.outputKeepProb(integer), "output_keep_prob", "float32", "int32");
  }

  @Test
  void aKeepProbOfZeroIsRejectedByTheStep() {
    RNNCell fresh = around(new GRUCell(2)).outputKeepProb(0f).build();
    RNNCell recurrent = around(new GRUCell(2)).outputKeepProb(0f).variationalRecurrent().build();
    for (RNNCell cell : List.of(fresh, recurrent)) {
      cell.build(store.rootScope().child("in_" + operations().size()), DEPTH);
      RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
      assertRejected(
          () -> cell.call(runner.tf(), input(1), zero), "output_keep_prob", "above 0", "found 0.0");
    }
  }
}
