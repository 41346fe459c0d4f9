package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** The tests of every cell: shapes, names, sharing, gradients, bad arguments. */
abstract class CellContractTest {
  static final int BATCH = 3;
  static final int DEPTH = 4;

  GraphRunner runner;
  VariableStore store;

  /** The cell under test. */
  abstract RNNCell cell();

  /**
   * What the tests expect of a cell.
   *
   * @param variables names and shapes of the variables in scope {@code rnn}, for inputs of depth 4
   * @param structure {@code describe} of the state
   * @param zeroState names of the zero state's tensors
   */
  record Expected(Map<String, Shape> variables, String structure, List<String> zeroState) {
    Expected(Map<String, Shape> variables, String structure, String... zeroState) {
      this(variables, structure, List.of(zeroState));
    }
  }

  abstract Expected expected();

  /** Step of the finite differences; small if the cell is not smooth. */
  float gradientStep() {
    return GradientCheck.STEP;
  }

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

  /** A state of random values, which can be fed. */
  RNNState<TFloat32> state(RNNCell cell, int seed) {
    Random random = new Random(seed);
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int width : cell.stateSize().flatten()) {
      leaves.add(runner.matrix(Randoms.matrix(random, BATCH, width)));
    }
    return cell.stateSize().pack(leaves);
  }

  void initialize() {
    runner.run(store.globalVariablesInitializer());
  }

  Set<String> operations() {
    Set<String> names = new HashSet<>();
    runner.graph().operations().forEachRemaining(operation -> names.add(operation.name()));
    return names;
  }

  @SuppressWarnings("unchecked") // a caller with an unchecked cast
  static <T extends TType> Operand<T> unchecked(Operand<?> operand) {
    return (Operand<T>) operand;
  }

  @Test
  void variablesHaveTheNamesAndShapesOfTensorFlow1() {
    built();
    Map<String, Shape> found = new TreeMap<>();
    store.all().forEach(variable -> found.put(variable.name(), variable.shape()));
    assertThat(found).isEqualTo(new TreeMap<>(expected().variables()));
    assertThat(store.trainable()).hasSameSizeAs(expected().variables().keySet());
  }

  @Test
  void zeroStateHasTheNamesOfTensorFlow1AndIsZero() {
    RNNState<TFloat32> zero = cell().zeroState(runner.tf(), BATCH);
    assertThat(zero.flatten())
        .extracting(leaf -> leaf.op().name())
        .isEqualTo(expected().zeroState());
    assertThat(zero.describe()).isEqualTo(expected().structure());
    for (float[] values : runner.fetch(zero.flatten())) {
      assertThat(values).containsOnly(0f);
    }
  }

  @Test
  void zeroStateOfABatchKnownAtRunTimeHasTheSameNamesAndWidths() {
    Operand<TInt32> batch = runner.tf().constant(BATCH);
    RNNCell cell = cell();
    List<Operand<TFloat32>> leaves = cell.zeroState(runner.tf(), batch).flatten();
    assertThat(leaves).extracting(leaf -> leaf.op().name()).isEqualTo(expected().zeroState());
    List<float[]> values = runner.fetch(leaves);
    for (int k = 0; k < leaves.size(); k++) {
      assertThat(values.get(k)).hasSize(BATCH * cell.stateSize().flatten().get(k));
      assertThat(values.get(k)).containsOnly(0f);
    }
  }

  @Test
  void outputAndStateHaveTheCellsShapes() {
    RNNCell cell = built();
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    RNNCell.Step<TFloat32> step = cell.call(runner.tf(), input(1), zero);
    assertThat(step.output().shape()).isEqualTo(Shape.of(BATCH, cell.outputSize()));
    assertThat(step.state().flatten())
        .extracting(Operand::shape)
        .isEqualTo(zero.flatten().stream().map(Operand::shape).toList());
    assertThat(step.state()).hasSameClassAs(zero);
    assertThat(step.state().describe()).isEqualTo(expected().structure());
    assertThat(cell.stateSize().describe()).isEqualTo(expected().structure());
  }

  @Test
  void widthsAreKnownForABatchKnownAtRunTime() {
    RNNCell cell = built();
    Placeholder<TInt32> batch =
        runner.tf().placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
    Placeholder<TFloat32> inputs =
        runner.tf().placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, DEPTH)));
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), batch);
    assertThat(zero.describe()).isEqualTo(expected().structure());
    RNNCell.Step<TFloat32> step = cell.call(runner.tf(), inputs, zero);
    assertThat(step.output().shape().asArray()).containsExactly(-1, cell.outputSize());
    assertThat(step.state().describe()).isEqualTo(expected().structure());
  }

  @Test
  void aStepUsesOnlyTheGivenBuilder() {
    RNNCell cell = built();
    Operand<TFloat32> x = input(1);
    RNNState<TFloat32> state = state(cell, 2);
    Set<String> before = operations();
    cell.call(runner.tf().withSubScope("probe"), x, state);
    Set<String> made = operations();
    made.removeAll(before);
    assertThat(made).isNotEmpty().allMatch(name -> name.startsWith("probe/"));
  }

  @Test
  void callingTwiceSharesTheVariables() {
    RNNCell cell = built();
    int made = store.all().size();
    RNNCell.Step<TFloat32> first =
        cell.call(runner.tf(), input(1), cell.zeroState(runner.tf(), BATCH));
    cell.build(store.rootScope().child("elsewhere"), DEPTH);
    cell.call(runner.tf(), input(2), first.state());
    assertThat(store.all()).hasSize(made);
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    RNNCell cell = built();
    List<Operand<TFloat32>> places = new ArrayList<>();
    places.add(input(1));
    RNNState<TFloat32> state = state(cell, 3);
    places.addAll(state.flatten());
    RNNCell.Step<TFloat32> step = cell.call(runner.tf(), places.get(0), state);
    step = cell.call(runner.tf(), input(2), step.state());
    GradientCheck.assertGradientsHold(runner, store, weighted(step), places, gradientStep());
  }

  // A sum of all results of a step with unequal weights, so that no gradients cancel.
  private Operand<TFloat32> weighted(RNNCell.Step<TFloat32> step) {
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
  void inputsThatDoNotFitAreRejected() {
    RNNCell cell = built();
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    Operand<TFloat32> wide = runner.matrix(new float[BATCH][DEPTH + 1]);
    assertRejected(() -> cell.call(runner.tf(), wide, zero), "inputs", "[batch, 4]", "[3, 5]");
    Operand<TFloat32> vector = runner.tf().array(1f, 2f, 3f, 4f);
    assertRejected(() -> cell.call(runner.tf(), vector, zero), "[batch, 4]", "[4]");
    Operand<TFloat32> whole = unchecked(runner.tf().constant(new int[BATCH][DEPTH]));
    assertRejected(() -> cell.call(runner.tf(), whole, zero), "inputs", "float32", "int32");
  }

  @Test
  void eachTensorOfTheStateMustFit() {
    RNNCell cell = built();
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    for (int k = 0; k < zero.flatten().size(); k++) {
      int width = cell.stateSize().flatten().get(k);
      String place = "state.flatten()[" + k + "]";
      Operand<TFloat32> wide = runner.matrix(new float[BATCH][width + 1]);
      assertRejected(
          () -> cell.call(runner.tf(), input(1), zero.pack(replaced(zero, wide))),
          "[batch, " + width + "]",
          "[3, " + (width + 1) + "]",
          "state.flatten()");
      int at = k;
      List<Operand<TFloat32>> leaves = new ArrayList<>(zero.flatten());
      leaves.set(at, runner.tf().constant(0f));
      assertRejected(() -> cell.call(runner.tf(), input(1), zero.pack(leaves)), place, "found []");
      leaves.set(at, unchecked(runner.tf().constant(new double[BATCH][width])));
      assertRejected(() -> cell.call(runner.tf(), input(1), zero.pack(leaves)), place, "float64");
    }
  }

  // All tensors have the width that the new one exceeds.
  private static List<Operand<TFloat32>> replaced(
      RNNState<TFloat32> state, Operand<TFloat32> wide) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (Operand<TFloat32> leaf : state.flatten()) {
      leaves.add(leaf.shape().get(1) == wide.shape().get(1) - 1 ? wide : leaf);
    }
    return leaves;
  }

  @Test
  void aStateOfAnotherStructureIsRejected() {
    RNNCell cell = built();
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    RNNState<TFloat32> nested = new TupleState<>(List.of(zero));
    assertRejected(
        () -> cell.call(runner.tf(), input(1), nested),
        "expects a state of structure " + expected().structure(),
        "found (" + expected().structure() + ",)");
    RNNState<TFloat32> fewer = new TensorState<>(runner.matrix(new float[BATCH][2]));
    RNNState<TFloat32> other =
        zero instanceof TensorState<?>
            ? new LSTMStateTuple<>(zero.flatten().get(0), input(1))
            : fewer;
    assertRejected(
        () -> cell.call(runner.tf(), input(1), other), expected().structure(), other.describe());
  }

  /** With {@code state_is_tuple=False} a cell computes the same; its state is concatenated. */
  void assertConcatenatesState(RNNCell tuple, RNNCell joined) {
    tuple.build(store.rootScope(), DEPTH);
    int variables = store.all().size();
    joined.build(store.rootScope(), DEPTH);
    assertThat(store.all()).hasSize(variables);
    RNNState<TFloat32> state = state(tuple, 1);
    Operand<TFloat32> both = runner.tf().concat(state.flatten(), runner.tf().constant(1));
    RNNCell.Step<TFloat32> one = tuple.call(runner.tf(), input(2), state);
    RNNCell.Step<TFloat32> other = joined.call(runner.tf(), input(2), new TensorState<>(both));
    Operand<TFloat32> after = runner.tf().concat(one.state().flatten(), runner.tf().constant(1));
    initialize();
    List<float[]> values =
        runner.fetch(List.of(one.output(), other.output(), after, other.state().flatten().get(0)));
    assertThat(values.get(0)).isEqualTo(values.get(1));
    assertThat(values.get(2)).isEqualTo(values.get(3));
  }

  @Test
  void callingBeforeBuildingIsRejected() {
    RNNCell cell = cell();
    RNNState<TFloat32> zero = cell.zeroState(runner.tf(), BATCH);
    assertThatThrownBy(() -> cell.call(runner.tf(), input(1), zero))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("build");
  }

  @Test
  void inputsOfUnknownDepthOrNoneAreRejected() {
    RNNCell cell = cell();
    assertRejected(() -> cell.build(store.rootScope(), Shape.UNKNOWN_SIZE), "unknown depth");
    assertRejected(() -> cell.build(store.rootScope(), 0), "found 0");
    assertThat(store.all()).isEmpty();
  }

  @Test
  void aBatchThatIsNoneIsRejected() {
    RNNCell cell = cell();
    assertRejected(() -> cell.zeroState(runner.tf(), -1), "found -1");
    assertRejected(() -> cell.zeroState(runner.tf(), runner.tf().array(1, 2)), "scalar", "[2]");
    Operand<TInt32> real = unchecked(runner.tf().constant(2f));
    assertRejected(() -> cell.zeroState(runner.tf(), real), "int32", "float32");
  }
}
