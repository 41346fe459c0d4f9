package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.graph.Reuse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

@Tag("machine")
class BasicLSTMCellTest extends CellContractTest {
  private static final int UNITS = 5;
  private static final Map<String, Shape> VARIABLES =
      Map.of(
          "rnn/basic_lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
          "rnn/basic_lstm_cell/bias", Shape.of(4 * UNITS));

  @Override
  RNNCell cell() {
    return new BasicLSTMCell(UNITS);
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return VARIABLES;
  }

  @Override
  List<String> expectedZeroStateNames() {
    return List.of("BasicLSTMCellZeroState/zeros", "BasicLSTMCellZeroState/zeros_1");
  }

  @Override
  String expectedStructure() {
    return "LSTMStateTuple(c=5, h=5)";
  }

  /** The cell contract, with a state of one tensor. */
  @Nested
  class Concatenated extends CellContractTest {
    @Override
    RNNCell cell() {
      return BasicLSTMCell.builder(UNITS).stateIsTuple(false).build();
    }

    @Override
    Map<String, Shape> expectedVariables() {
      return VARIABLES;
    }

    @Override
    List<String> expectedZeroStateNames() {
      return List.of("BasicLSTMCellZeroState/zeros");
    }

    @Override
    String expectedStructure() {
      return "10";
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 1f, -0.5f})
  void valuesAgreeWithThePlainEquations(float forgetBias) {
    assertAgrees(
        BasicLSTMCell.builder(UNITS).forgetBias(forgetBias).build(), lstm(forgetBias, false));
  }

  @Test
  void theDefaultForgetBiasIsOne() {
    assertAgrees(cell(), lstm(1, false));
  }

  @Test
  void theActivationIsUsedForTheNewInputAndForTheOutput() {
    assertAgrees(BasicLSTMCell.builder(UNITS).activation(Activation.RELU).build(), lstm(1, true));
  }

  private static ReferenceCells.Lstm lstm(double forgetBias, boolean relu) {
    double none = Double.POSITIVE_INFINITY;
    return new ReferenceCells.Lstm(
        false, false, none, none, forgetBias, relu ? x -> Math.max(0, x) : Math::tanh);
  }

  private void assertAgrees(RNNCell cell, ReferenceCells.Lstm options) {
    CellRun.assertAgrees(
        runner, store, cell, (x, state, weights) -> options.step(x, state, weights));
  }

  @Test
  void aConcatenatedStateIsCThenH() {
    RNNCell tuple = BasicLSTMCell.builder(UNITS).reuse(Reuse.AUTO_REUSE).build();
    RNNCell joined =
        BasicLSTMCell.builder(UNITS).reuse(Reuse.AUTO_REUSE).stateIsTuple(false).build();
    tuple.build(store.rootScope(), DEPTH);
    joined.build(store.rootScope(), DEPTH);
    RNNState state = state(tuple, 1);
    Operand<TFloat32> both = runner.tf().concat(state.flatten(), runner.tf().constant(1));
    RNNCell.Step one = tuple.call(runner.tf(), input(2), state);
    RNNCell.Step other = joined.call(runner.tf(), input(2), new TensorState(both));
    Operand<TFloat32> after = runner.tf().concat(one.state().flatten(), runner.tf().constant(1));
    initialize();
    List<float[]> values =
        runner.fetch(List.of(one.output(), other.output(), after, other.state().flatten().get(0)));
    assertThat(values.get(0)).isEqualTo(values.get(1));
    assertThat(values.get(2)).isEqualTo(values.get(3));
    assertThat(store.all()).hasSize(2);
  }

  @Test
  void kernelStartsGlorotUniformAndBiasAtZero() {
    built();
    initialize();
    float[] kernel = runner.fetch(store.trainable().get(0).value());
    double limit = Math.sqrt(6.0 / (DEPTH + UNITS + 4 * UNITS));
    double largest = 0;
    for (float value : kernel) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo((float) limit);
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(largest).isGreaterThan(0.9 * limit);
    assertThat(runner.fetch(store.trainable().get(1).value())).containsOnly(0f);
  }

  @Test
  void buildingForAnotherDepthNamesBothShapes() {
    RNNCell cell = built();
    assertRefused(
        () -> cell.build(store.rootScope(), DEPTH + 2),
        "rnn/basic_lstm_cell/kernel",
        "[9, 20]",
        "[11, 20]");
  }

  @Test
  void aForgetBiasThatIsNoNumberIsRefused() {
    BasicLSTMCell.Builder builder = BasicLSTMCell.builder(2);
    assertRefused(() -> builder.forgetBias(Float.NaN), "forget_bias", "NaN");
  }
}
