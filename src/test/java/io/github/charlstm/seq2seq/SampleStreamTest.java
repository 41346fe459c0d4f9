package io.github.charlstm.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** As in Python, samples go on from run to run of a session, whatever the runs fetch. */
class SampleStreamTest {
  private static List<float[]> threeRuns(boolean otherFetches) {
    try (GraphRunner runner = new GraphRunner()) {
      Ops tf = runner.tf();
      VariableStore store = new VariableStore(tf, RandomSeeds.numbered(1));
      Embedding<TFloat32> embedding =
          Embedding.of(store.rootScope().getVariable("embedding", Shape.of(6, 3)).value());
      GRUCell cell = new GRUCell(4);
      var helper =
          SampleEmbeddingHelper.builder(tf, embedding, tf.array(1, 2, 3, 4), tf.constant(0))
              .seed(3)
              .build();
      var decoder =
          new BasicDecoder<>(cell, helper, cell.zeroState(tf, 4, TFloat32.class), new Dense(6));
      var decoded =
          DynamicDecode.builder(tf, store.rootScope(), decoder).maximumIterations(5).build();
      Operand<TFloat32> ids = tf.dtypes.cast(decoded.outputs().sampleId(), TFloat32.class);
      Operand<TFloat32> lengths = tf.dtypes.cast(decoded.sequenceLengths(), TFloat32.class);
      runner.run(store.globalVariablesInitializer());
      List<float[]> runs = new ArrayList<>();
      for (int k = 0; k < 3; k++) {
        runs.add(
            runner.fetch(k == 1 && otherFetches ? List.of(ids, lengths) : List.of(ids)).get(0));
      }
      return runs;
    }
  }

  @Test
  void aRunWithOtherFetchesGoesOnWithTheSamples() {
    List<float[]> same = threeRuns(false);
    assertThat(same.get(1)).isNotEqualTo(same.get(0));
    assertThat(threeRuns(true)).containsExactlyElementsOf(same);
  }
}
