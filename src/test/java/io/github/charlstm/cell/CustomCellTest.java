package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A user's own cell, with public API only. */
class CustomCellTest extends CellContractTest {

  /** {@code h' = tanh(x W + h U)}, the output is twice that. */
  private static final class CustomCell extends RNNCell {
    private final int units;
    private GraphVariable<TFloat32> inputKernel;
    private GraphVariable<TFloat32> stateKernel;
    private long depth;

    CustomCell(int units) {
      this.units = units;
    }

    @Override
    public int outputSize() {
      return units;
    }

    @Override
    public StateSize stateSize() {
      return StateSize.of(units);
    }

    @Override
    public void build(VariableScope scope, long inputDepth) {
      if (inputDepth < 1) {
        throw new IllegalArgumentException("unknown depth, found " + inputDepth);
      }
      if (inputKernel == null) {
        VariableScope own = scope.child("custom_cell");
        inputKernel = own.getVariable("input_kernel", Shape.of(inputDepth, units));
        stateKernel = own.getVariable("state_kernel", Shape.of(units, units));
        depth = inputDepth;
      }
    }

    @Override
    public Step call(Ops tf, Operand<TFloat32> inputs, RNNState state) {
      if (inputKernel == null) {
        throw new IllegalStateException("build first");
      }
      requireInputs(inputs, depth);
      requireState(state);
      Operand<TFloat32> h =
          tf.math.tanh(
              tf.math.add(
                  tf.linalg.matMul(inputs, inputKernel.value()),
                  tf.linalg.matMul(state.flatten().get(0), stateKernel.value())));
      return new Step(tf.math.mul(h, tf.constant(2f)), new TensorState(h));
    }
  }

  @Override
  RNNCell cell() {
    return new CustomCell(5);
  }

  @Override
  Map<String, Shape> expectedVariables() {
    return Map.of(
        "rnn/custom_cell/input_kernel", Shape.of(DEPTH, 5),
        "rnn/custom_cell/state_kernel", Shape.of(5, 5));
  }

  @Override
  List<String> expectedZeroStateNames() {
    return List.of("CustomCellZeroState/zeros");
  }

  @Override
  String expectedStructure() {
    return "5";
  }

  /** A state of a structure of its own. */
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

  /** What a structure of one's own can do. */
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
    void isNotTakenForAnother() {
      RNNCell cell = new Averages();
      RNNState lstm = new LSTMStateTuple(input(1), input(2));
      assertRefused(
          () -> cell.call(runner.tf(), input(3), lstm),
          "Averages expects a state of structure PairSize(4, 4)",
          "found LSTMStateTuple(c=4, h=4)");
    }
  }
}
