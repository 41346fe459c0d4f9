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
  private record Pair(Operand<TFloat32> fast, Operand<TFloat32> slow) implements RNNState {
    @Override
    public List<Operand<TFloat32>> flatten() {
      return List.of(fast, slow);
    }

    @Override
    public Pair pack(List<? extends Operand<TFloat32>> leaves) {
      return new Pair(leaves.get(0), leaves.get(1));
    }
  }

  private record PairSize(int fast, int slow) implements StateSize {
    @Override
    public List<Integer> flatten() {
      return List.of(fast, slow);
    }

    @Override
    public Pair pack(List<? extends Operand<TFloat32>> leaves) {
      return new Pair(leaves.get(0), leaves.get(1));
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
    public void build(VariableScope scope, long inputDepth) {}

    @Override
    public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
      requireInputs(inputs, DEPTH);
      requireState(state);
      Pair before = (Pair) state;
      Operand<TFloat32> fast = tf.math.add(before.fast(), inputs);
      Operand<TFloat32> slow = tf.math.add(before.slow(), fast);
      return new Step(fast, new Pair(fast, slow));
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
      RNNCell.Step step = stack.call(runner.tf(), input(1), stack.zeroState(runner.tf(), BATCH));
      assertThat(step.state().describe()).isEqualTo("(Pair(4, 4), 2)");
      assertThat(step.state().parts().get(0)).isInstanceOf(Pair.class);
    }

    @Test
    void isNotInterchangeableWithAnother() {
      RNNCell cell = new Averages();
      RNNState lstm = new LSTMStateTuple(input(1), input(2));
      assertRejected(
          () -> cell.call(runner.tf(), input(3), lstm),
          "Averages expects a state of structure PairSize(4, 4)",
          "found LSTMStateTuple(c=4, h=4)");
    }
  }
}
