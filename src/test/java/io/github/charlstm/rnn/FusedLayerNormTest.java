package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.Activation;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LayerNormBasicLSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.cell.WeightDropout;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Reuse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** LSTMs with layer normalization in the fused loop. */
@Tag("slow")
class FusedLayerNormTest {
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  private void assertSame(RNNCell cell, int batch, int steps, int lanes) {
    var both = loops.fusedAndUnrolled(cell, batch, steps, lanes);
    loops.initialize();
    for (GraphVariable<TFloat32> variable : loops.store.trainable()) {
      if (variable.shape().numDimensions() == 1) { // gammas and betas that differ
        Op drawn = variable.assign(loops.tf, loops.values(70, variable.shape().asArray()));
        loops.runner.run(drawn);
      }
    }
    loops.assertClose(both.fused(), both.unrolled(), 2 * LoopRunner.VALUES);
    List<Operand<TFloat32>> places = loops.weights();
    places.addAll(both.inputs());
    List<Operand<TFloat32>> gradients = loops.gradients(loops.loss(both.fused()), places);
    List<Operand<TFloat32>> expected = loops.gradients(loops.loss(both.unrolled()), places);
    loops.assertClose(gradients, expected, 2 * LoopRunner.GRADIENTS);
    loops.assertNoneIsZero(List.of(both.fused().get(0))); // the last layer drops nothing
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 4, 1", "5, 3, 2", "4, 9, 3"})
  void agreesWithTheUnrolledLoop(int batch, int steps, int lanes) {
    assertSame(
        LayerNormBasicLSTMCell.builder(6).forgetBias(0.3).normGain(0.8).build(),
        batch,
        steps,
        lanes);
  }

  @Test
  void agreesWhereRowsShareMemory() {
    assertSame(new LayerNormBasicLSTMCell(16), 32, 3, 2);
  }

  @Test
  void agreesInAStackWithDropout() {
    GraphVariable<TInt64> step = loops.store.createGlobalStep();
    RNNCell variational =
        DropoutWrapper.builder(new LayerNormBasicLSTMCell(5))
            .inputKeepProb(0.7)
            .stateKeepProb(0.6)
            .variationalRecurrent(3)
            .noise(RandomSource.ofStep(5, step.value()))
            .build();
    RNNCell weights =
        WeightDropout.of(new LayerNormBasicLSTMCell(4), 0.5, RandomSource.ofStep(6, step.value()));
    assertSame(new MultiRNNCell(List.of(variational, weights, new BasicLSTMCell(3))), 5, 4, 2);
  }

  @Test
  void freshDropoutOfOutputsAgrees() {
    GraphVariable<TInt64> step = loops.store.createGlobalStep();
    Operand<TFloat32> inputs = loops.values(1, 5, 4, 3);
    List<RNNCell> cells = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      cells.add(
          DropoutWrapper.builder(LayerNormBasicLSTMCell.builder(4).reuse(Reuse.AUTO_REUSE).build())
              .outputKeepProb(0.5)
              .noise(RandomSource.ofStep(5, step.value()))
              .build());
    }
    FusedLstm fused = loops.fused(cells.get(0), inputs).lanes(2).build();
    assertThat(fused.fused()).isTrue();
    loops.assertAgree(
        LoopRunner.results(fused),
        loops.results(loops.unrolled(cells.get(1), inputs).build()),
        List.of(inputs));
  }

  @Test
  void otherKindsAreNotCovered() {
    List<RNNCell> others =
        List.of(
            LayerNormBasicLSTMCell.builder(4).layerNorm(false).build(),
            LayerNormBasicLSTMCell.builder(4).activation(Activation.RELU).build(),
            LayerNormBasicLSTMCell.builder(4).dropoutKeepProb(0.5).build());
    assertThat(others).noneMatch(FusedLstm::covers);
  }
}
