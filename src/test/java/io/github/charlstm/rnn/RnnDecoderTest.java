package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class RnnDecoderTest {
  private static final int UNITS = 3;
  private static final int BATCH = 2;
  private final LoopRunner loops = new LoopRunner();
  private final RNNCell cell = new BasicLSTMCell(UNITS);
  private final RNNState<TFloat32> initial =
      cell.stateSize().pack(List.of(loops.values(2, BATCH, UNITS), loops.values(3, BATCH, UNITS)));
  private final List<Operand<TFloat32>> inputs = new ArrayList<>();

  RnnDecoderTest() {
    for (int t = 0; t < 4; t++) {
      inputs.add(loops.values(10 + t, BATCH, UNITS));
    }
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private RnnDecoder<TFloat32> decoder(Optional<RnnDecoder.LoopFunction<TFloat32>> function) {
    return RnnDecoder.of(loops.tf, loops.store.rootScope(), inputs, initial, cell, function);
  }

  private List<Operand<TFloat32>> results(
      List<Operand<TFloat32>> outputs, RNNState<TFloat32> state) {
    List<Operand<TFloat32>> all = new ArrayList<>(outputs);
    // h is the last output, and a run cannot fetch a tensor twice
    state.flatten().forEach(leaf -> all.add(loops.tf.identity(leaf)));
    return all;
  }

  @Test
  void withoutALoopFunctionItIsTheUnrolledLoop() {
    RnnDecoder<TFloat32> decoder = decoder(Optional.empty());
    assertThat(loops.store.references().keySet())
        .containsExactly("rnn_decoder/basic_lstm_cell/kernel", "rnn_decoder/basic_lstm_cell/bias");
    StaticRnn<TFloat32> unrolled =
        StaticRnn.builder(loops.tf, loops.store.rootScope(), cell, inputs)
            .initialState(initial)
            .build();
    loops.initialize();
    loops.assertClose(
        results(decoder.outputs(), decoder.state()),
        results(unrolled.outputs(), unrolled.state()),
        0);
  }

  @Test
  void aLoopFunctionComputesEachInputAfterTheFirstFromTheOutputBefore() {
    List<Integer> steps = new ArrayList<>();
    List<Operand<TFloat32>> given = new ArrayList<>();
    RnnDecoder.LoopFunction<TFloat32> function =
        (tf, previous, step) -> {
          steps.add(step);
          given.add(previous);
          return tf.math.mul(previous, tf.constant((float) step));
        };
    RnnDecoder<TFloat32> decoder = decoder(Optional.of(function));
    assertThat(steps).containsExactly(1, 2, 3);
    assertThat(given).containsExactlyElementsOf(decoder.outputs().subList(0, 3));

    List<Operand<TFloat32>> byHand = new ArrayList<>();
    RNNState<TFloat32> state = initial;
    Operand<TFloat32> input = inputs.get(0);
    for (int t = 0; t < 4; t++) {
      RNNCell.Step<TFloat32> step = cell.call(loops.tf, input, state);
      byHand.add(step.output());
      state = step.state();
      input = loops.tf.math.mul(step.output(), loops.tf.constant(t + 1f));
    }
    loops.initialize();
    loops.assertClose(
        results(decoder.outputs(), decoder.state()), results(byHand, state), LoopRunner.VALUES);
  }

  @Test
  void theLoopFunctionHasItsOwnScope() {
    List<String> names = new ArrayList<>();
    decoder(
        Optional.of(
            (tf, previous, step) -> {
              Operand<TFloat32> next = tf.withName("next").identity(previous);
              names.add(next.op().name());
              return next;
            }));
    assertThat(names).hasSize(3).allMatch(name -> name.startsWith("rnn_decoder/loop_function"));
  }
}
