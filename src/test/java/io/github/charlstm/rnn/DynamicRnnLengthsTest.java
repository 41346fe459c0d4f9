package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class DynamicRnnLengthsTest {
  private static final int UNITS = 4;
  private static final int DEPTH = 3;
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  @Test
  void afterItsLengthASequenceGivesZerosAndKeepsItsState() {
    RNNCell cell = new BasicLSTMCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 4, 6, DEPTH);
    int[] lengths = {3, 0, 5, 1};
    RNNState<TFloat32> initial =
        cell.stateSize().pack(List.of(loops.values(2, 4, UNITS), loops.values(3, 4, UNITS)));
    DynamicRnn<TFloat32> rnn =
        loops
            .dynamic(cell, inputs)
            .initialState(initial)
            .sequenceLength(loops.tf.constant(lengths))
            .build();
    StaticRnn<TFloat32> whole = loops.unrolled(cell, inputs).initialState(initial).build();
    loops.initialize();
    float[] found = loops.runner.fetch(rnn.outputs());
    float[] outputs = loops.runner.fetch(loops.joined(whole.outputs()));
    for (int n = 0; n < 4; n++) {
      for (int k = lengths[n] * UNITS; k < 6 * UNITS; k++) {
        outputs[n * 6 * UNITS + k] = 0;
      }
      // a loop of its own for this sequence, over just its steps
      List<Operand<TFloat32>> expected = new ArrayList<>();
      for (Operand<TFloat32> leaf : initial.flatten()) {
        expected.add(row(leaf, n));
      }
      if (lengths[n] > 0) {
        Operand<TFloat32> own =
            loops.tf.slice(inputs, loops.tf.array(n, 0, 0), loops.tf.array(1, lengths[n], DEPTH));
        RNNState<TFloat32> start = cell.stateSize().pack(List.copyOf(expected));
        expected = loops.unrolled(cell, own).initialState(start).build().state().flatten();
      }
      List<Operand<TFloat32>> state = new ArrayList<>();
      for (Operand<TFloat32> leaf : rnn.state().flatten()) {
        state.add(row(leaf, n));
      }
      loops.assertClose(state, expected, LoopRunner.VALUES);
    }
    LoopRunner.assertClose(found, outputs, LoopRunner.VALUES);
  }

  private Operand<TFloat32> row(Operand<TFloat32> matrix, int n) {
    return loops.tf.slice(matrix, loops.tf.array(n, 0), loops.tf.array(1, -1));
  }

  @Test
  void lengthsOfZeroGiveZerosAndTheInitialState() {
    RNNCell cell = new GRUCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 2, 3, DEPTH);
    Operand<TFloat32> state = loops.values(2, 2, UNITS);
    DynamicRnn<TFloat32> rnn =
        loops
            .dynamic(cell, inputs)
            .initialState(new TensorState<>(state))
            .sequenceLength(loops.tf.array(0, 0))
            .build();
    loops.initialize();
    assertThat(loops.runner.fetch(rnn.outputs())).containsOnly(0f).hasSize(2 * 3 * UNITS);
    loops.assertClose(rnn.state().flatten(), List.of(state), 0);
    loops.assertClose(
        loops.gradients(loops.loss(LoopRunner.results(rnn)), List.of(state, inputs)),
        List.of(
            loops.tf.math.add(
                loops.tf.math.mul(state, loops.tf.constant(2f)), loops.tf.constant(1f)),
            loops.tf.zerosLike(inputs)),
        0);
  }

  @Test
  void lengthsMayBeInt64() {
    RNNCell cell = new GRUCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 3, 4, DEPTH);
    DynamicRnn<TFloat32> wide =
        loops.dynamic(cell, inputs).sequenceLength(loops.tf.array(4L, 0L, 2L)).build();
    DynamicRnn<TFloat32> narrow =
        loops.dynamic(cell, inputs).sequenceLength(loops.tf.array(4, 0, 2)).build();
    loops.initialize();
    loops.assertClose(LoopRunner.results(wide), LoopRunner.results(narrow), 0);
  }
}
