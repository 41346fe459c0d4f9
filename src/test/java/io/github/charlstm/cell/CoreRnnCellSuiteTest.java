package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.graph.CustomGetter;
import io.github.charlstm.graph.Dtypes;
import io.github.charlstm.graph.GraphVariable;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableOptions;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** The cases of TensorFlow's core_rnn_cell_test about single cells, stacks and wrappers. */
class CoreRnnCellSuiteTest {
  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.of(7));

  @AfterEach
  void close() {
    runner.close();
  }

  /** A scope where all variables are 0.5, unless they have an initializer of their own. */
  private VariableScope scope(String name) {
    return store.rootScope().child(name).withInitializer(Initializers.constant(0.5f));
  }

  /** A matrix of one value. */
  private Operand<TFloat32> all(float value, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      Arrays.fill(row, value);
    }
    return runner.matrix(values);
  }

  /** Rows of 1, 2, 3, ... */
  private Operand<TFloat32> counting(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (int n = 0; n < rows; n++) {
      Arrays.fill(values[n], n + 1);
    }
    return runner.matrix(values);
  }

  /** Output and leaves of the state of one step in a scope, from a state of 0.1. */
  private List<float[]> step(VariableScope scope, RNNCell cell, Operand<TFloat32> inputs) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int width : cell.stateSize().flatten()) {
      leaves.add(all(0.1f, (int) inputs.shape().get(0), width));
    }
    var step =
        cell.firstCall(scope, inputs.shape().get(1), tf, inputs, cell.stateSize().pack(leaves));
    runner.run(store.globalVariablesInitializer());
    List<Operand<TFloat32>> results = new ArrayList<>(List.of(step.output()));
    results.addAll(step.state().flatten());
    // a session cannot fetch a tensor twice, and an output may be the state
    results.replaceAll(tensor -> tf.identity(tensor));
    return runner.fetch(results);
  }

  private List<float[]> step(RNNCell cell, Operand<TFloat32> inputs) {
    return step(scope("root"), cell, inputs);
  }

  private static void assertRow(float[] found, double... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < found.length; k++) {
      assertThat((double) found[k]).isCloseTo(expected[k], within(1e-6));
    }
  }

  private List<String> names() {
    return store.trainable().stream().map(variable -> variable.name()).toList();
  }

  private static List<RNNCell> twoConcatenated() {
    return List.of(
        BasicLSTMCell.builder(2).stateIsTuple(false).build(),
        BasicLSTMCell.builder(2).stateIsTuple(false).build());
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicRNNCell")
  void theVariablesOfABasicRnnCell() {
    assertThat(step(new BasicRNNCell(2), all(1, 1, 2)).get(0)).hasSize(2);
    assertThat(names()).containsExactly("root/basic_rnn_cell/kernel", "root/basic_rnn_cell/bias");
    assertThat(store.all()).hasSize(2);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testGRUCell")
  void aGruWithInputsOfItsWidthAndOfAnother() {
    assertRow(step(new GRUCell(2), all(1, 1, 2)).get(0), 0.175991, 0.175991);
    assertRow(step(scope("other"), new GRUCell(2), all(1, 1, 3)).get(0), 0.156736, 0.156736);
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_cell_test.RNNCellTest.testBasicLSTMCell",
      partly = "float32 only")
  void aStackWithOneStateTensor() {
    RNNCell stack = MultiRNNCell.builder(twoConcatenated()).stateIsTuple(false).build();
    List<float[]> found = step(stack, all(1, 1, 2));
    assertRow(found.get(0), 0.24024698, 0.24024698);
    assertRow(
        found.get(1),
        0.68967271,
        0.68967271,
        0.44848421,
        0.44848421,
        0.39897051,
        0.39897051,
        0.24024698,
        0.24024698);
    assertThat(names())
        .containsExactly(
            "root/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
            "root/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
            "root/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
            "root/multi_rnn_cell/cell_1/basic_lstm_cell/bias");
    assertThat(store.all()).hasSize(4);
    assertThat(step(scope("other"), twoConcatenated().get(0), all(1, 1, 3))).hasSize(2);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicLSTMCellWithStateTuple")
  void aStackWithATupleOfStateTensors() {
    List<float[]> found = step(new MultiRNNCell(twoConcatenated()), all(1, 1, 2));
    assertRow(found.get(0), 0.24024698, 0.24024698);
    assertRow(found.get(1), 0.68967271, 0.68967271, 0.44848421, 0.44848421);
    assertRow(found.get(2), 0.39897051, 0.39897051, 0.24024698, 0.24024698);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicLSTMCellDimension0Error")
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicLSTMCellStateSizeError")
  void aStateOfAnotherBatchOrWidthIsRejected() {
    RNNCell cell = BasicLSTMCell.builder(2).stateIsTuple(false).build();
    assertRejected(() -> firstCall(cell, all(0, 3, 4), all(0, 2, 4)), "one batch");
    assertRejected(() -> firstCall(cell, all(0, 3, 4), all(0, 3, 6)), "[batch, 4]", "[3, 6]");
  }

  private void firstCall(RNNCell cell, Operand<TFloat32> inputs, Operand<TFloat32> state) {
    cell.firstCall(
        scope("root"), inputs.shape().get(1), tf, inputs, cell.stateSize().pack(List.of(state)));
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testLSTMCell")
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testLSTMCellVariables")
  void aProjectionHasAWidthAndAKernelOfItsOwn() {
    RNNCell cell = LSTMCell.builder(8).numProj(6).stateIsTuple(false).build();
    List<float[]> found = step(cell, counting(3, 2));
    for (int k = 0; k < 2; k++) {
      float[] values = found.get(k);
      int width = k == 0 ? 6 : 14;
      assertThat(values).hasSize(3 * width);
      for (int n = 1; n < 3; n++) {
        assertThat(Arrays.copyOfRange(values, n * width, (n + 1) * width))
            .isNotEqualTo(Arrays.copyOf(values, width));
      }
    }
    assertThat(names())
        .containsExactly(
            "root/lstm_cell/kernel", "root/lstm_cell/bias", "root/lstm_cell/projection/kernel");
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_cell_test.RNNCellTest.testResidualWrapper",
      partly = "without the dependencies of object-based checkpoints and get_config")
  void aResidualWrapperAddsTheInputs() {
    RNNCell cell = new GRUCell(3);
    List<float[]> plain = step(cell, all(1, 1, 3));
    List<float[]> residual = step(new ResidualWrapper(cell), all(1, 1, 3));
    for (int k = 0; k < 3; k++) {
      assertThat(residual.get(0)[k]).isEqualTo(plain.get(0)[k] + 1);
    }
    assertThat(residual.get(1)).isEqualTo(plain.get(1));
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testResidualWrapperWithSlice")
  void aResidualFunctionMayTakeAPartOfTheInputs() {
    RNNCell cell = new GRUCell(3);
    List<float[]> plain = step(cell, all(1, 1, 5));
    RNNCell wrapper =
        new ResidualWrapper(
            cell,
            (tf, inputs, outputs) ->
                tf.math.add(tf.slice(inputs, tf.array(0, 0), tf.array(-1, 3)), outputs));
    List<float[]> residual = step(wrapper, all(1, 1, 5));
    for (int k = 0; k < 3; k++) {
      assertThat(residual.get(0)[k]).isEqualTo(plain.get(0)[k] + 1);
    }
    assertThat(residual.get(1)).isEqualTo(plain.get(1));
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_cell_test.RNNCellTest.testDeviceWrapper",
      partly = "without the dependencies of object-based checkpoints and get_config")
  void aDeviceWrapperPlacesTheStep() {
    RNNCell cell = new DeviceWrapper(new GRUCell(3), "/cpu:14159");
    var step =
        cell.firstCall(
            scope("root"), 3, tf, all(0, 1, 3), cell.stateSize().pack(List.of(all(0, 1, 3))));
    String name = step.output().op().name();
    assertThat(runner.graph().toGraphDef().getNodeList())
        .filteredOn(node -> node.getName().equals(name))
        .extracting(node -> node.getDevice())
        .containsExactly("/device:CPU:14159");
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testMultiRNNCell")
  void aStackOfGrusWithOneStateTensor() {
    RNNCell stack =
        MultiRNNCell.builder(List.of(new GRUCell(2), new GRUCell(2))).stateIsTuple(false).build();
    assertRow(step(stack, all(1, 1, 2)).get(1), 0.175991, 0.175991, 0.13248, 0.13248);
    assertThat(store.all()).hasSize(8);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testMultiRNNCellWithStateTuple")
  @TensorFlowCase("rnn_cell_test.CompiledWrapperTest.testMultiRNNCellWithStateTuple")
  void aStackOfGrusExpectsATuple() {
    RNNCell stack = new MultiRNNCell(List.of(new GRUCell(2), new GRUCell(2)));
    assertRejected(
        () ->
            stack.firstCall(
                scope("bad"), 2, tf, all(1, 1, 2), StateSize.of(4).pack(List.of(all(0, 1, 4)))),
        "MultiRNNCell expects a state of structure (2, 2), found 4");
    List<float[]> found = step(stack, all(1, 1, 2));
    assertRow(found.get(1), 0.175991, 0.175991);
    assertRow(found.get(2), 0.13248, 0.13248);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testSRUCell")
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testSRUCellWithDiffSize")
  void anSruWithInputsOfItsWidthAndOfAnother() {
    assertRow(step(new SRUCell(2), all(1, 1, 2)).get(0), 0.509682, 0.509682);
    assertRow(step(scope("other"), new SRUCell(2), all(1, 1, 3)).get(0), 0.55255556, 0.55255556);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testOutputProjectionWrapper")
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testInputProjectionWrapper")
  void projections() {
    List<float[]> out = step(new OutputProjectionWrapper(new GRUCell(3), 2), all(1, 1, 3));
    assertRow(out.get(0), 0.231907, 0.231907);
    assertThat(out.get(1)).hasSize(3);
    List<float[]> in = step(new InputProjectionWrapper(new GRUCell(3), 3), all(1, 1, 2));
    assertRow(in.get(0), 0.154605, 0.154605, 0.154605);
    assertThat(in.get(1)).hasSize(3);
  }

  @Test
  @TensorFlowCase(
      value = "core_rnn_cell_test.RNNCellTest.testEmbeddingWrapper",
      partly = "symbols are given as floats, since inputs and states have one type")
  void anEmbedding() {
    RNNCell cell = EmbeddingWrapper.builder(new GRUCell(2), 3, 2).build();
    assertThat(cell.outputSize()).isEqualTo(2);
    List<float[]> found = step(cell, all(1, 1, 1));
    assertRow(found.get(0), 0.17139, 0.17139);
    assertThat(found.get(1)).hasSize(2);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicLSTMCellStateTupleType")
  void plainTuplesAreStatesOfLstms() {
    RNNCell cell = new MultiRNNCell(List.of(new BasicLSTMCell(2), new BasicLSTMCell(2)));
    assertThat(cell.stateSize().describe())
        .isEqualTo("(LSTMStateTuple(c=2, h=2), LSTMStateTuple(c=2, h=2))");
    RNNState<TFloat32> zero = new TensorState<>(all(0, 1, 2));
    RNNState<TFloat32> plain = new TupleState<>(List.of(zero, zero));
    for (RNNState<TFloat32> state :
        List.of(new TupleState<>(List.of(plain, plain)), cell.zeroState(tf, 1))) {
      var after = cell.firstCall(scope("root"), 2, tf, all(1, 1, 2), state).state();
      assertThat(after).isInstanceOf(TupleState.class);
      assertThat(after.parts()).hasSize(2).allMatch(part -> part instanceof LSTMStateTuple);
    }
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.DropoutWrapperTest.testWrappedCellProperty")
  void aWrapperGivesItsCell() {
    RNNCell cell = new BasicRNNCell(10);
    assertThat(DropoutWrapper.builder(cell).build().wrappedCell()).isSameAs(cell);
  }

  @Test
  @TensorFlowCase(
      value = "rnn_test.RNNTest.testCellGetInitialState",
      partly =
          "Java's methods take either inputs, or a batch and a type, which cannot contradict each"
              + " other")
  void theInitialStateOfInputsHasTheirBatch() {
    RNNCell cell = new BasicRNNCell(5);
    Operand<TFloat64> open = tf.placeholder(TFloat64.class, Placeholder.shape(Shape.of(-1, 4, 1)));
    for (var state :
        List.of(
            cell.getInitialState(tf, open),
            cell.zeroState(
                tf, tf.gather(tf.shape(open), tf.constant(0), tf.constant(0)), TFloat64.class))) {
      assertThat(state.flatten().get(0).shape().asArray()).containsExactly(-1, 5);
      assertThat(state.flatten().get(0).type()).isEqualTo(TFloat64.class);
    }
    assertThat(cell.getInitialState(tf, all(0, 3, 4)).flatten().get(0).shape().asArray())
        .containsExactly(3, 5);
    assertRejected(
        () -> cell.getInitialState(tf, tf.placeholder(TFloat32.class)), "an unknown shape");
  }

  @Test
  @TensorFlowCase(
      value = "rnn_test.RNNTest.testCellsBuild",
      partly = "without the cells IndRNNCell, IndyGRUCell and IndyLSTMCell")
  @TensorFlowCase("core_rnn_test.LSTMTest.testDType")
  void cellsAreBuiltForATypeAndADepth() {
    int made = 0;
    for (var dtype : List.of(TFloat16.class, TFloat32.class, TFloat64.class)) {
      for (RNNCell cell :
          List.of(new BasicRNNCell(3), new BasicLSTMCell(3), new GRUCell(3), new LSTMCell(3))) {
        assertBuilds(cell, dtype, scope("root_" + made++));
      }
    }
    new LSTMCell(10).build(scope("default"), 50);
    var bias = store.all().stream().filter(v -> v.name().equals("default/lstm_cell/bias"));
    assertThat(bias)
        .singleElement()
        .satisfies(v -> assertThat(v.value().type()).isEqualTo(TFloat32.class));
  }

  private <T extends TFloating> void assertBuilds(
      RNNCell cell, Class<T> dtype, VariableScope scope) {
    cell.build(scope, dtype, 7);
    Operand<T> inputs = Dtypes.constant(tf, dtype, Shape.of(5, 7), new double[35]);
    var step = cell.call(tf, inputs, cell.zeroState(tf, 5, dtype));
    assertThat(step.output().shape().asArray()).containsExactly(5, 3);
    assertThat(store.all())
        .filteredOn(variable -> variable.name().startsWith(scope.path() + "/"))
        .isNotEmpty()
        .allMatch(variable -> variable.value().type() == dtype);
  }

  @Test
  @TensorFlowCase("core_rnn_cell_test.RNNCellTest.testBasicRNNCellNotTrainable")
  void aCustomGetterMakesACellUntrainable() {
    CustomGetter untrainable =
        new CustomGetter() {
          @Override
          public <T extends TFloating> GraphVariable<T> get(
              Getter getter, String name, Shape shape, VariableOptions<T> options) {
            return getter.get(name, shape, options.withTrainable(false));
          }
        };
    VariableScope scope = scope("root").withCustomGetter(untrainable);
    assertThat(step(scope, new BasicRNNCell(2), all(1, 1, 2)).get(0)).hasSize(2);
    assertThat(store.trainable()).isEmpty();
    assertThat(store.references().keySet())
        .containsExactly("root/basic_rnn_cell/kernel", "root/basic_rnn_cell/bias");
  }
}
