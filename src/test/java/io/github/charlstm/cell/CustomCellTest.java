package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.CustomCell;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Cells that a user writes. */
class CustomCellTest extends CellContractTest {

  @Override
  RNNCell cell() {
    return new CustomCell(5);
  }

  @Override
  Expected expected() {
    return new Expected(
        Map.of(
            "rnn/custom_cell/input_kernel", Shape.of(DEPTH, 5),
            "rnn/custom_cell/state_kernel", Shape.of(5, 5)),
        "5",
        "CustomCellZeroState/zeros");
  }

  /** A state of a user's own class. */
  private record Pair<T extends TFloating>(Operand<T> fast, Operand<T> slow)
      implements RNNState<T> {
    @Override
    public List<Operand<T>> flatten() {
      return List.of(fast, slow);
    }

    @Override
    public Pair<T> pack(List<? extends Operand<T>> leaves) {
      return new Pair<>(leaves.get(0), leaves.get(1));
    }
  }

  private record PairSize(int fast, int slow) implements StateSize {
    @Override
    public List<Integer> flatten() {
      return List.of(fast, slow);
    }

    @Override
    public <T extends TFloating> Pair<T> pack(List<? extends Operand<T>> leaves) {
      return new Pair<>(leaves.get(0), leaves.get(1));
    }
  }

  /** Two averages of the inputs; no variables. */
  private static final class Averages extends RNNCell {
    @Override
    public int outputSize() {
      return DEPTH;
    }

    @Override
    public StateSize stateSize() {
      return new PairSize(DEPTH, DEPTH);
    }

    @Override
    public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {}

    @Override
    public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
      requireInputs(inputs, DEPTH);
      requireState(inputs, state);
      Pair<T> before = (Pair<T>) state;
      Operand<T> fast = tf.math.add(before.fast(), inputs);
      Operand<T> slow = tf.math.add(before.slow(), fast);
      return new Step<>(fast, new Pair<>(fast, slow));
    }
  }

  /** A cell whose state is of a user's own class. */
  @Nested
  class OwnStructure {
    @Test
    void worksInAStackWithDropoutAroundIt() {
      RNNCell dropped = DropoutWrapper.builder(new Averages()).stateKeepProb(0.5f).seed(1).build();
      RNNCell stack = new MultiRNNCell(List.of(dropped, new GRUCell(2)));
      stack.build(store.rootScope(), DEPTH);
      assertThat(stack.stateSize().describe()).isEqualTo("(PairSize(4, 4), 2)");
      RNNCell.Step<TFloat32> step =
          stack.call(runner.tf(), input(1), stack.zeroState(runner.tf(), BATCH));
      assertThat(step.state().describe()).isEqualTo("(Pair(4, 4), 2)");
      assertThat(step.state().parts().get(0)).isInstanceOf(Pair.class);
    }

    @Test
    void isNotInterchangeableWithAnother() {
      RNNCell cell = new Averages();
      RNNState<TFloat32> lstm = new LSTMStateTuple<>(input(1), input(2));
      assertRejected(
          () -> cell.call(runner.tf(), input(3), lstm),
          "Averages expects a state of structure PairSize(4, 4)",
          "found LSTMStateTuple(c=4, h=4)");
    }
  }
}
