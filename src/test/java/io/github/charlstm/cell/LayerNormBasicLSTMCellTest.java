package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.Reuse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class LayerNormBasicLSTMCellTest extends CellContractTest {
  private static final int UNITS = 5;
  private static final String SCOPE = "rnn/layer_norm_basic_lstm_cell/";
  private static final List<String> NORMS =
      List.of("input", "transform", "forget", "output", "state");
  private static final double[] ALL = {1, 1, 1, 1, 1};

  @Override
  RNNCell cell() {
    return new LayerNormBasicLSTMCell(UNITS);
  }

  @Override
  Expected expected() {
    Map<String, Shape> variables = new HashMap<>();
    variables.put(SCOPE + "kernel", Shape.of(DEPTH + UNITS, 4 * UNITS));
    for (String norm : NORMS) {
      variables.put(SCOPE + norm + "/gamma", Shape.of(UNITS));
      variables.put(SCOPE + norm + "/beta", Shape.of(UNITS));
    }
    return expected(variables);
  }

  private static Expected expected(Map<String, Shape> variables) {
    return new Expected(
        variables,
        "LSTMStateTuple(c=5, h=5)",
        "LayerNormBasicLSTMCellZeroState/zeros",
        "LayerNormBasicLSTMCellZeroState/zeros_1");
  }

  @Override
  float gradientStep() {
    return 1e-3f; // rows of a small deviation have large second derivatives
  }

  /** The cell contract, without layer normalization, with dropout. */
  @Nested
  class NotNormalized extends CellContractTest {
    @Override
    RNNCell cell() {
      return LayerNormBasicLSTMCell.builder(UNITS)
          .layerNorm(false)
          .dropoutKeepProb(0.6f)
          .dropoutProbSeed(5)
          .noise(DropoutWrapperTest.FIXED)
          .build();
    }

    @Override
    Expected expected() {
      return LayerNormBasicLSTMCellTest.expected(
          Map.of(
              SCOPE + "kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
              SCOPE + "bias", Shape.of(4 * UNITS)));
    }

    @Test
    void valuesAgreeWithThePlainEquations() {
      RNNCell plain = LayerNormBasicLSTMCell.builder(UNITS).layerNorm(false).build();
      CellRun.assertAgrees(runner, store, plain, reference(1, ALL, Math::tanh));
    }

    @Test
    void theBiasHasTheInitializerOfTheScope() {
      built();
      initialize();
      float[] bias = runner.fetch(store.trainable().get(1).value());
      double limit = Math.sqrt(6.0 / (4 * UNITS + 4 * UNITS)); // glorot uniform
      assertThat(bias).doesNotContain(0f);
      for (float value : bias) {
        assertThat((double) Math.abs(value)).isLessThanOrEqualTo(limit);
      }
    }
  }

  private static CellRun.Reference reference(
      double forgetBias, double[] mask, DoubleUnaryOperator activation) {
    return (x, state, weights) ->
        ReferenceCells.layerNormLstm(x, state, weights, forgetBias, mask, activation);
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    CellRun.assertAgrees(runner, store, cell(), reference(1, ALL, Math::tanh));
  }

  @Test
  void optionsAgreeWithThePlainEquations() {
    RNNCell cell =
        LayerNormBasicLSTMCell.builder(UNITS).forgetBias(-2).activation(Activation.SIGMOID).build();
    CellRun.assertAgrees(runner, store, cell, reference(-2, ALL, x -> 1 / (1 + Math.exp(-x))));
  }

  @Test
  void dropoutScalesOrDropsTheNewInputAlone() {
    RNNCell cell =
        LayerNormBasicLSTMCell.builder(UNITS)
            .dropoutKeepProb(0.5f)
            .noise((tf, shape, dtype, seed) -> tf.array(0.4f, 0.5f, 0.6f, 0f, 0.9f))
            .build();
    double[] mask = {0, 2, 2, 0, 2};
    CellRun.assertAgrees(runner, store, cell, reference(1, mask, Math::tanh));
  }

  @Test
  void theShareOfKeptValuesIsTheKeepProbAndEachRunHasAMaskOfItsOwn() {
    RNNCell cell = dropping(0.4f).build();
    cell.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    RNNCell plain = LayerNormBasicLSTMCell.builder(200).layerNorm(false).reuse(Reuse.TRUE).build();
    plain.build(store.rootScope(), DEPTH);
    // c' = sigmoid(i) * dropout(tanh(j)) as c is zero
    Operand<TFloat32> dropped = memory(cell.call(runner.tf(), input(1), zero));
    Operand<TFloat32> whole = memory(plain.call(runner.tf(), input(1), zero));
    initialize();
    List<float[]> values = runner.fetch(List.of(dropped, whole));
    DropoutWrapperTest.assertDropped(values.get(0), values.get(1), 0.4f);
    assertThat(runner.fetch(dropped)).isNotEqualTo(values.get(0));
  }

  private static Operand<TFloat32> memory(RNNCell.Step<TFloat32> step) {
    return step.state().flatten().get(0);
  }

  private LayerNormBasicLSTMCell.Builder dropping(float share) {
    return LayerNormBasicLSTMCell.builder(200)
        .layerNorm(false)
        .dropoutKeepProb(share)
        .noise(RandomSource.stream(RandomSeeds.of(3)));
  }

  @Test
  void aKeepProbThatIsATensorDropsTheSame() {
    float[] number = run(dropping(0.25f).dropoutProbSeed(9).name("number"));
    Operand<TFloat32> fed = DropoutWrapperTest.atRunTime(runner.tf(), 0.25f);
    assertThat(run(dropping(1f).dropoutKeepProb(fed).dropoutProbSeed(9).name("fed")))
        .isEqualTo(number);
    assertThat(run(dropping(0.25f).dropoutProbSeed(10).name("other"))).isNotEqualTo(number);
  }

  // The first step with constant weights.
  private float[] run(LayerNormBasicLSTMCell.Builder options) {
    RNNCell cell = options.build();
    cell.build(store.rootScope().withInitializer(Initializers.constant(0.1f)), DEPTH);
    initialize();
    return runner.fetch(
        cell.call(runner.tf(), input(1), cell.zeroState(runner.tf(), BATCH)).output());
  }

  @Test
  void theSeedIsTheSeedOfTheOperation() {
    long[] found = new long[1];
    RNNCell cell =
        LayerNormBasicLSTMCell.builder(UNITS)
            .dropoutKeepProb(0.5f)
            .dropoutProbSeed(17)
            .noise(
                (tf, shape, dtype, seed) -> {
                  found[0] = seed.orElseThrow();
                  return DropoutWrapperTest.FIXED.draw(tf, shape, dtype, seed);
                })
            .build();
    cell.build(store.rootScope(), DEPTH);
    cell.call(runner.tf(), input(1), state(cell, 2));
    assertThat(found[0]).isEqualTo(17);
  }

  @Test
  void variablesAreMadeInTheOrderOfTensorFlow1WithGainAndShift() {
    RNNCell cell = LayerNormBasicLSTMCell.builder(UNITS).normGain(0.5f).normShift(-2f).build();
    cell.build(store.rootScope().child("rnn"), DEPTH);
    assertThat(store.all())
        .extracting(variable -> variable.name().replace(SCOPE, ""))
        .containsExactly(
            "kernel",
            "input/gamma",
            "input/beta",
            "transform/gamma",
            "transform/beta",
            "forget/gamma",
            "forget/beta",
            "output/gamma",
            "output/beta",
            "state/gamma",
            "state/beta");
    initialize();
    for (int k = 1; k < store.trainable().size(); k++) {
      float expected = store.trainable().get(k).name().endsWith("gamma") ? 0.5f : -2f;
      assertThat(runner.fetch(store.trainable().get(k).value())).containsOnly(expected);
    }
  }

  @Test
  void badOptionsAreRejected() {
    LayerNormBasicLSTMCell.Builder builder = LayerNormBasicLSTMCell.builder(2);
    assertRejected(() -> builder.forgetBias(Float.NaN), "forget_bias", "found NaN");
    assertRejected(() -> builder.normGain(Float.NaN), "norm_gain", "found NaN");
    assertRejected(
        () -> builder.normShift(Float.POSITIVE_INFINITY), "norm_shift", "found Infinity");
    for (float share : new float[] {0, -0.1f, 1.5f, Float.NaN}) {
      assertRejected(
          () -> builder.dropoutKeepProb(share),
          "dropout_keep_prob must be above 0 and at most 1, found " + share);
    }
    Operand<TFloat32> two = runner.tf().array(0.5f, 0.5f);
    assertRejected(
        () -> builder.dropoutKeepProb(two),
        "LayerNormBasicLSTMCell expects dropout_keep_prob that is a scalar",
        "[2]");
    assertThatThrownBy(() -> builder.noise(null)).isInstanceOf(NullPointerException.class);
  }
}
