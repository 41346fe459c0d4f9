package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.Reuse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

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
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/lstm_cell/kernel", Shape.of(DEPTH + UNITS, 4 * UNITS),
            "rnn/lstm_cell/bias", Shape.of(4 * UNITS)),
        "LSTMStateTuple(c=5, h=5)",
        TWO_ZEROS);
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
    Expected expected() {
      return new Expected(everyVariable(), "LSTMStateTuple(c=5, h=3)", TWO_ZEROS);
    }

    @Override
    float gradientStep() {
      return 1e-3f;
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
    Expected expected() {
      return new Expected(everyVariable(), "8", "LSTMCellZeroState/zeros");
    }

    @Override
    float gradientStep() {
      return 1e-3f;
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
    assertConcatenatesState(
        everything().reuse(Reuse.AUTO_REUSE).build(),
        everything().reuse(Reuse.AUTO_REUSE).stateIsTuple(false).build());
  }

  @Test
  void theInitializerAppliesToAllButTheBias() {
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
  void badOptionsAreRejected() {
    LSTMCell.Builder builder = LSTMCell.builder(UNITS);
    assertRejected(() -> builder.numProj(0), "num_proj", "found 0");
    assertRejected(() -> builder.numProj(-2), "num_proj", "found -2");
    assertRejected(() -> builder.cellClip(Float.NaN), "cell_clip", "NaN");
    assertRejected(() -> builder.cellClip(-1), "cell_clip", "found -1.0");
    assertRejected(() -> builder.projClip(-1), "proj_clip", "found -1.0");
    assertRejected(() -> builder.projClip(Float.NaN), "proj_clip", "NaN");
    assertRejected(() -> builder.forgetBias(Float.NEGATIVE_INFINITY), "forget_bias");
  }
}
