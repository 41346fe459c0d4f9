package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.ResidualWrapper;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Cells and arguments that the fused loop does not cover or refuses. */
class FusedLstmLimitsTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  private static List<RNNCell> uncovered() {
    return List.of(
        new GRUCell(3),
        LSTMCell.builder(3).usePeepholes(true).build(),
        LSTMCell.builder(3).cellClip(1).build(),
        LSTMCell.builder(3).numProj(2).build(),
        BasicLSTMCell.builder(3).activation(Activation.RELU).build(),
        BasicLSTMCell.builder(3).stateIsTuple(false).build(),
        new ResidualWrapper(new BasicLSTMCell(3)),
        DropoutWrapper.builder(new BasicLSTMCell(3)).outputKeepProb(0.5f).seed(3).build(),
        new MultiRNNCell(List.of(new BasicLSTMCell(3), new GRUCell(3))));
  }

  @ParameterizedTest
  @MethodSource
  void uncovered(RNNCell cell) {
    assertThat(FusedLstm.covers(cell)).isFalse();
    Operand<TFloat32> inputs = loops.values(1, 2, 4, 3);
    FusedLstm rnn = loops.fused(cell, inputs).scope("other").build();
    assertThat(rnn.fused()).isFalse();
    loops.initialize();
    List<Operand<TFloat32>> gradients =
        loops.gradients(loops.loss(LoopRunner.results(rnn)), loops.weights());
    assertThat(loops.runner.fetch(gradients)).hasSameSizeAs(loops.weights());
  }

  @Test
  void secondDerivativesAreRejected() {
    Operand<TFloat32> inputs = loops.values(1, 2, 3, 3);
    FusedLstm rnn = loops.fused(new BasicLSTMCell(2), inputs).build();
    List<Operand<TFloat32>> first =
        loops.gradients(loops.loss(LoopRunner.results(rnn)), loops.weights());
    assertThatThrownBy(() -> loops.gradients(loops.loss(first), loops.weights()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContainingAll("second derivatives", "not supported");
  }

  @Test
  void badArgumentsAreRejected() {
    RNNCell cell = new BasicLSTMCell(2);
    Operand<TFloat32> inputs = loops.values(1, 2, 3, 3);
    assertThatThrownBy(() -> loops.fused(cell, inputs).lanes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 4 lanes, found 0");
    assertThatThrownBy(() -> loops.fused(cell, loops.placeholder(2, 3, -1)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fused_lstm expects inputs of shape [batch, steps, depth]");
    assertThatThrownBy(() -> loops.fused(cell, inputs).initialState(loops.state(cell, 3)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a batch of 2");
    RNNState<TFloat32> wide = loops.state(new BasicLSTMCell(5), 2);
    assertThatThrownBy(() -> loops.fused(cell, inputs).initialState(wide).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BasicLSTMCell");
  }
}
