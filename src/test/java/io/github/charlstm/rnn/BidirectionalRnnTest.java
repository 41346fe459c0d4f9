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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("slow")
class BidirectionalRnnTest {
  private static final int BATCH = 3;
  private static final int STEPS = 5;
  private static final int DEPTH = 2;
  private static final int[] LENGTHS = {4, 0, 5};
  private final LoopRunner loops = new LoopRunner();
  private final RNNCell forward = new GRUCell(3);
  private final RNNCell backward = new BasicLSTMCell(4);
  private final Operand<TFloat32> inputs = loops.values(1, BATCH, STEPS, DEPTH);

  @AfterEach
  void close() {
    loops.close();
  }

  private BidirectionalDynamicRnn.Builder<TFloat32> dynamic(Operand<TFloat32> steps) {
    return BidirectionalDynamicRnn.builder(
        loops.tf, loops.store.rootScope(), forward, backward, steps);
  }

  private StaticBidirectionalRnn.Builder<TFloat32> unrolled() {
    return StaticBidirectionalRnn.builder(
        loops.tf, loops.store.rootScope(), forward, backward, loops.steps(inputs));
  }

  private static List<Operand<TFloat32>> results(BidirectionalDynamicRnn<TFloat32> rnn) {
    List<Operand<TFloat32>> all =
        new ArrayList<>(List.of(rnn.outputsForward(), rnn.outputsBackward()));
    all.addAll(rnn.stateForward().flatten());
    all.addAll(rnn.stateBackward().flatten());
    return all;
  }

  // Each sequence's first steps in reverse; the rest as it is.
  private Operand<TFloat32> reversed(Operand<TFloat32> tensor, int[] lengths) {
    List<Operand<TFloat32>> rows = new ArrayList<>();
    for (int n = 0; n < BATCH; n++) {
      int[] order = new int[STEPS];
      for (int t = 0; t < STEPS; t++) {
        order[t] = t < lengths[n] ? lengths[n] - 1 - t : t;
      }
      Operand<TFloat32> row = loops.tf.gather(tensor, loops.tf.constant(n), loops.tf.constant(0));
      rows.add(loops.tf.gather(row, loops.tf.constant(order), loops.tf.constant(0)));
    }
    return loops.tf.stack(rows);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theBackwardLoopReadsEachSequenceFromItsEnd(boolean withLengths) {
    int[] lengths = withLengths ? LENGTHS : new int[] {STEPS, STEPS, STEPS};
    BidirectionalDynamicRnn.Builder<TFloat32> builder = dynamic(inputs);
    if (withLengths) {
      builder.sequenceLength(loops.tf.constant(lengths));
    }
    BidirectionalDynamicRnn<TFloat32> both = builder.build();
    Operand<TInt32> all = loops.tf.constant(lengths);
    DynamicRnn<TFloat32> ahead = loops.dynamic(forward, inputs).sequenceLength(all).build();
    DynamicRnn<TFloat32> back =
        loops.dynamic(backward, reversed(inputs, lengths)).sequenceLength(all).build();
    List<Operand<TFloat32>> expected =
        new ArrayList<>(List.of(ahead.outputs(), reversed(back.outputs(), lengths)));
    expected.addAll(ahead.state().flatten());
    expected.addAll(back.state().flatten());
    loops.initialize();
    loops.assertClose(results(both), expected, LoopRunner.VALUES);
    loops.assertClose(
        List.of(both.joined(loops.tf)),
        List.of(loops.tf.concat(expected.subList(0, 2), loops.tf.constant(2))),
        LoopRunner.VALUES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unrolledEqualsDynamic(boolean withLengths) {
    RNNState<TFloat32> startForward = new TensorState<>(loops.values(2, BATCH, 3));
    RNNState<TFloat32> startBackward =
        backward.stateSize().pack(List.of(loops.values(3, BATCH, 4), loops.values(4, BATCH, 4)));
    BidirectionalDynamicRnn.Builder<TFloat32> dynamic =
        dynamic(inputs).initialStateForward(startForward).initialStateBackward(startBackward);
    StaticBidirectionalRnn.Builder<TFloat32> unrolled =
        unrolled().initialStateForward(startForward).initialStateBackward(startBackward);
    if (withLengths) {
      dynamic.sequenceLength(loops.tf.constant(LENGTHS));
      unrolled.sequenceLength(loops.tf.array(4L, 0L, 5L));
    }
    BidirectionalDynamicRnn<TFloat32> one = dynamic.build();
    StaticBidirectionalRnn<TFloat32> two = unrolled.build();
    List<Operand<TFloat32>> found = new ArrayList<>(List.of(one.joined(loops.tf)));
    found.addAll(results(one).subList(2, 5));
    List<Operand<TFloat32>> expected = new ArrayList<>(List.of(loops.joined(two.outputs())));
    expected.addAll(two.stateForward().flatten());
    expected.addAll(two.stateBackward().flatten());
    List<Operand<TFloat32>> starts = new ArrayList<>(List.of(inputs));
    starts.addAll(startForward.flatten());
    starts.addAll(startBackward.flatten());
    loops.assertAgree(found, expected, starts);
  }

  @Test
  void timeMajorEqualsBatchMajorTransposed() {
    Operand<TInt32> swap = loops.tf.array(1, 0, 2);
    Operand<TInt32> lengths = loops.tf.constant(LENGTHS);
    BidirectionalDynamicRnn<TFloat32> batchMajor = dynamic(inputs).sequenceLength(lengths).build();
    BidirectionalDynamicRnn<TFloat32> timeMajor =
        dynamic(loops.tf.linalg.transpose(inputs, swap))
            .sequenceLength(lengths)
            .timeMajor(true)
            .build();
    List<Operand<TFloat32>> turned = results(timeMajor);
    turned.set(0, loops.tf.linalg.transpose(turned.get(0), swap));
    turned.set(1, loops.tf.linalg.transpose(turned.get(1), swap));
    loops.initialize();
    loops.assertClose(turned, results(batchMajor), 0);
  }

  @Test
  void theScopesAreBidirectionalRnnFwAndBw() {
    dynamic(inputs).build();
    String[] names = {
      "bidirectional_rnn/fw/gru_cell/gates/kernel",
      "bidirectional_rnn/fw/gru_cell/gates/bias",
      "bidirectional_rnn/fw/gru_cell/candidate/kernel",
      "bidirectional_rnn/fw/gru_cell/candidate/bias",
      "bidirectional_rnn/bw/basic_lstm_cell/kernel",
      "bidirectional_rnn/bw/basic_lstm_cell/bias"
    };
    assertThat(loops.store.references().keySet()).containsExactly(names);
    try (LoopRunner other = new LoopRunner()) {
      StaticBidirectionalRnn.builder(
              other.tf,
              other.store.rootScope(),
              new GRUCell(3),
              new BasicLSTMCell(4),
              List.of(other.values(1, BATCH, DEPTH)))
          .scope("both")
          .build();
      assertThat(other.store.references().keySet())
          .allMatch(name -> name.startsWith("both/fw/") || name.startsWith("both/bw/"))
          .hasSize(6);
    }
  }

  @Test
  void oneCellInBothDirectionsSharesItsVariables() {
    BidirectionalDynamicRnn<TFloat32> rnn =
        BidirectionalDynamicRnn.builder(loops.tf, loops.store.rootScope(), forward, forward, inputs)
            .gradient(false)
            .build();
    loops.initialize();
    assertThat(loops.store.references().keySet())
        .hasSize(4)
        .allMatch(name -> name.startsWith("bidirectional_rnn/fw/"));
    loops.assertNoneIsZero(results(rnn));
  }
}
