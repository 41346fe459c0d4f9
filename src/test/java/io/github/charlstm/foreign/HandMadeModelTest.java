package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.foreign.ForeignModelOptions.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.DeviceSpec;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

class HandMadeModelTest {
  @TempDir Path folder;

  private static ForeignModel open(Path model, String... roles) {
    ForeignModelOptions options = ForeignModelOptions.savedModel();
    return ForeignModel.open(model, options.withRoles(RoleMap.parse(List.of(roles))));
  }

  /** A model of one sequence of any length. */
  private Path model(Function<Ops, HandMadeModel.Layers> layers) {
    return HandMadeModel.write(folder, Shape.of(1, -1), layers);
  }

  private Path model(NodeDef node) {
    GraphDef graph = GraphDef.newBuilder().addNode(node).build();
    return HandMadeModel.write(folder, graph, Map.of("predictions", node.getName() + ":0"));
  }

  private static AbstractThrowableAssert<?, ?> assertRejected(Path model, String... roles) {
    return assertThatThrownBy(() -> open(model, roles)).isInstanceOf(InteropException.class);
  }

  @Test
  void aSavedModelWithoutSignaturesIsRejectedWithTheRemedy() {
    MetaGraphDef.Builder definition = MetaGraphDef.newBuilder();
    definition.getMetaInfoDefBuilder().addTags("serve");
    try (Graph graph = new Graph()) {
      Ops.create(graph).constant(1f);
      definition.setGraphDef(graph.toGraphDef());
    }
    assertRejected(HandMadeModel.write(folder, definition.build()))
        .hasMessageContaining("saved_model.pb has no signatures and no placeholders")
        .hasMessageContaining("signatures=");
  }

  /** After this symbol, the prediction is the softmax of {@code logits}. */
  private static void assertPredicts(ForeignModel model, int symbol, float... logits) {
    assertThat(model.predictNext(symbol)).containsExactly(softmax(logits), within(1e-6f));
  }

  /** A graph without state, whose predictions are the frequencies of the symbols so far. */
  private Path counting(Shape inputs) {
    return HandMadeModel.write(
        folder, inputs, tf -> hot -> tf.nn.softmax(tf.math.cumsum(hot, tf.constant(1))));
  }

  @Test
  void aModelWithoutStateReadsTheWholeTextForEachSymbol() {
    try (ForeignModel model = open(counting(Shape.of(-1, -1)))) {
      for (int round = 0; round < 2; round++) {
        model.resetState();
        assertPredicts(model, 0, 1, 0, 0);
        assertPredicts(model, 2, 1, 0, 1);
        assertPredicts(model, 2, 1, 0, 2);
      }
      double expected = -(Math.log(softmax(1, 0, 0)[2]) + Math.log(softmax(1, 0, 1)[2])) / 2;
      assertThat(model.crossEntropy(new int[] {0, 2, 2}, done -> {}))
          .isCloseTo(expected, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -1})
  void inputsOfThreeDimensionsAreOneHotSymbols(long width) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var hot =
          tf.withName("inputs")
              .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, width)));
      var known = tf.ensureShape(hot, Shape.of(-1, -1, 3));
      var sums = tf.nn.softmax(tf.math.cumsum(known, tf.constant(1)));
      HandMadeModel.write(
          folder, graph.toGraphDef(), Map.of("predictions", sums.op().name() + ":0"));
    }
    try (ForeignModel model = open(folder)) {
      assertPredicts(model, 0, 1, 0, 0);
      assertPredicts(model, 2, 1, 0, 1);
    }
  }

  @Test
  void inputsMayBeBytes() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var bytes =
          tf.withName("inputs").placeholder(TUint8.class, Placeholder.shape(Shape.of(1, -1)));
      var hot = tf.oneHot(bytes, tf.constant(3), tf.constant(1f), tf.constant(0f));
      var sums = tf.nn.softmax(tf.math.cumsum(hot, tf.constant(1)));
      HandMadeModel.write(
          folder, graph.toGraphDef(), Map.of("predictions", sums.op().name() + ":0"));
    }
    try (ForeignModel model = open(folder)) {
      assertPredicts(model, 0, 1, 0, 0);
      assertPredicts(model, 2, 1, 0, 1);
    }
  }

  @Test
  void numbersDividedByTheVocabularysSizeAreRejected() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var shares =
          tf.withName("inputs").placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, -1, 1)));
      var rows = tf.concat(List.of(shares, shares), tf.constant(2));
      HandMadeModel.write(
          folder, graph.toGraphDef(), Map.of("predictions", rows.op().name() + ":0"));
    }
    assertRejected(folder).hasMessageContaining("no one-hot symbols of shape [N, T, V]");
  }

  private static float[] softmax(float... row) {
    return ForeignModel.softmax(row);
  }

  @Test
  void aModelWithoutStateAndWithAFixedNumberOfStepsIsRejected() {
    Path model = counting(Shape.of(1, 3));
    assertRejected(model)
        .hasMessageContaining("takes exactly 3 steps and no state was found")
        .hasMessageContaining("unknown number of steps");
  }

  @Test
  void theDefaultOfAStateGivesTheBatchSize() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var inputs =
          tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, 1)));
      var state =
          tf.withName("state")
              .placeholderWithDefault(
                  tf.zeros(tf.constant(new int[] {2, 3}), TFloat32.class), Shape.of(-1, 3));
      var hot = tf.oneHot(inputs, tf.constant(3), tf.constant(1f), tf.constant(0f));
      var flat = tf.reshape(hot, tf.constant(new int[] {-1, 3}));
      // both have the batch's size, or this fails
      var both = tf.concat(List.of(flat, state), tf.constant(1));
      var sum = tf.reduceSum(tf.reshape(both, tf.constant(new int[] {-1, 2, 3})), tf.constant(1));
      tf.withName("state_out").identity(sum);
      tf.withName("predictions").nn.softmax(sum);
      HandMadeModel.write(folder, graph.toGraphDef(), Map.of("predictions", "predictions:0"));
    }
    try (ForeignModel model = open(folder, "initial_state=state:0", "final_state=state_out:0")) {
      assertThat(model.batchSize()).isEqualTo(2);
      assertPredicts(model, 1, 0, 1, 0);
      assertPredicts(model, 2, 0, 1, 1);
    }
  }

  @Test
  void aGraphThatReadsLaterSymbolsIsRejected() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      var inputs =
          tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(Shape.of(1, 3)));
      var state =
          tf.withName("state").placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 3)));
      var hot = tf.oneHot(inputs, tf.constant(3), tf.constant(1f), tf.constant(0f));
      var all = tf.math.cumsum(hot, tf.constant(1), Cumsum.reverse(true));
      tf.withName("predictions").nn.softmax(tf.math.add(all, state));
      tf.withName("state_out").identity(state);
      HandMadeModel.write(folder, graph.toGraphDef(), Map.of("predictions", "predictions:0"));
    }
    assertRejected(folder, "initial_state=state:0", "final_state=state_out:0")
        .hasMessageContaining("its first prediction depends on later symbols");
  }

  @Test
  void aGraphThatDrawsRandomNumbersIsRejected() {
    Path model =
        model(
            tf ->
                hot ->
                    tf.nn.softmax(
                        tf.math.add(
                            hot,
                            tf.random.randomUniform(tf.constant(new int[] {3}), TFloat32.class))));
    assertRejected(model)
        .hasMessageContaining("the same input gives different predictions")
        .hasMessageContaining("no placeholder turns it off")
        .message()
        .doesNotContain("keep_prob");
  }

  @Test
  void devicesAreIgnored() {
    Path model =
        model(
            tf ->
                hot ->
                    tf.withDevice(DeviceSpec.newBuilder().job("ps").deviceIndex(3).build())
                        .math
                        .mul(hot, tf.constant(2f)));
    try (ForeignModel opened = open(model)) {
      assertPredicts(opened, 1, 0, 2, 0);
    }
  }

  @Test
  void operationsWhoseNamesStartWithInitAreOrdinary() {
    Path model =
        model(
            tf ->
                hot ->
                    tf.withName("InitialScores").math.mul(hot, tf.withName("Init").constant(2f)));
    try (ForeignModel opened = open(model, "predictions=InitialScores:0")) {
      assertPredicts(opened, 1, 0, 2, 0);
    }
  }

  @Test
  void logitsBecomeProbabilities() {
    Path model = model(tf -> hot -> tf.math.mul(hot, tf.constant(-4f)));
    try (ForeignModel opened = open(model)) {
      assertPredicts(opened, 1, 0, -4, 0);
    }
  }

  @Test
  void predictionsThatAreNoNumberAreRejected() {
    Path model = model(tf -> hot -> tf.math.div(hot, tf.constant(0f)));
    assertThatThrownBy(() -> open(model)).hasMessageContaining("may have diverged");
  }

  @Test
  void aPlaceholderWithoutARoleIsNamed() {
    Path model =
        model(
            tf ->
                hot ->
                    tf.math.mul(
                        hot,
                        tf.withName("dropout")
                            .placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()))));
    assertRejected(model)
        .hasMessageContaining("need a value for dropout:0 float32[]")
        .hasMessageContaining("`map` keep_prob=dropout:0");
    try (ForeignModel opened = open(model, "keep_prob=dropout:0")) {
      assertThat(opened.predictNext(0)).hasSize(3);
    }
  }

  @Test
  void anInitialStateWithoutAFinalStateIsReported() {
    Path model =
        HandMadeModel.write(
            folder,
            Shape.of(1, 1),
            tf ->
                hot ->
                    tf.math.add(
                        hot,
                        tf.withName("memory")
                            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 3)))));
    assertRejected(model)
        .hasMessageContaining("no tensor was found for the role final_state")
        .hasMessageContaining("memory:0 float32[1, 3]");
  }

  private static NodeDef node(String name, String op, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs)).build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReadFile", "WriteFile", "PyFunc", "EagerPyFunc", "MatchingFiles"})
  void operationsThatAccessFilesOrProcessesAreRejectedByName(String operation) {
    assertRejected(model(node("a/spy", operation)))
        .hasMessageContaining("contains the operation " + operation + " (node a/spy)")
        .hasMessageContaining("`trust`");
  }

  @Test
  void operationsInAFunctionAreFound() {
    FunctionDef.Builder function = FunctionDef.newBuilder().addNodeDef(node("spy", "WriteFile"));
    function.getSignatureBuilder().setName("harmless");
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.getLibraryBuilder().addFunction(function);
    Path model = HandMadeModel.write(folder, graph.build(), Map.of("predictions", "p:0"));
    assertThatThrownBy(() -> open(model))
        .hasMessageContaining("WriteFile (node spy of function harmless)");
  }

  @Test
  void aTrustedModelMayReadFiles() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "three");
    Path model =
        model(
            tf ->
                hot ->
                    tf.math.mul(
                        hot,
                        tf.dtypes.cast(
                            tf.strings.stringLength(tf.io.readFile(tf.constant(secret.toString()))),
                            TFloat32.class)));
    assertThatThrownBy(() -> open(model)).hasMessageContaining("ReadFile");
    ForeignModelOptions trusted =
        new ForeignModelOptions(
            Format.SAVED_MODEL, Set.of("serve"), Optional.empty(), RoleMap.empty(), true);
    try (ForeignModel opened = ForeignModel.open(model, trusted)) {
      assertPredicts(opened, 0, 5, 0, 0);
    }
  }

  @Test
  void readingACheckpointOutsideOfTheSaverIsRejected() {
    Path model =
        model(
            tf ->
                hot ->
                    tf.math.mul(
                        hot,
                        (org.tensorflow.Operand<TFloat32>)
                            tf.train
                                .<TFloat32>restoreSlice(
                                    tf.constant("elsewhere"),
                                    tf.constant("kernel"),
                                    tf.constant(""),
                                    TFloat32.class)
                                .asOutput()));
    assertRejected(model).hasMessageContaining("RestoreSlice");
  }

  @Test
  void aGraphWithAnUnknownOperationIsRejected() {
    assertRejected(model(node("new", "OpOfTheFuture")))
        .hasMessageContaining("node new has the operation OpOfTheFuture")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void missingFilesAreNamed() throws Exception {
    assertThatThrownBy(() -> open(folder.resolve("nowhere"))).hasMessageContaining("nowhere");
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("saved_model.pb does not exist");
    Path file = Files.writeString(folder.resolve("model.meta"), "");
    assertThatThrownBy(() -> ForeignModel.open(file, ForeignModelOptions.metaGraph()))
        .hasMessageContaining("model.meta has 0 bytes");
    assertThatThrownBy(() -> ForeignModel.open(folder, ForeignModelOptions.metaGraph()))
        .hasMessageContaining("expected the file of a MetaGraph");
  }
}
