package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.ndarray.Shape;

class MultiRNNCellTest extends CellContractTest {

  @Override
  RNNCell cell() {
    return new MultiRNNCell(List.of(new BasicLSTMCell(3), new BasicLSTMCell(2)));
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return Map.of(
        "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", Shape.of(DEPTH + 3, 12),
        "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias", Shape.of(12),
        "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", Shape.of(3 + 2, 8),
        "rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias", Shape.of(8));
  }

  @Override
  List<String> expectedZeroStateNames() {
    return List.of(
        "MultiRNNCellZeroState/BasicLSTMCellZeroState/zeros",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState/zeros_1",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState_1/zeros",
        "MultiRNNCellZeroState/BasicLSTMCellZeroState_1/zeros_1");
  }

  @Test
  void eachLayerFeedsTheNext() {
    RNNCell first = new BasicLSTMCell(3);
    RNNCell second = new BasicLSTMCell(2);
    MultiRNNCell stack = new MultiRNNCell(List.of(first, second));
    stack.build(store.rootScope(), DEPTH);
    TupleState zero = stack.zeroState(runner.tf(), BATCH);
    RNNCell.Step whole = stack.call(runner.tf(), input(1), zero);
    RNNCell.Step below = first.call(runner.tf(), input(1), zero.parts().get(0));
    RNNCell.Step above = second.call(runner.tf(), below.output(), zero.parts().get(1));
    initialize();
    List<float[]> values = runner.fetch(List.of(whole.output(), above.output()));
    assertThat(values.get(0)).isEqualTo(values.get(1));
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
    assertThatThrownBy(() -> stack.build(store.rootScope(), DEPTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[7, 12]")
        .hasMessageContaining("[6, 12]");
  }

  @Test
  void aStackOfNothingIsRefused() {
    assertThatThrownBy(() -> new MultiRNNCell(List.of())).hasMessageContaining("at least one");
  }

  @Test
  void statesFlattenDepthFirstAndPackAgain() {
    TupleState zero = (TupleState) cell().zeroState(runner.tf(), BATCH);
    assertThat(zero.pack(zero.flatten())).isEqualTo(zero);
    assertThatThrownBy(() -> zero.pack(zero.flatten().subList(0, 3)))
        .hasMessageContaining("packs 4 tensors, found 3");
  }
}
