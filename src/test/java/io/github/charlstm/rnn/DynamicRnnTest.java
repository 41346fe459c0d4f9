package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.BasicRNNCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@Tag("machine")
class DynamicRnnTest {
  private static final int UNITS = 4;
  private static final int DEPTH = 3;
  private final LoopRunner loops = new LoopRunner();

  @AfterEach
  void close() {
    loops.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 1", "5, 3"})
  void agreesWithTheUnrolledLoop(int steps, int batch) {
    RNNCell cell = new BasicLSTMCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, batch, steps, DEPTH);
    List<Operand<TFloat32>> dynamic = LoopRunner.results(loops.dynamic(cell, inputs).build());
    List<Operand<TFloat32>> unrolled = loops.results(loops.unrolled(cell, inputs).build());
    assertThat(dynamic.get(0).shape().asArray()).containsExactly(batch, steps, UNITS);
    loops.assertAgree(dynamic, unrolled, List.of(inputs));
  }

  static Stream<Named<Supplier<RNNCell>>> cells() {
    return Stream.of(
        Named.of("BasicRNNCell", () -> new BasicRNNCell(30)),
        Named.of("BasicLSTMCell", () -> new BasicLSTMCell(30)),
        Named.of("LSTMCell", () -> LSTMCell.builder(30).usePeepholes(true).numProj(20).build()),
        Named.of("GRUCell", () -> new GRUCell(30)));
  }

  /** As in Python; with TensorFlow's optimizer, which fuses operations. */
  @ParameterizedTest
  @MethodSource("cells")
  void theBitsAreThoseOfTheUnrolledLoop(Supplier<RNNCell> maker) {
    for (int batch : new int[] {1, 2, 17}) {
      try (GraphRunner runner = new GraphRunner()) {
        Ops tf = runner.tf();
        VariableStore store = new VariableStore(tf, RandomSeeds.of(batch));
        Operand<TFloat32> x =
            tf.random.randomUniform(tf.array(batch, 5, 40), TFloat32.class, RandomUniform.seed(3L));
        List<Operand<TFloat32>> steps = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
          steps.add(tf.gather(x, tf.constant(t), tf.constant(1)));
        }
        RNNCell cell = maker.get();
        StaticRnn<TFloat32> unrolled =
            StaticRnn.builder(tf, store.rootScope(), cell, steps).build();
        DynamicRnn<TFloat32> dynamic = DynamicRnn.builder(tf, store.rootScope(), cell, x).build();
        runner.run(store.globalVariablesInitializer());
        // but for the last step: TensorFlow's optimizer may leave its activation unfused
        Operand<TFloat32> difference =
            tf.math.sub(dynamic.outputs(), TimeStack.of(tf, unrolled.outputs()));
        Operand<TFloat32> before = tf.slice(difference, tf.array(0, 0, 0), tf.array(-1, 4, -1));
        assertThat(runner.fetch(before)).containsOnly(0f);
      }
    }
  }

  @Test
  void theDefaultScopeIsRnn() {
    loops.dynamic(new BasicLSTMCell(UNITS), loops.values(1, 2, 3, DEPTH)).build();
    loops.dynamic(new GRUCell(UNITS), loops.values(1, 2, 3, DEPTH)).scope("decoder/first").build();
    assertThat(loops.store.references().keySet())
        .containsExactly(
            "rnn/basic_lstm_cell/kernel",
            "rnn/basic_lstm_cell/bias",
            "decoder/first/gru_cell/gates/kernel",
            "decoder/first/gru_cell/gates/bias",
            "decoder/first/gru_cell/candidate/kernel",
            "decoder/first/gru_cell/candidate/bias");
    assertThat(loops.runner.graph().operation("decoder/first/while")).isNotNull();
  }

  private static GraphDef graphWithGradients(long steps) {
    try (LoopRunner loops = new LoopRunner()) {
      Operand<TFloat32> inputs = loops.placeholder(2, steps, DEPTH);
      Operand<TInt32> lengths = loops.tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(2)));
      DynamicRnn<TFloat32> rnn =
          loops.dynamic(new BasicLSTMCell(UNITS), inputs).sequenceLength(lengths).build();
      loops.gradients(loops.loss(LoopRunner.results(rnn)), loops.weights());
      return loops.runner.graph().toGraphDef();
    }
  }

  @Test
  void theGraphHasTheSameSizeForEveryNumberOfSteps() {
    GraphDef few = graphWithGradients(3);
    GraphDef many = graphWithGradients(300);
    assertThat(many.getNodeList().stream().map(node -> node.getName() + node.getOp()))
        .containsExactlyElementsOf(
            few.getNodeList().stream().map(node -> node.getName() + node.getOp()).toList());
    assertThat(sizes(many)).isEqualTo(sizes(few)).hasSize(4);
  }

  // Number of operations by function.
  private static Map<String, Integer> sizes(GraphDef graph) {
    return graph.getLibrary().getFunctionList().stream()
        .collect(
            Collectors.toMap(
                function -> function.getSignature().getName(),
                function -> function.getNodeDefCount()));
  }

  @Test
  void oneGraphRunsAnyNumberOfStepsAndAnyBatch() {
    RNNCell cell = new GRUCell(UNITS);
    Operand<TFloat32> inputs = loops.placeholder(-1, -1, DEPTH);
    DynamicRnn<TFloat32> rnn = loops.dynamic(cell, inputs).build();
    List<Operand<TFloat32>> places = new ArrayList<>(loops.weights());
    places.add(inputs);
    List<Operand<TFloat32>> found = new ArrayList<>(LoopRunner.results(rnn));
    found.addAll(loops.gradients(loops.loss(found), places));
    loops.initialize();
    for (int[] sizes : new int[][] {{2, 3}, {1, 7}, {4, 1}, {2, 3}}) {
      Operand<TFloat32> fixed = loops.values(sizes[1], sizes[0], sizes[1], DEPTH);
      List<Operand<TFloat32>> expected =
          new ArrayList<>(loops.results(loops.unrolled(cell, fixed).build()));
      places.set(places.size() - 1, fixed);
      expected.addAll(loops.gradients(loops.loss(expected), places));
      List<float[]> values = loops.runner.fetch(expected);
      try (TFloat32 fed = LoopRunner.tensor(sizes[1], sizes[0], sizes[1], DEPTH)) {
        Session.Runner run = loops.runner.session().runner().feed(inputs, fed);
        found.forEach(run::fetch);
        try (Result result = run.run()) {
          for (int k = 0; k < values.size(); k++) {
            float[] flat = new float[(int) result.get(k).size()];
            result.get(k).asRawTensor().data().asFloats().read(flat);
            LoopRunner.assertClose(flat, values.get(k), LoopRunner.GRADIENTS);
          }
        }
      }
    }
  }

  @Test
  void noStepsGiveNoOutputsAndTheInitialState() {
    Operand<TFloat32> inputs = loops.placeholder(-1, -1, DEPTH);
    Operand<TFloat32> state = loops.values(2, 2, UNITS);
    DynamicRnn<TFloat32> rnn =
        loops.dynamic(new GRUCell(UNITS), inputs).initialState(new TensorState<>(state)).build();
    loops.runner.feedAlways(inputs, LoopRunner.tensor(1, 2, 0, DEPTH));
    loops.initialize();
    assertThat(loops.runner.fetch(rnn.outputs())).isEmpty();
    assertThat(loops.runner.fetch(rnn.state().flatten().get(0)))
        .isEqualTo(loops.runner.fetch(state));
  }

  @Test
  void timeMajorEqualsBatchMajorTransposed() {
    RNNCell cell = new BasicLSTMCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 2, 5, DEPTH);
    Operand<TInt32> swap = loops.tf.array(1, 0, 2);
    Operand<TInt32> lengths = loops.tf.array(4, 2);
    DynamicRnn<TFloat32> batchMajor = loops.dynamic(cell, inputs).sequenceLength(lengths).build();
    DynamicRnn<TFloat32> timeMajor =
        loops
            .dynamic(cell, loops.tf.linalg.transpose(inputs, swap))
            .sequenceLength(lengths)
            .timeMajor(true)
            .build();
    List<Operand<TFloat32>> turned = new ArrayList<>(LoopRunner.results(timeMajor));
    turned.set(0, loops.tf.linalg.transpose(turned.get(0), swap));
    loops.initialize();
    loops.assertClose(turned, LoopRunner.results(batchMajor), 0);
  }

  @Test
  void theSameCellInTwoLoopsSharesItsVariables() {
    RNNCell cell = new GRUCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 2, 3, DEPTH);
    DynamicRnn<TFloat32> one = loops.dynamic(cell, inputs).build();
    DynamicRnn<TFloat32> two = loops.dynamic(cell, inputs).scope("other").build();
    assertThat(loops.store.trainable()).hasSize(4);
    List<Operand<TFloat32>> both = new ArrayList<>(LoopRunner.results(one));
    both.addAll(LoopRunner.results(two));
    List<Operand<TFloat32>> once =
        loops.gradients(loops.loss(LoopRunner.results(one)), loops.weights());
    List<Operand<TFloat32>> doubled = new ArrayList<>();
    once.forEach(gradient -> doubled.add(loops.tf.math.add(gradient, gradient)));
    loops.initialize();
    loops.assertClose(LoopRunner.results(one), LoopRunner.results(two), 0);
    loops.assertClose(
        loops.gradients(loops.loss(both), loops.weights()), doubled, LoopRunner.GRADIENTS);
  }

  @Test
  void loopsStackOnEachOther() {
    RNNCell lower = new GRUCell(UNITS);
    RNNCell upper = new BasicLSTMCell(2);
    Operand<TFloat32> inputs = loops.values(1, 2, 4, DEPTH);
    DynamicRnn<TFloat32> first = loops.dynamic(lower, inputs).scope("lower").build();
    DynamicRnn<TFloat32> second = loops.dynamic(upper, first.outputs()).scope("upper").build();
    StaticRnn<TFloat32> firstUnrolled = loops.unrolled(lower, inputs).build();
    StaticRnn<TFloat32> secondUnrolled =
        StaticRnn.builder(loops.tf, loops.store.rootScope(), upper, firstUnrolled.outputs())
            .build();
    loops.assertAgree(LoopRunner.results(second), loops.results(secondUnrolled), List.of(inputs));
  }

  @Test
  void withoutAGradientItGivesTheSameValuesAndSavesNoTensors() {
    RNNCell cell = new BasicLSTMCell(UNITS);
    Operand<TFloat32> inputs = loops.values(1, 2, 4, DEPTH);
    DynamicRnn<TFloat32> with = loops.dynamic(cell, inputs).build();
    DynamicRnn<TFloat32> without =
        loops.dynamic(cell, inputs).scope("values").gradient(false).build();
    loops.initialize();
    loops.assertClose(LoopRunner.results(without), LoopRunner.results(with), 0);
    assertThat(lists("values/while")).isEqualTo(1); // the outputs
    assertThat(lists("rnn/while")).isGreaterThan(5);
  }

  private long lists(String loop) {
    return loops.runner.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getName().equals(loop))
        .flatMap(node -> node.getAttrOrThrow("T").getList().getTypeList().stream())
        .filter(type -> type == DataType.DT_VARIANT)
        .count();
  }
}
