package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Static shapes of loops, and stacked loops. */
@Tag("machine")
class LoopShapesTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  @ParameterizedTest
  @CsvSource({"2,4", "2,-1", "-1,4", "-1,-1"})
  void knownSizesOfTheInputsAreKnownOfTheResults(long batch, long steps) {
    Operand<TFloat32> inputs = loops.placeholder(batch, steps, 3);
    Operand<TFloat32> timeMajor = loops.placeholder(steps, batch, 3);

    DynamicRnn<TFloat32> rows = loops.dynamic(new LSTMCell(5), inputs).scope("rows").build();
    assertThat(rows.outputs().shape().asArray()).containsExactly(batch, steps, 5);
    assertThat(rows.state().flatten())
        .allSatisfy(state -> assertThat(state.shape().asArray()).containsExactly(batch, 5));

    DynamicRnn<TFloat32> columns =
        loops.dynamic(new GRUCell(5), timeMajor).timeMajor(true).scope("columns").build();
    assertThat(columns.outputs().shape().asArray()).containsExactly(steps, batch, 5);

    DynamicRnn<TFloat32> ended =
        loops
            .dynamic(new GRUCell(5), inputs)
            .sequenceLength(loops.tf.array(1, 2))
            .scope("ended")
            .build();
    assertThat(ended.outputs().shape().asArray()).containsExactly(batch, steps, 5);
  }

  @ParameterizedTest
  @CsvSource({"2,4", "2,-1", "-1,4", "-1,-1"})
  void theSameFromBothEnds(long batch, long steps) {
    for (boolean withLengths : new boolean[] {false, true}) {
      BidirectionalDynamicRnn.Builder<TFloat32> builder =
          BidirectionalDynamicRnn.builder(
                  loops.tf,
                  loops.store.rootScope(),
                  new GRUCell(5),
                  new GRUCell(4),
                  loops.placeholder(batch, steps, 3))
              .scope("lengths_" + withLengths);
      if (withLengths) {
        builder.sequenceLength(
            loops.tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(batch))));
      }
      BidirectionalDynamicRnn<TFloat32> both = builder.build();
      assertThat(both.outputsBackward().shape().asArray()).containsExactly(batch, steps, 4);
      assertThat(both.joined(loops.tf).shape().asArray()).containsExactly(batch, steps, 9);
    }
  }

  @Test
  void aBatchMayBeEmpty() {
    Operand<TFloat32> none = loops.tf.zeros(loops.tf.array(0, 4, 3), TFloat32.class);
    DynamicRnn<TFloat32> dynamic = loops.dynamic(new GRUCell(5), none).build();
    StaticRnn<TFloat32> unrolled = loops.unrolled(new GRUCell(5), none).scope("unrolled").build();
    loops.initialize();
    assertThat(dynamic.outputs().shape().asArray()).containsExactly(0, 4, 5);
    assertThat(loops.runner.fetch(dynamic.outputs())).isEmpty();
    assertThat(loops.runner.fetch(unrolled.outputs().get(3))).isEmpty();
  }

  @Test
  void aLoopReadsTheOutputsOfAnother() {
    Operand<TFloat32> data = loops.values(1, 2, 4, 3);
    Operand<TFloat32> inputs = // of unknown batch and steps
        loops.tf.placeholderWithDefault(data, Shape.of(-1, -1, 3));
    GRUCell lower = new GRUCell(5);
    LSTMCell upper = new LSTMCell(4);
    DynamicRnn<TFloat32> first = loops.dynamic(lower, inputs).scope("first").build();
    DynamicRnn<TFloat32> second = loops.dynamic(upper, first.outputs()).scope("second").build();
    StaticRnn<TFloat32> unrolled =
        loops.unrolled(new MultiRNNCell(List.of(lower, upper)), data).build();

    loops.assertNoneIsZero(
        loops.assertAgree(
            List.of(second.outputs()), List.of(loops.joined(unrolled.outputs())), List.of()));
  }
}
