package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.cell.DeviceWrapper;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.ResidualWrapper;
import io.github.charlstm.cell.StateSize;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Custom cells with wrong results. */
class CustomCellMistakesTest {
  private final LoopRunner loops = new LoopRunner();
  private final Ops tf = loops.tf;

  @AfterEach
  void close() {
    loops.close();
  }

  private abstract static class TwoUnits extends RNNCell {
    @Override
    public int outputSize() {
      return 2;
    }

    @Override
    public StateSize stateSize() {
      return StateSize.of(2);
    }

    @Override
    public <T extends TFloating> void build(VariableScope scope, Class<T> dtype, long depth) {}
  }

  private static final class NullCell extends TwoUnits {
    @Override
    public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
      return null;
    }
  }

  private static final class WideCell extends TwoUnits {
    @Override
    public <T extends TFloating> Step<T> call(Ops tf, Operand<T> inputs, RNNState<T> state) {
      return new Step<>(tf.concat(List.of(inputs, inputs), tf.constant(1)), state);
    }
  }

  private void assertRejected(Loop loop, RNNCell cell, String... parts) {
    List<Operand<TFloat32>> inputs =
        loop.unrolled() ? List.of(loops.values(1, 2, 2)) : List.of(loops.values(1, 2, 4, 2));
    List<UnaryOperator<RNNCell>> places =
        List.of(
            given -> given,
            ResidualWrapper::new,
            given -> new DeviceWrapper(given, "/cpu:0"),
            given -> new MultiRNNCell(List.of(given)));
    for (UnaryOperator<RNNCell> place : places) {
      assertThatThrownBy(
              () ->
                  loop.build(
                      tf,
                      loops.store.rootScope().withReuse(Reuse.AUTO_REUSE),
                      place.apply(cell),
                      inputs,
                      Optional.empty(),
                      Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(parts);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStepThatIsNull(Loop loop) {
    assertRejected(loop, new NullCell(), "NullCell.call returned null");
  }

  @ParameterizedTest
  @EnumSource
  void anOutputOfAnotherWidth(Loop loop) {
    assertRejected(loop, new WideCell(), "WideCell.call", "[2, 4]", "outputSize() is 2");
  }
}
