package io.github.charlstm.cell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/** The ladder that every cell climbs: shapes, names, sharing, gradients, bad arguments. */
abstract class CellContractTest {
  static final int BATCH = 3;
  static final int DEPTH = 4;

  GraphRunner runner;
  VariableStore store;

  /** The cell under test. */
  abstract RNNCell cell();

  /** Names and shapes of the variables it makes in scope {@code rnn} for inputs of depth 4. */
  abstract Map<String, Shape> expectedVariables();

  /** Names of the zero state's tensors. */
  abstract List<String> expectedZeroStateNames();

  @BeforeEach
  void open() {
    runner = new GraphRunner();
    store = new VariableStore(runner.tf(), RandomSeeds.of(7));
  }

  @AfterEach
  void close() {
    runner.close();
  }

  RNNCell built() {
    RNNCell cell = cell();
    cell.build(store.rootScope().child("rnn"), DEPTH);
    return cell;
  }

  Operand<TFloat32> input(int seed) {
    return runner.matrix(Randoms.matrix(new Random(seed), BATCH, DEPTH));
  }

  void initialize() {
    runner.run(store.globalVariablesInitializer());
  }

  @Test
  void variablesHaveTheNamesAndShapesOfTensorFlow1() {
    built();
    Map<String, Shape> found = new TreeMap<>();
    store.all().forEach(variable -> found.put(variable.name(), variable.shape()));
    assertThat(found).isEqualTo(new TreeMap<>(expectedVariables()));
    assertThat(store.trainable()).hasSameSizeAs(expectedVariables().keySet());
  }

  @Test
  void zeroStateHasTheNamesOfTensorFlow1AndIsZero() {
    List<Operand<TFloat32>> leaves = cell().zeroState(runner.tf(), BATCH).flatten();
    assertThat(leaves).extracting(leaf -> leaf.op().name()).isEqualTo(expectedZeroStateNames());
    for (float[] values : runner.fetch(leaves)) {
      assertThat(values).containsOnly(0f);
    }
  }

  @Test
  void outputAndStateHaveTheCellsShapes() {
    RNNCell cell = built();
    RNNState zero = cell.zeroState(runner.tf(), BATCH);
    RNNCell.Step step = cell.call(runner.tf(), input(1), zero);
    assertThat(step.output().shape()).isEqualTo(Shape.of(BATCH, cell.outputSize()));
    assertThat(step.state().flatten())
        .extracting(Operand::shape)
        .isEqualTo(zero.flatten().stream().map(Operand::shape).toList());
    assertThat(step.state()).hasSameClassAs(zero);
  }

  @Test
  void callingTwiceSharesTheVariables() {
    RNNCell cell = built();
    int made = store.all().size();
    RNNCell.Step first = cell.call(runner.tf(), input(1), cell.zeroState(runner.tf(), BATCH));
    cell.build(store.rootScope().child("elsewhere"), DEPTH);
    cell.call(runner.tf(), input(2), first.state());
    assertThat(store.all()).hasSize(made);
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    RNNCell cell = built();
    Operand<TFloat32> x = input(1);
    RNNState state = cell.zeroState(runner.tf(), BATCH);
    RNNCell.Step step = cell.call(runner.tf(), x, state);
    step = cell.call(runner.tf(), input(2), step.state());
    GradientCheck.assertGradientsHold(runner, store, weighted(step), x);
  }

  // A sum with unequal weights of all that a step gives, so that no gradient cancels.
  private Operand<TFloat32> weighted(RNNCell.Step step) {
    List<Operand<TFloat32>> all = new ArrayList<>(step.state().flatten());
    all.add(step.output());
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      int columns = (int) all.get(k).shape().get(1);
      Operand<TFloat32> weights = runner.matrix(Randoms.matrix(new Random(40 + k), BATCH, columns));
      sums.add(runner.tf().sum(runner.tf().math.mul(all.get(k), weights), runner.tf().array(0, 1)));
    }
    return runner.tf().sum(runner.tf().stack(sums), runner.tf().array(0));
  }

  @Test
  void inputsOfAnotherDepthAreRefused() {
    RNNCell cell = built();
    Operand<TFloat32> wide = runner.matrix(new float[BATCH][DEPTH + 1]);
    RNNState zero = cell.zeroState(runner.tf(), BATCH);
    assertThatThrownBy(() -> cell.call(runner.tf(), wide, zero))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[batch, 4]")
        .hasMessageContaining("[3, 5]");
  }

  @Test
  void aStateOfAnotherStructureIsRefused() {
    RNNCell cell = built();
    RNNState nested = new TupleState(List.of(cell.zeroState(runner.tf(), BATCH)));
    RNNState wrong = new TupleState(List.of(nested, nested, nested));
    assertThatThrownBy(() -> cell.call(runner.tf(), input(1), wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expects");
  }

  @Test
  void callingBeforeBuildingIsRefused() {
    RNNCell cell = cell();
    RNNState zero = cell.zeroState(runner.tf(), BATCH);
    assertThatThrownBy(() -> cell.call(runner.tf(), input(1), zero))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("build");
  }

  @Test
  void anEmptyBatchIsRefused() {
    assertThatThrownBy(() -> cell().zeroState(runner.tf(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0");
  }
}
