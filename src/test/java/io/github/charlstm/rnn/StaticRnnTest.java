package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class StaticRnnTest {
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(3));

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void runsTheCellStepByStepInScopeRnn() {
    RNNCell cell = new BasicLSTMCell(3);
    List<Operand<TFloat32>> inputs = new ArrayList<>();
    for (int t = 0; t < 5; t++) {
      inputs.add(runner.matrix(Randoms.matrix(new Random(t), 2, 4)));
    }
    RNNState zero = cell.zeroState(runner.tf(), 2);
    StaticRnn rnn =
        StaticRnn.builder(runner.tf(), store.rootScope(), cell, inputs).initialState(zero).build();
    assertThat(store.references().keySet())
        .containsExactly("rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias");

    List<Operand<TFloat32>> byHand = new ArrayList<>();
    RNNState state = zero;
    for (Operand<TFloat32> input : inputs) {
      RNNCell.Step step = cell.call(runner.tf(), input, state);
      byHand.add(step.output());
      state = step.state();
    }
    byHand.add(state.flatten().get(0)); // h is the last output itself
    runner.run(store.globalVariablesInitializer());
    List<Operand<TFloat32>> all = new ArrayList<>(rnn.outputs());
    all.add(rnn.state().flatten().get(0));
    List<float[]> found = runner.fetch(all);
    List<float[]> expected = runner.fetch(byHand);
    for (int k = 0; k < expected.size(); k++) {
      assertThat(found.get(k)).isEqualTo(expected.get(k));
    }
  }

  @Test
  void badInputsAreRefused() {
    RNNCell cell = new BasicLSTMCell(3);
    RNNState zero = cell.zeroState(runner.tf(), 2);
    assertThatThrownBy(() -> unroll(cell, List.of(), zero))
        .hasMessageContaining("at least one step");
    Operand<TFloat32> vector = runner.tf().array(1f, 2f);
    assertThatThrownBy(() -> unroll(cell, List.of(vector), zero))
        .hasMessageContaining("[batch, depth]")
        .hasMessageContaining("[2]");
  }

  private StaticRnn unroll(RNNCell cell, List<Operand<TFloat32>> inputs, RNNState state) {
    return StaticRnn.builder(runner.tf(), store.rootScope(), cell, inputs)
        .initialState(state)
        .build();
  }
}
