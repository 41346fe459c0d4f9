package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.cell.StateFilter;
import io.github.charlstm.cell.WeightDropout;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.Reuse;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** Variational dropout of inputs, outputs and h, and dropout of recurrent weights. */
@Tag("slow")
class FusedLstmVariationalTest {
  private final LoopRunner loops = new LoopRunner();
  private final GraphVariable<TInt64> step = loops.store.createGlobalStep();

  @AfterEach
  void close() {
    loops.close();
  }

  private void assertSame(RNNCell cell, int batch, int steps, int lanes) {
    var both = loops.fusedAndUnrolled(cell, batch, steps, lanes);
    loops.assertAgree(both.fused(), both.unrolled(), both.inputs());
  }

  private DropoutWrapper.Builder variational(RNNCell cell, int width) {
    return DropoutWrapper.builder(cell)
        .variationalRecurrent(width)
        .noise(RandomSource.ofStep(5, step.value()));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "4, 5, 1", "5, 4, 2", "3, 2, 3"})
  void dropoutOfInputsAndOutputsAgreesWithTheUnrolledLoop(int batch, int steps, int lanes) {
    RNNCell cell =
        variational(new BasicLSTMCell(8), 3).inputKeepProb(0.7).outputKeepProb(0.5).build();
    assertSame(cell, batch, steps, lanes);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "4, 5, 1", "5, 4, 2", "3, 7, 3"})
  void dropoutOfHAgreesWithTheUnrolledLoop(int batch, int steps, int lanes) {
    assertSame(
        variational(new BasicLSTMCell(8), 3).stateKeepProb(0.5).build(), batch, steps, lanes);
  }

  @Test
  void aStackWithAllKindsAgrees() {
    RNNCell first =
        variational(WeightDropout.of(new LSTMCell(8), 0.5, noise(8)), 3)
            .inputKeepProb(0.8)
            .stateKeepProb(loops.tf.math.add(loops.tf.constant(0.25f), loops.tf.constant(0.5f)))
            .build();
    RNNCell second =
        WeightDropout.of(
            variational(new BasicLSTMCell(6), 8).outputKeepProb(0.5).build(), 0.7, noise(9));
    assertSame(new MultiRNNCell(List.of(first, second, new BasicLSTMCell(4))), 5, 6, 2);
  }

  @Test
  void masksAreTheSameForAllStepsAndRowsAndNewInEachTrainingStep() {
    Operand<TFloat32> inputs = loops.values(1, 3, 4, 3);
    RNNCell cell = variational(new BasicLSTMCell(64), 3).outputKeepProb(0.5).build();
    FusedLstm rnn = loops.fused(cell, inputs).lanes(2).build();
    Op next = step.assignAdd(loops.tf, loops.tf.constant(1L));
    loops.initialize();
    boolean[] first = kept(rnn);
    assertThat(kept(rnn)).isEqualTo(first);
    loops.runner.run(next);
    assertThat(kept(rnn)).isNotEqualTo(first);
    loops.runner.run(step.assign(loops.tf, loops.tf.constant(0L)));
    assertThat(kept(rnn)).isEqualTo(first); // as of a resumed run
  }

  // which of the 64 outputs are kept, in all 12 rows and steps alike
  private boolean[] kept(FusedLstm rnn) {
    float[] outputs = loops.runner.fetch(rnn.outputs());
    boolean[] kept = new boolean[64];
    for (int k = 0; k < 64; k++) {
      kept[k] = outputs[k] != 0;
    }
    for (int k = 0; k < outputs.length; k++) {
      assertThat(outputs[k] != 0).isEqualTo(kept[k % 64]);
    }
    return kept;
  }

  @Test
  void aDroppedHIsTheLastStateAndTheOutputIsWhole() {
    Operand<TFloat32> inputs = loops.values(1, 4, 3, 3);
    RNNCell cell = variational(new BasicLSTMCell(64), 3).stateKeepProb(0.5).build();
    FusedLstm rnn = loops.fused(cell, inputs).lanes(1).build();
    loops.initialize();
    List<float[]> found = loops.runner.fetch(LoopRunner.results(rnn));
    assertThat(found.get(0)).doesNotContain(0f);
    assertThat(found.get(1)).doesNotContain(0f); // c
    float[] h = found.get(2);
    for (int row = 0; row < 4; row++) {
      for (int k = 0; k < 64; k++) {
        float output = found.get(0)[(row * 3 + 2) * 64 + k];
        assertThat(h[row * 64 + k] == 0 || h[row * 64 + k] == 2 * output).isTrue();
      }
    }
    assertThat(h).contains(0f);
  }

  @Test
  void wrappersWithSeedsOrTheGraphsStreamAreCoveredToo() {
    RNNCell cell =
        DropoutWrapper.builder(new BasicLSTMCell(8))
            .outputKeepProb(0.5)
            .stateKeepProb(0.5)
            .variationalRecurrent()
            .seed(3)
            .build();
    assertSame(cell, 4, 3, 2);
  }

  // TF 1.x derives the seeds from the number of operations
  @Test
  void masksOfAGraphSeedAreThoseOfTheDynamicLoop() {
    float[] found = outputsOfGraphSeed(true);
    assertThat(found).contains(0f);
    LoopRunner.assertClose(found, outputsOfGraphSeed(false), LoopRunner.VALUES);
  }

  private static float[] outputsOfGraphSeed(boolean fused) {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      VariableStore store = new VariableStore(tf, RandomSeeds.of(7));
      VariableScope scope = store.rootScope().withInitializer(Initializers.ones());
      Operand<TFloat32> inputs = tf.fill(tf.array(2, 3, 3), tf.constant(0.5f));
      RNNCell cell =
          DropoutWrapper.builder(new BasicLSTMCell(8))
              .outputKeepProb(0.5)
              .stateKeepProb(0.5)
              .variationalRecurrent()
              .build();
      Operand<TFloat32> outputs =
          fused
              ? FusedLstm.builder(tf, scope, cell, inputs).build().outputs()
              : DynamicRnn.builder(tf, scope, cell, inputs).build().outputs();
      runner.run(store.globalVariablesInitializer());
      return runner.fetch(outputs);
    }
  }

  @Test
  void aFilterOfOnesOwnIsNotCovered() {
    RNNCell cell =
        variational(new BasicLSTMCell(8), 3)
            .stateKeepProb(0.5)
            .stateFilter(state -> StateFilter.Choice.ALL)
            .build();
    assertThat(FusedLstm.covers(cell)).isFalse();
    RNNCell twice = variational(variational(new BasicLSTMCell(8), 3).build(), 3).build();
    assertThat(FusedLstm.covers(twice)).isFalse();
  }

  private RandomSource noise(int seed) {
    return RandomSource.ofStep(seed, step.value());
  }

  private RNNCell droppedWeights() {
    RandomSource weights = noise(7);
    RandomSource values = noise(5);
    List<RNNCell> layers = new ArrayList<>();
    for (int units : new int[] {4, 5}) {
      RNNCell lstm = BasicLSTMCell.builder(units).reuse(Reuse.AUTO_REUSE).build();
      layers.add(
          DropoutWrapper.builder(WeightDropout.of(lstm, 0.5, weights))
              .inputKeepProb(0.8)
              .outputKeepProb(0.5)
              .noise(values)
              .build());
    }
    return new MultiRNNCell(layers);
  }

  @Test
  void droppedWeightsAreTheSameInAllLoops() {
    Operand<TFloat32> inputs = loops.values(1, 4, 3, 3);
    List<Operand<TFloat32>> fused =
        LoopRunner.results(loops.fused(droppedWeights(), inputs).lanes(2).build());
    loops.assertAgree(
        fused, loops.results(loops.unrolled(droppedWeights(), inputs).build()), List.of(inputs));
  }

  @Test
  void droppedWeightsAreTheSameInADynamicLoop() {
    Operand<TFloat32> inputs = loops.values(1, 4, 3, 3);
    List<Operand<TFloat32>> found =
        LoopRunner.results(loops.dynamic(twoOfOneCell(), inputs).build());
    loops.assertAgree(
        found, loops.results(loops.unrolled(twoOfOneCell(), inputs).build()), List.of(inputs));
  }

  private RNNCell twoOfOneCell() {
    return new MultiRNNCell(List.of(onlyWeights(), onlyWeights()));
  }

  // each of its own masks
  private RNNCell onlyWeights() {
    return WeightDropout.of(
        BasicLSTMCell.builder(3).name("weights").reuse(Reuse.AUTO_REUSE).build(), 0.5, noise(1));
  }
}
