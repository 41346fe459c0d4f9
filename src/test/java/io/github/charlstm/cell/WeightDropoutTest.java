package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

class WeightDropoutTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.numbered(3));

  @AfterEach
  void close() {
    runner.close();
  }

  // with inputs of zeros, a change of h shows which recurrent weights are left
  @Test
  void recurrentRowsAloneAreDroppedAndTheOthersScaled() {
    GraphVariable<TInt64> step = store.createGlobalStep();
    BasicLSTMCell lstm = new BasicLSTMCell(16);
    WeightDropout cell = WeightDropout.of(lstm, 0.25, RandomSource.ofStep(4, step.value()));
    cell.build(store.rootScope(), 5);
    assertThat(store.trainable())
        .extracting(GraphVariable::name)
        .containsExactly("basic_lstm_cell/kernel", "basic_lstm_cell/bias");
    Op next = step.assignAdd(tf, tf.constant(1L));
    runner.run(store.globalVariablesInitializer());
    Operand<TFloat32> masked = lstm.kernel().as(TFloat32.class).value();
    float[] whole = runner.fetch(store.trainable().get(0).value());
    float[] found = runner.fetch(masked);
    assertThat(runner.fetch(masked)).containsExactly(found);
    int kept = 0;
    for (int k = 0; k < whole.length; k++) {
      if (k < 5 * 64) {
        assertThat(found[k]).isEqualTo(whole[k]);
      } else if (found[k] != 0) {
        assertThat(found[k]).isCloseTo(4 * whole[k], within(1e-6f));
        kept++;
      }
    }
    assertThat(kept).isBetween(200, 312); // of 1024, 256 expected, 4 standard deviations
    runner.run(next);
    assertThat(runner.fetch(masked)).isNotEqualTo(found);
  }

  static List<RNNCell> others() {
    return List.of(
        new BasicRNNCell(4),
        new GRUCell(4),
        LSTMCell.builder(6).numProj(4).usePeepholes(true).build(),
        new LayerNormBasicLSTMCell(4),
        new UGRNNCell(4),
        new NASCell(4),
        DropoutWrapper.builder(new BasicLSTMCell(4)).outputKeepProb(0.5f).seed(1).build(),
        new ResidualWrapper(new BasicLSTMCell(4)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void droppingAllWeightsLeavesStepsThatDoNotReadH(RNNCell cell) {
    Operand<TFloat32> share = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    RNNCell dropped = WeightDropout.of(cell, share, RandomSource.stream(store.randomSeeds()));
    Operand<TFloat32> inputs = tf.fill(tf.array(2, 4), tf.constant(0.3f));
    dropped.build(store.rootScope(), 4);
    runner.run(store.globalVariablesInitializer());
    // a share below 0 drops all: it is not checked
    runner.feedAlways(share, TFloat32.scalarOf(-1f));
    Operand<TFloat32> zero = dropped.call(tf, inputs, state(dropped, 0f)).output();
    Operand<TFloat32> other = dropped.call(tf, inputs, state(dropped, 0.5f)).output();
    if (cell instanceof GRUCell || cell instanceof UGRNNCell) { // which read h itself too
      Operand<TFloat32> third = dropped.call(tf, inputs, state(dropped, 1f)).output();
      Operand<TFloat32> slope = tf.math.sub(other, zero);
      assertEqual(tf.math.sub(third, other), slope); // linear in h
    } else {
      assertEqual(zero, other);
    }
  }

  private void assertEqual(Operand<TFloat32> found, Operand<TFloat32> expected) {
    List<float[]> both = runner.fetch(List.of(found, expected));
    assertThat(both.get(0)).containsExactly(both.get(1), within(1e-6f));
  }

  // h alone differs: the last tensor of the state
  private RNNState<TFloat32> state(RNNCell cell, float h) {
    List<Operand<TFloat32>> leaves = new ArrayList<>(cell.zeroState(tf, 2).flatten());
    int last = leaves.size() - 1;
    leaves.set(last, tf.math.add(leaves.get(last), tf.constant(h)));
    return cell.stateSize().pack(leaves);
  }

  @Test
  void aShareOfOneAddsNothing() {
    BasicLSTMCell lstm = new BasicLSTMCell(4);
    WeightDropout.of(lstm, 1).build(store.rootScope(), 3);
    assertThat(lstm.kernel().value()).isSameAs(store.trainable().get(0).value());
  }

  @Test
  void cellsWithoutRecurrentWeightsAreRejected() {
    assertRejected(
        () -> WeightDropout.of(new SRUCell(4), 0.5).build(store.rootScope(), 3),
        "WeightDropout expects a cell that makes a kernel of 4 recurrent rows, found none in"
            + " SRUCell");
    RNNCell built = new BasicLSTMCell(4);
    built.build(store.rootScope(), 3);
    assertRejected(
        () -> WeightDropout.of(built, 0.5).build(store.rootScope(), 3), "before it is built");
    assertRejected(
        () -> WeightDropout.of(new MultiRNNCell(List.of(new BasicLSTMCell(4))), 0.5),
        "found a MultiRNNCell");
    assertRejected(() -> WeightDropout.of(new BasicLSTMCell(4), 1.5), "keep_prob", "found 1.5");
    RNNCell dropped = WeightDropout.of(new BasicLSTMCell(4), 0.5);
    assertRejected(
        () -> LstmSpec.withoutDropout(dropped), "without WeightDropout", "BasicLSTMCell");
  }
}
