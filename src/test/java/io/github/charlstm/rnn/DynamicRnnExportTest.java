package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RandomSource;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.loop.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/** A loop in graphs that were exported, in several sessions and in several threads. */
class DynamicRnnExportTest {
  private final LoopRunner loops = new LoopRunner();
  private final Operand<TFloat32> inputs = loops.values(1, 3, 6, 2);
  private Operand<TFloat32> loss;
  private List<Operand<TFloat32>> places;

  @BeforeEach
  void build() {
    GraphVariable<TInt64> step = loops.store.createGlobalStep();
    RNNCell cell =
        DropoutWrapper.builder(LSTMCell.builder(4).usePeepholes(true).numProj(3).build())
            .stateKeepProb(0.7f)
            .outputKeepProb(0.7f)
            .noise(RandomSource.ofStep(5, step.value()))
            .build();
    DynamicRnn<TFloat32> rnn =
        loops.dynamic(cell, inputs).sequenceLength(loops.tf.array(6, 2, 4)).build();
    loss = loops.tf.withName("loss").identity(loops.loss(LoopRunner.results(rnn)));
    places = new ArrayList<>(loops.weights());
    places.add(inputs);
  }

  @AfterEach
  void close() {
    loops.close();
  }

  private static List<float[]> run(Session session, List<? extends Operand<?>> fetches) {
    Session.Runner runner = session.runner();
    fetches.forEach(runner::fetch);
    List<float[]> values = new ArrayList<>();
    try (Result result = runner.run()) {
      for (int k = 0; k < fetches.size(); k++) {
        float[] flat = new float[(int) result.get(k).size()];
        result.get(k).asRawTensor().data().asFloats().read(flat);
        values.add(flat);
      }
    }
    return values;
  }

  @Test
  void anImportedGraphHasTheSameGradients() {
    loops.store.globalVariablesInitializer(); // "init"
    GraphDef exported = loops.runner.graph().toGraphDef();
    List<Operand<TFloat32>> here = loops.gradients(loss, places);
    here.add(loss);
    loops.initialize();
    List<float[]> expected = run(loops.runner.session(), here);
    try (LoopRunner fresh = new LoopRunner()) {
      Graph imported = fresh.runner.graph();
      Scan.registerGradient();
      imported.importGraphDef(exported);
      Ops tf = Ops.create(imported);
      List<Output<TFloat32>> there = new ArrayList<>();
      for (Operand<TFloat32> place : places) {
        there.add(imported.operationOrThrow(place.op().name()).<TFloat32>output(0));
      }
      Output<TFloat32> importedLoss = imported.operationOrThrow("loss").output(0);
      List<Operand<TFloat32>> found = fresh.gradients(importedLoss, there);
      found.add(importedLoss);
      assertThat(found.get(0).op().env()).isSameAs(imported);
      Session session = fresh.runner.session();
      session.runner().addTarget("init").run().close();
      List<float[]> values = run(session, found);
      for (int k = 0; k < expected.size(); k++) {
        assertThat(values.get(k)).isEqualTo(expected.get(k));
      }
      // one more loop finds free names
      Operand<TFloat32> more = tf.reshape(there.get(there.size() - 1), tf.array(3, 6, 2));
      DynamicRnn<TFloat32> second =
          fresh.dynamic(LSTMCell.builder(2).build(), more).scope("second").build();
      assertThat(second.outputs().shape().get(2)).isEqualTo(2);
    }
  }

  @Test
  void sessionsAndThreadsGiveEqualResults() throws Exception {
    List<Operand<TFloat32>> fetches = loops.gradients(loss, places);
    fetches.add(loss);
    loops.initialize();
    List<float[]> expected = run(loops.runner.session(), fetches);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Session other = new Session(loops.runner.graph())) {
      other.runner().addTarget(loops.store.globalVariablesInitializer()).run().close();
      List<Callable<List<float[]>>> runs = new ArrayList<>();
      for (int k = 0; k < 12; k++) {
        Session session = k % 2 == 0 ? loops.runner.session() : other;
        runs.add(() -> run(session, fetches));
      }
      for (Future<List<float[]>> done : threads.invokeAll(runs)) {
        for (int k = 0; k < expected.size(); k++) {
          assertThat(done.get().get(k)).isEqualTo(expected.get(k));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
