package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class StaticRnnTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  @Test
  void runsTheCellStepByStepInScopeRnn() {
    RNNCell cell = new BasicLSTMCell(3);
    List<Operand<TFloat32>> inputs = new ArrayList<>();
    for (int t = 0; t < 5; t++) {
      inputs.add(loops.values(t, 2, 4));
    }
    RNNState<TFloat32> zero = cell.zeroState(loops.tf, 2);
    StaticRnn<TFloat32> rnn = unroll(cell, inputs, zero);
    assertThat(loops.store.references().keySet())
        .containsExactly("rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias");

    List<Operand<TFloat32>> byHand = new ArrayList<>();
    RNNState<TFloat32> state = zero;
    for (Operand<TFloat32> input : inputs) {
      RNNCell.Step<TFloat32> step = cell.call(loops.tf, input, state);
      byHand.add(step.output());
      state = step.state();
    }
    byHand.add(state.flatten().get(0)); // h is the last output itself
    loops.initialize();
    List<Operand<TFloat32>> all = new ArrayList<>(rnn.outputs());
    all.add(rnn.state().flatten().get(0));
    loops.assertClose(all, byHand, 0);
  }

  @Test
  void badInputsAreRejected() {
    RNNCell cell = new BasicLSTMCell(3);
    RNNState<TFloat32> zero = cell.zeroState(loops.tf, 2);
    assertThatThrownBy(() -> unroll(cell, List.of(), zero))
        .hasMessageContaining("at least one step");
    Operand<TFloat32> vector = loops.tf.array(1f, 2f);
    assertThatThrownBy(() -> unroll(cell, List.of(vector), zero))
        .hasMessageContaining("[batch, depth]")
        .hasMessageContaining("[2]");
  }

  private StaticRnn<TFloat32> unroll(
      RNNCell cell, List<Operand<TFloat32>> inputs, RNNState<TFloat32> state) {
    return StaticRnn.builder(loops.tf, loops.store.rootScope(), cell, inputs)
        .initialState(state)
        .build();
  }
}
