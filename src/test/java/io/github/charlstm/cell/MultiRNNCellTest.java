package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

class MultiRNNCellTest extends CellContractTest {

  @Override
  RNNCell cell() {
    return new MultiRNNCell(List.of(new BasicLSTMCell(3), new GRUCell(4), new BasicLSTMCell(2)));
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", Shape.of(DEPTH + 3, 12),
            "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias", Shape.of(12),
            "rnn/multi_rnn_cell/cell_1/gru_cell/gates/kernel", Shape.of(3 + 4, 8),
            "rnn/multi_rnn_cell/cell_1/gru_cell/gates/bias", Shape.of(8),
            "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/kernel", Shape.of(3 + 4, 4),
            "rnn/multi_rnn_cell/cell_1/gru_cell/candidate/bias", Shape.of(4),
            "rnn/multi_rnn_cell/cell_2/basic_lstm_cell/kernel", Shape.of(4 + 2, 8),
            "rnn/multi_rnn_cell/cell_2/basic_lstm_cell/bias", Shape.of(8)),
        "(LSTMStateTuple(c=3, h=3), 4, LSTMStateTuple(c=2, h=2))",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState/zeros",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState/zeros_1",
        "MultiRNNCellZeroState/GRUCellZeroState/zeros",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState_1/zeros",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState_1/zeros_1");
  }

  /** The cell contract, with a state of one tensor. */
  @Nested
  class Concatenated extends CellContractTest {
    @Override
    RNNCell cell() {
      return MultiRNNCell.builder(
              List.of(new GRUCell(3), BasicLSTMCell.builder(2).stateIsTuple(false).build()))
          .stateIsTuple(false)
          .build();
    }

    @Override
    Expected expected() {
      return new Expected(
          Map.of(
              "rnn/multi_rnn_cell/cell_0/gru_cell/gates/kernel", Shape.of(DEPTH + 3, 6),
              "rnn/multi_rnn_cell/cell_0/gru_cell/gates/bias", Shape.of(6),
              "rnn/multi_rnn_cell/cell_0/gru_cell/candidate/kernel", Shape.of(DEPTH + 3, 3),
              "rnn/multi_rnn_cell/cell_0/gru_cell/candidate/bias", Shape.of(3),
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", Shape.of(3 + 2, 8),
              "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias", Shape.of(8)),
          "7",
          "MultiRNNCellZeroState/MultiRNNCellZeroState/zeros");
    }
  }

  /** The cell contract, with one layer and a state of one tensor: nothing to concatenate. */
  @Nested
  class ConcatenatedOfOne extends CellContractTest {
    @Override
    RNNCell cell() {
      return MultiRNNCell.builder(List.of(new BasicRNNCell(3))).stateIsTuple(false).build();
    }

    @Override
    Expected expected() {
      return new Expected(
          Map.of(
              "rnn/multi_rnn_cell/cell_0/basic_rnn_cell/kernel", Shape.of(DEPTH + 3, 3),
              "rnn/multi_rnn_cell/cell_0/basic_rnn_cell/bias", Shape.of(3)),
          "3",
          "MultiRNNCellZeroState/MultiRNNCellZeroState/zeros");
    }
  }

  @Test
  void eachLayerFeedsTheNext() {
    RNNCell first = new BasicLSTMCell(3);
    RNNCell second = new BasicLSTMCell(2);
    MultiRNNCell stack = new MultiRNNCell(List.of(first, second));
    stack.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> state = state(stack, 3);
    RNNCell.Step<TFloat32> whole = stack.call(runner.tf(), input(1), state);
    RNNCell.Step<TFloat32> below = first.call(runner.tf(), input(1), state.parts().get(0));
    RNNCell.Step<TFloat32> above = second.call(runner.tf(), below.output(), state.parts().get(1));
    initialize();
    List<float[]> values = runner.fetch(List.of(whole.output(), above.output()));
    assertThat(values.get(0)).isEqualTo(values.get(1));
  }

  @Test
  void aConcatenatedStateIsTheCellsStatesSideBySide() {
    List<RNNCell> cells = List.of(new GRUCell(3), new BasicRNNCell(2));
    assertConcatenatesState(
        new MultiRNNCell(cells), MultiRNNCell.builder(cells).stateIsTuple(false).build());
  }

  @Test
  void aConcatenatedStateOfCellsWithNestedStatesIsRejected() {
    MultiRNNCell.Builder builder =
        MultiRNNCell.builder(List.of(new GRUCell(3), new BasicLSTMCell(2))).stateIsTuple(false);
    assertRejected(
        builder::build, "BasicLSTMCell", "cell_1", "LSTMStateTuple(c=2, h=2)", "state_is_tuple");
  }

  @Test
  void oneCellGivenTwiceSharesTheVariablesOfItsFirstPlace() {
    RNNCell cell = new BasicLSTMCell(DEPTH);
    new MultiRNNCell(List.of(cell, cell, cell)).build(store.rootScope(), DEPTH);
    assertThat(store.all())
        .extracting(variable -> variable.name())
        .containsExactly(
            "multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
            "multi_rnn_cell/cell_0/basic_lstm_cell/bias");
  }

  @Test
  void oneCellGivenTwiceNeedsInputsOfOneSize() {
    RNNCell cell = new BasicLSTMCell(3);
    MultiRNNCell stack = new MultiRNNCell(List.of(cell, cell));
    assertRejected(() -> stack.build(store.rootScope(), DEPTH), "[7, 12]", "[6, 12]");
  }

  @Test
  void twoStacksOfOneScopeClash() {
    new MultiRNNCell(List.of(new GRUCell(2))).build(store.rootScope(), DEPTH);
    RNNCell second = new MultiRNNCell(List.of(new GRUCell(2)));
    assertRejected(
        () -> second.build(store.rootScope(), DEPTH),
        "multi_rnn_cell/cell_0/gru_cell/gates/kernel",
        "exists");
  }

  @Test
  void aStackOfNothingIsRejected() {
    assertRejected(() -> new MultiRNNCell(List.of()), "at least one", "none");
    assertThatThrownBy(() -> new MultiRNNCell(java.util.Arrays.asList(new GRUCell(2), null)))
        .isInstanceOf(NullPointerException.class);
  }
}
