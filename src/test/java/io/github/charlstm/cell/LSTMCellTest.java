package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.Reuse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class LSTMCellTest extends CellContractTest {
  private static final int UNITS = 5;
  private static final int PROJECTED = 3;
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final List<String> TWO_ZEROS =
      List.of("LSTMCellZeroState/zeros", "LSTMCellZeroState/zeros_1");

  @Override
  RNNCell cell() {
    return new LSTMCell(UNITS);
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return Map.of(
        "rnn/lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
        "rnn/lstm_cell/bias", Shape.of(4 * UNITS));
  }

  @Override
  List<String> expectedZeroStateNames() {
    return TWO_ZEROS;
  }

  @Override
  String expectedStructure() {
    return "LSTMStateTuple(c=5, h=5)";
  }

  private static Map<String, Shape> everyVariable() {
    return Map.of(
        "rnn/lstm_cell/kernel", Shape.of(DEPTH + PROJECTED, 4 * UNITS),
        "rnn/lstm_cell/bias", Shape.of(4 * UNITS),
        "rnn/lstm_cell/w_f_diag", Shape.of(UNITS),
        "rnn/lstm_cell/w_i_diag", Shape.of(UNITS),
        "rnn/lstm_cell/w_o_diag", Shape.of(UNITS),
        "rnn/lstm_cell/projection/kernel", Shape.of(UNITS, PROJECTED));
  }

  /** All options that add operations. */
  private static LSTMCell.Builder everything() {
    return LSTMCell.builder(UNITS)
        .usePeepholes(true)
        .cellClip(0.5f)
        .numProj(PROJECTED)
        .projClip(0.3f);
  }

  /** The cell contract, with all options. */
  @Nested
  class WithEverything extends CellContractTest {
    @Override
    RNNCell cell() {
      return everything().build();
    }

    @Override
    Map<String, Shape> expectedVariables() {
      return everyVariable();
    }

    @Override
    List<String> expectedZeroStateNames() {
      return TWO_ZEROS;
    }

    @Override
    float gradientStep() {
      return 1e-3f;
    }

    @Override
    String expectedStructure() {
      return "LSTMStateTuple(c=5, h=3)";
    }
  }

  /** The cell contract, with all options and a state of one tensor. */
  @Nested
  class Concatenated extends CellContractTest {
    @Override
    RNNCell cell() {
      return everything().stateIsTuple(false).build();
    }

    @Override
    Map<String, Shape> expectedVariables() {
      return everyVariable();
    }

    @Override
    List<String> expectedZeroStateNames() {
      return List.of("LSTMCellZeroState/zeros");
    }

    @Override
    float gradientStep() {
      return 1e-3f;
    }

    @Override
    String expectedStructure() {
      return "8";
    }
  }

  private double largestOutput(RNNCell cell, ReferenceCells.Lstm reference) {
    return CellRun.assertAgrees(runner, store, cell, reference::step);
  }

  @Test
  void valuesAgreeWithThePlainEquations() {
    largestOutput(cell(), new ReferenceCells.Lstm(false, false, NONE, NONE, 1, Math::tanh));
  }

  @Test
  void peepholesSeeTheOldMemoryAndTheOutputGateTheNew() {
    largestOutput(
        LSTMCell.builder(UNITS).usePeepholes(true).forgetBias(-0.5f).build(),
        new ReferenceCells.Lstm(true, false, NONE, NONE, -0.5, Math::tanh));
  }

  @Test
  void theMemoryIsClippedBeforeTheOutput() {
    double largest =
        largestOutput(
            LSTMCell.builder(UNITS).activation(Activation.IDENTITY).cellClip(0.2f).build(),
            new ReferenceCells.Lstm(false, false, 0.2f, NONE, 1, x -> x));
    assertThat(largest).isLessThan(0.2);
  }

  @Test
  void theProjectionIsClippedLast() {
    double largest =
        largestOutput(
            everything().build(), new ReferenceCells.Lstm(true, true, 0.5f, 0.3f, 1, Math::tanh));
    assertThat(largest).isCloseTo(0.3, within(1e-6));
  }

  @Test
  void aProjectionClipWithoutAProjectionDoesNothing() {
    double largest =
        largestOutput(
            LSTMCell.builder(UNITS).projClip(0.01f).build(),
            new ReferenceCells.Lstm(false, false, NONE, NONE, 1, Math::tanh));
    assertThat(largest).isGreaterThan(0.1);
  }

  @Test
  void aConcatenatedStateIsCThenH() {
    RNNCell tuple = everything().reuse(Reuse.AUTO_REUSE).build();
    RNNCell joined = everything().reuse(Reuse.AUTO_REUSE).stateIsTuple(false).build();
    tuple.build(store.rootScope(), DEPTH);
    joined.build(store.rootScope(), DEPTH);
    RNNState state = state(tuple, 1);
    Operand<TFloat32> both = runner.tf().concat(state.flatten(), runner.tf().constant(1));
    RNNCell.Step one = tuple.call(runner.tf(), input(2), state);
    RNNCell.Step other = joined.call(runner.tf(), input(2), new TensorState(both));
    Operand<TFloat32> after = runner.tf().concat(one.state().flatten(), runner.tf().constant(1));
    initialize();
    List<float[]> values = runner.fetch(List.of(after, other.state().flatten().get(0)));
    assertThat(values.get(0)).isEqualTo(values.get(1));
  }

  @Test
  void theInitializerServesAllButTheBias() {
    everything().initializer(Initializers.constant(2f)).build().build(store.rootScope(), DEPTH);
    initialize();
    store
        .trainable()
        .forEach(
            variable ->
                assertThat(runner.fetch(variable.value()))
                    .containsOnly(variable.name().endsWith("bias") ? 0f : 2f));
  }

  @Test
  void variablesAreMadeInTheOrderOfTensorFlow1() {
    everything().build().build(store.rootScope(), DEPTH);
    assertThat(store.all())
        .extracting(variable -> variable.name().replace("lstm_cell/", ""))
        .containsExactly("kernel", "bias", "w_f_diag", "w_i_diag", "w_o_diag", "projection/kernel");
  }

  @Test
  void badOptionsAreRefused() {
    LSTMCell.Builder builder = LSTMCell.builder(UNITS);
    assertRefused(() -> builder.numProj(0), "num_proj", "found 0");
    assertRefused(() -> builder.numProj(-2), "num_proj", "found -2");
    assertRefused(() -> builder.cellClip(Float.NaN), "cell_clip", "NaN");
    assertRefused(() -> builder.cellClip(0), "cell_clip", "found 0.0");
    assertRefused(() -> builder.cellClip(-1), "cell_clip", "found -1.0");
    assertRefused(() -> builder.projClip(-1), "proj_clip", "found -1.0");
    assertRefused(() -> builder.projClip(Float.NaN), "proj_clip", "NaN");
    assertRefused(() -> builder.forgetBias(Float.NEGATIVE_INFINITY), "forget_bias");
  }
}
