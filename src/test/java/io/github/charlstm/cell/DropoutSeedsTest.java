package io.github.charlstm.cell;

import static io.github.charlstm.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.Randoms;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/** The parts of a state that a DropoutWrapper drops, and its seeds: those of Python. */
class DropoutSeedsTest {
  private static final int BATCH = 3;
  private static final int DEPTH = 4;
  private final GraphRunner runner = new GraphRunner();
  private final VariableStore store = new VariableStore(runner.tf(), RandomSeeds.of(7));

  @AfterEach
  void close() {
    runner.close();
  }

  private Operand<TFloat32> input(int seed) {
    return runner.matrix(Randoms.matrix(new Random(seed), BATCH, DEPTH));
  }

  private List<NodeDef> uniforms() {
    return runner.graph().toGraphDef().getNodeList().stream()
        .filter(node -> node.getOp().equals("RandomUniform") && !node.getName().contains("Init/"))
        .toList();
  }

  static List<Long> attributes(List<NodeDef> nodes, String name) {
    return nodes.stream().map(node -> node.getAttrOrThrow(name).getI()).toList();
  }

  // Read from the graph that Python's DropoutWrapper(seed=11) builds.
  @Test
  void seedsOfEachPlaceArePythons() {
    RNNCell inner = new MultiRNNCell(List.of(new LSTMCell(3), new GRUCell(3)));
    RNNCell wrapped =
        DropoutWrapper.builder(inner)
            .inputKeepProb(0.75f)
            .stateKeepProb(0.5f)
            .outputKeepProb(0.25f)
            .seed(11)
            .noise(RandomSource.stream(RandomSeeds.fromEntropy()))
            .build();
    wrapped.build(store.rootScope(), DEPTH);
    assertThat(uniforms()).filteredOn(node -> node.getName().contains("dropout")).isEmpty();
    wrapped.call(runner.tf(), input(1), wrapped.zeroState(runner.tf(), BATCH));
    List<NodeDef> made =
        uniforms().stream().filter(node -> node.getName().startsWith("dropout")).toList();
    assertThat(attributes(made, "seed")).containsOnly(87654321L);
    assertThat(attributes(made, "seed2"))
        .containsExactly(1189992502L, 180686734L, 706203784L, 405474468L);
  }

  @Test
  void aNegativeSeedIsSpelledAsInPython() {
    assertThat(DropoutMask.placeSeed(OptionalLong.of(-5), DropoutMask.Side.OUTPUT, 0))
        .hasValue(303396518);
    assertThat(DropoutMask.placeSeed(OptionalLong.empty(), DropoutMask.Side.OUTPUT, 0)).isEmpty();
  }

  @Test
  void withoutNoiseTheWrapperDrawsFromTheVariablesSeeds() {
    RNNCell wrapped =
        DropoutWrapper.builder(new BasicRNNCell(3)).outputKeepProb(0.5f).seed(1).build();
    wrapped.build(store.rootScope(), DEPTH);
    wrapped.call(runner.tf(), input(1), wrapped.zeroState(runner.tf(), BATCH));
    List<NodeDef> made =
        uniforms().stream().filter(node -> node.getName().startsWith("dropout")).toList();
    assertThat(attributes(made, "seed")).containsExactly(7L); // the store's
  }

  private List<NodeDef> dropped(StateFilter filter) {
    RNNCell wrapped =
        DropoutWrapper.builder(
                new MultiRNNCell(List.of(new LSTMCell(3), new GRUCell(3), new LSTMCell(2))))
            .stateKeepProb(0.5f)
            .stateFilter(filter)
            .seed(11)
            .build();
    wrapped.build(store.rootScope(), DEPTH);
    wrapped.call(runner.tf(), input(1), wrapped.zeroState(runner.tf(), BATCH));
    return uniforms().stream().filter(node -> node.getName().startsWith("dropout")).toList();
  }

  private static long seed(int place) {
    return DropoutMask.placeSeed(OptionalLong.of(11), DropoutMask.Side.STATE, place).getAsLong();
  }

  @Test
  void everythingCanBeDropped() {
    assertThat(attributes(dropped(level -> StateFilter.Choice.ALL), "seed2"))
        .containsExactly(seed(0), seed(1), seed(2), seed(3), seed(4));
  }

  @Test
  void nothingCanBeDropped() {
    assertThat(dropped(level -> StateFilter.Choice.NONE)).isEmpty();
  }

  @Test
  void aPartWithoutDropoutCountsAsOnePlace() {
    StateFilter filter =
        level ->
            level instanceof TupleState<?>
                ? StateFilter.Choice.of(false, true, true)
                : StateFilter.DEFAULT.choose(level);
    assertThat(attributes(dropped(filter), "seed2")).containsExactly(seed(1), seed(3));
  }

  @Test
  void anAnswerForAnotherNumberOfPartsIsRejected() {
    assertRejected(
        () -> dropped(level -> StateFilter.Choice.of(true, false)),
        "2 answers for the 3 parts of (LSTMStateTuple(c=3, h=3), 3, LSTMStateTuple(c=2, h=2))");
    assertRejected(() -> new StateFilter.Choice(List.of()), "found none");
  }
}
