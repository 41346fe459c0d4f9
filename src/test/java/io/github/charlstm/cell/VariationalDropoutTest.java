package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

class VariationalDropoutTest extends CellContractTest {
  @Override
  RNNCell cell() {
    return DropoutWrapper.builder(new GRUCell(5))
        .inputKeepProb(DropoutWrapperTest.atRunTime(runner.tf(), 0.75f))
        .outputKeepProb(0.8f)
        .stateKeepProb(0.7f)
        .variationalRecurrent(DEPTH)
        .seed(8)
        .noise(DropoutWrapperTest.FIXED)
        .build();
  }

  @Override
  Expected expected() {
    return new Expected(
        GRUCellTest.VARIABLES, "5", "DropoutWrapperZeroState/GRUCellZeroState/zeros");
  }

  @Test
  void allStepsAndRowsOfARunHaveTheSameMask() {
    RNNCell inner = new BasicRNNCell(40);
    RNNCell wrapped =
        DropoutWrapper.builder(inner).outputKeepProb(0.5f).variationalRecurrent().build();
    wrapped.build(store.rootScope(), DEPTH);
    RNNState<TFloat32> zero = wrapped.zeroState(runner.tf(), BATCH);
    RNNCell.Step<TFloat32> one = wrapped.call(runner.tf(), input(1), zero);
    RNNCell.Step<TFloat32> two = wrapped.call(runner.tf(), input(2), zero);
    RNNCell.Step<TFloat32> plain = inner.call(runner.tf(), input(1), zero);
    initialize();
    List<float[]> values = runner.fetch(List.of(one.output(), two.output(), plain.output()));
    DropoutWrapperTest.assertDropped(values.get(0), values.get(2), 0.5f);
    for (int k = 0; k < values.get(0).length; k++) {
      boolean kept = values.get(0)[k % 40] != 0;
      assertThat(values.get(0)[k] != 0).isEqualTo(kept);
      assertThat(values.get(1)[k] != 0).isEqualTo(kept);
    }
    assertThat(runner.fetch(one.output())).isNotEqualTo(values.get(0));
  }

  // Read from the graph that Python's DropoutWrapper(LSTMCell(3, num_proj=2),
  // variational_recurrent=True, seed=11) builds: two places of the state, one of the output.
  @Test
  void theNoiseIsDrawnOnceAtTheRootInPythonsOrder() {
    RNNCell wrapped =
        DropoutWrapper.builder(LSTMCell.builder(3).numProj(2).build())
            .outputKeepProb(0.5f)
            .variationalRecurrent()
            .seed(11)
            .build();
    wrapped.build(store.rootScope().child("rnn"), DEPTH);
    wrapped.build(store.rootScope().child("rnn"), DEPTH);
    Ops loop = runner.tf().withSubScope("loop");
    RNNState<TFloat32> zero = wrapped.zeroState(loop, BATCH);
    wrapped.call(loop, input(1), wrapped.call(loop, input(1), zero).state());
    List<NodeDef> made =
        runner.graph().toGraphDef().getNodeList().stream()
            .filter(node -> node.getOp().equals("RandomUniform"))
            .filter(node -> !node.getName().startsWith("initial_values/"))
            .toList();
    assertThat(made).allMatch(node -> node.getName().startsWith("DropoutWrapperInit/"));
    assertThat(DropoutSeedsTest.attributes(made, "seed2"))
        .containsExactly(201927314L, 180686734L, 405474468L);
  }

  @Test
  void dropoutOfInputsNeedsTheirWidth() {
    DropoutWrapper.Builder builder =
        DropoutWrapper.builder(new GRUCell(2)).inputKeepProb(0.5f).variationalRecurrent();
    assertRejected(builder::build, "variational_recurrent", "variationalRecurrent(inputSize)");
    assertRejected(() -> builder.variationalRecurrent(0), "input_size", "found 0");
    Operand<TFloat32> unknown = DropoutWrapperTest.atRunTime(runner.tf(), 1f);
    assertRejected(
        () ->
            DropoutWrapper.builder(new GRUCell(2))
                .inputKeepProb(unknown)
                .variationalRecurrent()
                .build(),
        "variationalRecurrent(inputSize)");
    RNNCell narrow = builder.variationalRecurrent(3).build();
    assertRejected(() -> narrow.build(store.rootScope(), DEPTH), "width 3", "depth 4");
  }
}
