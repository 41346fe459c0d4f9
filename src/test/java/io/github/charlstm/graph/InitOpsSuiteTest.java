package io.github.charlstm.graph;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.TensorFlowCase;
import io.github.charlstm.graph.Initializers.Distribution;
import io.github.charlstm.graph.Initializers.FanMode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.DeviceSpec;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat64;

/** The cases of TensorFlow's init_ops_test. */
class InitOpsSuiteTest {
  private static final Shape VECTOR = Shape.of(100);
  private static final float[] SIX = {0, 1, 2, 3, 4, 5};
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(1));

  @AfterEach
  void close() {
    runner.close();
  }

  /** The values of a new variable. */
  private float[] values(Shape shape, Initializer initializer) {
    return values(runner, store, shape, initializer);
  }

  private static float[] values(
      GraphRunner runner, VariableStore store, Shape shape, Initializer initializer) {
    var variable = store.rootScope().variable(shape, initializer);
    runner.run(variable.initializer());
    return runner.fetch(variable.value());
  }

  private static float[] inAGraphOfItsOwn(Shape shape, Initializer initializer) {
    try (GraphRunner other = new GraphRunner()) {
      VariableStore store = new VariableStore(other.tf(), RandomSeeds.fromEntropy());
      return values(other, store, shape, initializer);
    }
  }

  private static float[] repeated(float value, int many) {
    float[] all = new float[many];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testZerosInitializer")
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testOnesInitializer")
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testConstantZeroInitializer")
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testConstantOneInitializer")
  @TensorFlowCase(
      value = "init_ops_test.ConstantInitializersTest.testConstantIntInitializer",
      partly = "variables of this project are floats")
  void oneValueFillsAll() {
    Shape shape = Shape.of(2, 3);
    assertThat(values(shape, Initializers.zeros())).containsExactly(repeated(0, 6));
    assertThat(values(shape, Initializers.ones())).containsExactly(repeated(1, 6));
    assertThat(values(shape, Initializers.constant(0))).containsExactly(repeated(0, 6));
    assertThat(values(shape, Initializers.constant(1))).containsExactly(repeated(1, 6));
    assertThat(values(shape, Initializers.constant(7))).containsExactly(repeated(7, 6));
  }

  @Test
  @TensorFlowCase(
      value = "init_ops_test.ConstantInitializersTest.testConstantTupleInitializer",
      partly = "variables of this project are floats")
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testNDimConstantInitializer")
  void valuesAreTakenInOrder() {
    assertThat(values(Shape.of(3), Initializers.constant(10, 20, 30))).containsExactly(10, 20, 30);
    for (Initializer given : forms(Shape.of(2, 3), SIX)) {
      assertThat(values(Shape.of(2, 3), given)).containsExactly(SIX);
    }
  }

  // as a list, a vector and a matrix
  private static Initializer[] forms(Shape matrix, float[] values) {
    return new Initializer[] {
      Initializers.constant(values),
      Initializers.constant(StdArrays.ndCopyOf(values)),
      Initializers.constant(NdArrays.wrap(matrix, DataBuffers.of(values)))
    };
  }

  @Test
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testNDimConstantInitializerLessValues")
  void theLastValueFillsTheRest() {
    for (Initializer given : forms(Shape.of(2, 3), SIX)) {
      assertThat(values(Shape.of(2, 4), given)).containsExactly(0, 1, 2, 3, 4, 5, 5, 5);
    }
  }

  @Test
  @TensorFlowCase("init_ops_test.ConstantInitializersTest.testNDimConstantInitializerMoreValues")
  void moreValuesThanTheVariableHoldsAreRejected() {
    for (Initializer given : forms(Shape.of(2, 4), new float[] {0, 1, 2, 3, 4, 5, 6, 7})) {
      assertRejected(
          () -> store.rootScope().getVariable("x", Shape.of(2, 3), given),
          "8 values, more than the 6");
    }
  }

  static Stream<Arguments> random() {
    return Stream.of(
        Arguments.of(Named.of("normal", Initializers.randomNormal(0, 1)), VECTOR),
        Arguments.of(Named.of("truncated", Initializers.truncatedNormal(0, 1)), VECTOR),
        Arguments.of(Named.of("uniform", Initializers.randomUniform(0, 7)), VECTOR),
        Arguments.of(Named.of("unit scaling", Initializers.uniformUnitScaling(1)), VECTOR),
        Arguments.of(Named.of("scaled", Initializers.uniformUnitScaling(1.5)), VECTOR),
        Arguments.of(Named.of("orthogonal", Initializers.orthogonal(1)), Shape.of(10, 10)));
  }

  @ParameterizedTest
  @MethodSource("random")
  @TensorFlowCase("init_ops_test.RandomNormalInitializationTest.testInitializerIdentical")
  @TensorFlowCase("init_ops_test.RandomNormalInitializationTest.testInitializerDifferent")
  @TensorFlowCase("init_ops_test.RandomNormalInitializationTest.testDuplicatedInitializer")
  @TensorFlowCase("init_ops_test.TruncatedNormalInitializationTest.testInitializerIdentical")
  @TensorFlowCase("init_ops_test.TruncatedNormalInitializationTest.testInitializerDifferent")
  @TensorFlowCase("init_ops_test.TruncatedNormalInitializationTest.testDuplicatedInitializer")
  @TensorFlowCase("init_ops_test.RandomUniformInitializationTest.testInitializerIdentical")
  @TensorFlowCase("init_ops_test.RandomUniformInitializationTest.testInitializerDifferent")
  @TensorFlowCase("init_ops_test.RandomUniformInitializationTest.testDuplicatedInitializer")
  @TensorFlowCase("init_ops_test.UniformUnitScalingInitializationTest.testInitializerIdentical")
  @TensorFlowCase("init_ops_test.UniformUnitScalingInitializationTest.testDuplicatedInitializer")
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testInitializerIdentical")
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testInitializerDifferent")
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testDuplicatedInitializer")
  void seedsDecideTheValues(SeededInitializer initializer, Shape shape) {
    float[] one = inAGraphOfItsOwn(shape, initializer.seed(1));
    assertThat(inAGraphOfItsOwn(shape, initializer.seed(1))).containsExactly(one);
    assertThat(inAGraphOfItsOwn(shape, initializer.seed(2))).isNotEqualTo(one);
    assertThat(values(shape, initializer)).isNotEqualTo(values(shape, initializer));
  }

  @ParameterizedTest
  @EnumSource
  @TensorFlowCase("init_ops_test.VarianceScalingInitializationTest.testTruncatedNormalDistribution")
  @TensorFlowCase("init_ops_test.VarianceScalingInitializationTest.testNormalDistribution")
  @TensorFlowCase(
      "init_ops_test.VarianceScalingInitializationTest.testUntruncatedNormalDistribution")
  @TensorFlowCase("init_ops_test.VarianceScalingInitializationTest.testUniformDistribution")
  void theVarianceIsThatOfTheFan(Distribution distribution) {
    float[] x =
        values(
            Shape.of(100, 100),
            Initializers.varianceScaling(1, FanMode.FAN_IN, distribution).seed(3));
    double mean = IntStream.range(0, x.length).mapToDouble(k -> x[k]).average().orElseThrow();
    double square =
        IntStream.range(0, x.length).mapToDouble(k -> x[k] * x[k]).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(1e-2));
    // TensorFlow's case allows 1e-2, as much as the variance itself
    assertThat(square - mean * mean).isCloseTo(0.01, within(5e-4));
  }

  @Test
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testInvalidShape")
  void orthogonalNeedsAMatrix() {
    assertRejected(
        () -> store.rootScope().getVariable("x", Shape.of(5), Initializers.orthogonal(1)),
        "two dimensions or more, found shape [5]");
  }

  @Test
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testGain")
  void theGainScalesAnOrthogonalMatrix() {
    float[] one = values(Shape.of(10, 10), Initializers.orthogonal(1).seed(1));
    float[] more = values(Shape.of(10, 10), Initializers.orthogonal(3.14f).seed(1));
    for (int k = 0; k < one.length; k++) {
      assertThat(more[k] / 3.14f).isCloseTo(one[k], within(1e-6f));
    }
  }

  static Stream<Shape> shapes() {
    return Stream.of(
        Shape.of(10, 10),
        Shape.of(10, 9, 8),
        Shape.of(100, 5, 5),
        Shape.of(50, 40),
        Shape.of(40, 50));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  @TensorFlowCase("init_ops_test.OrthogonalInitializerTest.testShapesValues")
  void theShorterSideIsOrthonormal(Shape shape) {
    float[] q = values(shape, Initializers.orthogonal(1));
    int columns = (int) shape.get(shape.numDimensions() - 1);
    int rows = q.length / columns;
    boolean tall = rows > columns;
    for (int a = 0; a < Math.min(rows, columns); a++) {
      for (int b = 0; b < Math.min(rows, columns); b++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          dot +=
              tall
                  ? (double) q[k * columns + a] * q[k * columns + b]
                  : (double) q[a * columns + k] * q[b * columns + k];
        }
        assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-5));
      }
    }
  }

  @Test
  @TensorFlowCase("init_ops_test.DeviceTest.testNoDevice")
  @TensorFlowCase("init_ops_test.DeviceTest.testDevice")
  void aVariableAndItsInitializerAreOnTheStoresDevice() {
    values(Shape.of(1, 2), Initializers.ones());
    Ops placed = runner.tf().withDevice(DeviceSpec.newBuilder().job("ps").build());
    new VariableStore(placed, RandomSeeds.of(1))
        .rootScope()
        .getVariable("placed", Shape.of(1, 2), Initializers.ones());
    assertThat(device("Variable")).isEmpty();
    assertThat(device("Variable/Assign")).isEmpty();
    assertThat(device("placed")).isEqualTo("/job:ps");
    assertThat(device("placed/Assign")).isEqualTo("/job:ps");
  }

  private String device(String operation) {
    return runner.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getName().equals(operation))
        .findFirst()
        .orElseThrow()
        .getDevice();
  }

  @Test
  @TensorFlowCase("init_ops_test.UniformUnitScalingInitializationTest.testInitializerDifferent")
  @TensorFlowCase("init_ops_test.UniformUnitScalingInitializationTest.testZeroSize")
  void unitScalingFollowsTheFactorAndTheFan() {
    float[] one = values(VECTOR, Initializers.uniformUnitScaling(1).seed(1));
    assertThat(values(VECTOR, Initializers.uniformUnitScaling(1).seed(2))).isNotEqualTo(one);
    float[] more = values(VECTOR, Initializers.uniformUnitScaling(1.5).seed(1));
    for (int k = 0; k < one.length; k++) {
      assertThat(more[k]).isCloseTo(1.5f * one[k], within(1e-6f));
    }
    // Python's first values for [4, 3], a factor of 1.5 and no seed of the graph
    float[] matrix = inAGraphOfItsOwn(Shape.of(4, 3), Initializers.uniformUnitScaling(1.5).seed(1));
    assertThat(Arrays.copyOf(matrix, 3))
        .containsExactly(new float[] {-0.6780007f, 1.09223f, -1.1678029f}, within(2e-7f));
    assertThat(values(Shape.of(0, 2), Initializers.uniformUnitScaling(1))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"10, 10, 1", "10, 10, 0.9", "10, 5, 1", "2, 3, 1"})
  @TensorFlowCase("init_ops_test.IdentityInitializerTest.testNonSquare")
  @TensorFlowCase("init_ops_test.IdentityInitializerTest.testGain")
  void theIdentityMayBeScaledAndNotSquare(int rows, int columns, double gain) {
    float[] found = values(Shape.of(rows, columns), Initializers.identity(gain));
    for (int k = 0; k < found.length; k++) {
      assertThat(found[k]).isEqualTo(k / columns == k % columns ? (float) gain : 0);
    }
    double[] doubles = doubles(Shape.of(rows, columns), Initializers.identity(gain));
    for (int k = 0; k < found.length; k++) {
      assertThat(doubles[k]).isEqualTo(k / columns == k % columns ? gain : 0);
    }
  }

  private double[] doubles(Shape shape, Initializer initializer) {
    var variable = store.rootScope().getVariable("doubles", TFloat64.class, shape, initializer);
    runner.run(variable.initializer());
    try (var result = runner.session().runner().fetch(variable.value()).run()) {
      double[] values = new double[(int) shape.size()];
      ((TFloat64) result.get(0)).copyTo(DataBuffers.of(values));
      return values;
    }
  }

  // RandomSeeds.of counts operations: those of TensorFlow 1
  @Test
  void theIdentityAddsTheOperationsOfTensorFlow1() {
    values(Shape.of(3, 3), Initializers.identity(1));
    values(Shape.of(2, 3), Initializers.identity(1));
    assertThat(types("initial_values/Variable/"))
        .containsExactly("Const", "MatrixDiag", "Const", "Mul");
    assertThat(types("initial_values/Variable_1/"))
        .containsExactlyInAnyOrder("Const", "Const", "MatrixSetDiag", "Const", "Mul");
  }

  private List<String> types(String scope) {
    return runner.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getName().startsWith(scope))
        .map(node -> node.getOp())
        .toList();
  }

  @Test
  @TensorFlowCase("init_ops_test.IdentityInitializerTest.testInvalidShape")
  void theIdentityNeedsAMatrix() {
    for (Shape shape : new Shape[] {Shape.of(5, 7, 7), Shape.of(5), Shape.scalar()}) {
      assertRejected(
          () -> store.rootScope().getVariable("x", shape, Initializers.identity(1)),
          "identity needs a variable of two dimensions, found shape " + shape);
    }
  }
}
