package io.github.charlstm.rnn;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.GraphVariable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class StackBidirectionalDynamicRnnTest {
  private static final int BATCH = 3;
  private static final int STEPS = 4;
  private final LoopRunner loops = new LoopRunner();
  private final List<RNNCell> forward = List.of(new GRUCell(3), new GRUCell(2));
  private final List<RNNCell> backward = List.of(new BasicLSTMCell(2), new GRUCell(4));
  private final Operand<TFloat32> inputs = loops.values(1, BATCH, STEPS, 2);

  @AfterEach
  void close() {
    loops.close();
  }

  private StackBidirectionalDynamicRnn.Builder<TFloat32> builder(Operand<TFloat32> steps) {
    return StackBidirectionalDynamicRnn.builder(
        loops.tf, loops.store.rootScope(), forward, backward, steps);
  }

  private BidirectionalDynamicRnn.Builder<TFloat32> layer(int k, Operand<TFloat32> steps) {
    return BidirectionalDynamicRnn.builder(
        loops.tf,
        loops.store.rootScope().child("again_" + k),
        forward.get(k),
        backward.get(k),
        steps);
  }

  private static List<Operand<TFloat32>> leaves(List<RNNState<TFloat32>> states) {
    return states.stream().flatMap(state -> state.flatten().stream()).toList();
  }

  @Test
  void eachLayerReadsBothDirectionsOfTheLayerBelow() {
    Operand<TInt32> lengths = loops.tf.array(2, 0, 4);
    List<RNNState<TFloat32>> startForward =
        List.of(
            new TensorState<>(loops.values(2, BATCH, 3)),
            new TensorState<>(loops.values(3, BATCH, 2)));
    List<RNNState<TFloat32>> startBackward =
        List.of(
            backward
                .get(0)
                .stateSize()
                .pack(List.of(loops.values(4, BATCH, 2), loops.values(5, BATCH, 2))),
            new TensorState<>(loops.values(6, BATCH, 4)));
    StackBidirectionalDynamicRnn<TFloat32> stack =
        builder(inputs)
            .sequenceLength(lengths)
            .initialStatesForward(startForward)
            .initialStatesBackward(startBackward)
            .build();
    List<Operand<TFloat32>> expected = new ArrayList<>();
    Operand<TFloat32> outputs = inputs;
    List<RNNState<TFloat32>> ends = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      BidirectionalDynamicRnn<TFloat32> layer =
          layer(k, outputs)
              .sequenceLength(lengths)
              .initialStateForward(startForward.get(k))
              .initialStateBackward(startBackward.get(k))
              .build();
      outputs = layer.joined(loops.tf);
      ends.add(k, layer.stateForward()); // all forward states, then the backward ones
      ends.add(layer.stateBackward());
    }
    expected.add(outputs);
    expected.addAll(leaves(ends));
    List<Operand<TFloat32>> found = new ArrayList<>(List.of(stack.outputs()));
    found.addAll(leaves(stack.statesForward()));
    found.addAll(leaves(stack.statesBackward()));
    assertThat(stack.outputs().shape()).isEqualTo(Shape.of(BATCH, STEPS, 6));
    loops.initialize();
    loops.assertClose(found, expected, LoopRunner.VALUES);
  }

  @Test
  void variablesAndOperationsHaveTheScopesOfTensorFlow1() {
    StackBidirectionalDynamicRnn<TFloat32> stack = builder(inputs).build();
    List<String> kernels =
        loops.store.trainable().stream()
            .map(GraphVariable::name)
            .filter(name -> name.endsWith("kernel") && !name.contains("candidate"))
            .toList();
    assertThat(kernels)
        .containsExactly(
            "stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/gru_cell/gates/kernel",
            "stack_bidirectional_rnn/cell_0/bidirectional_rnn/bw/basic_lstm_cell/kernel",
            "stack_bidirectional_rnn/cell_1/bidirectional_rnn/fw/gru_cell/gates/kernel",
            "stack_bidirectional_rnn/cell_1/bidirectional_rnn/bw/gru_cell/gates/kernel");
    assertThat(stack.outputs().op().name()).startsWith("stack_bidirectional_rnn/cell_1/");
  }

  @Test
  void timeMajorInputsGiveTimeMajorOutputs() {
    Operand<TInt32> swap = loops.tf.array(1, 0, 2);
    StackBidirectionalDynamicRnn<TFloat32> rows = builder(inputs).build();
    StackBidirectionalDynamicRnn<TFloat32> steps =
        builder(loops.tf.linalg.transpose(inputs, swap)).scope("other").timeMajor(true).build();
    loops.initialize();
    loops.assertClose(
        List.of(steps.outputs()),
        List.of(loops.tf.linalg.transpose(rows.outputs(), swap)),
        LoopRunner.VALUES);
  }

  @Test
  void argumentsThatDoNotFitAreRejectedBeforeVariablesAreMade() {
    List<RNNState<TFloat32>> one = List.of(new TensorState<>(loops.values(2, BATCH, 3)));
    assertRejected(
        () -> builder(inputs).initialStatesForward(one),
        "with 2 layers expects initial_states_fw of as many states, found 1");
    assertRejected(() -> builder(inputs).initialStatesBackward(one), "initial_states_bw");
    assertRejected(
        () ->
            StackBidirectionalDynamicRnn.builder(
                loops.tf, loops.store.rootScope(), forward, backward.subList(0, 1), inputs),
        "a forward and a backward cell for each layer, found 2 and 1");
    assertRejected(
        () ->
            StackBidirectionalDynamicRnn.builder(
                loops.tf, loops.store.rootScope(), List.of(), List.of(), inputs),
        "at least one layer");
    assertRejected(
        () -> builder(loops.values(1, BATCH, 2)).build(),
        "stack_bidirectional_dynamic_rnn",
        "[batch, steps, depth]");
    assertThat(loops.store.all()).isEmpty();
  }
}
