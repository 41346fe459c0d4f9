package io.github.charlstm.rnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.DropoutWrapper;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableStore;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;

/**
 * Dropout without a seed of its own: variables and masks get their seeds in Python's order. The
 * numbers were read from the graphs that TensorFlow 2.15.1 builds.
 */
class LoopSeedsTest {
  private static final String INITIAL = "initial_values/";

  private final GraphRunner runner = new GraphRunner();
  private final Ops tf = runner.tf();
  private final VariableStore store = new VariableStore(tf, RandomSeeds.numbered(5));

  @AfterEach
  void close() {
    runner.close();
  }

  private static RNNCell stack() {
    return new MultiRNNCell(List.of(layer(), layer()));
  }

  private static RNNCell layer() {
    return DropoutWrapper.builder(new BasicLSTMCell(3))
        .inputKeepProb(0.5f)
        .stateKeepProb(0.5f)
        .outputKeepProb(0.5f)
        .build();
  }

  private Operand<TFloat32> zeros(int... sizes) {
    return tf.zeros(tf.constant(sizes), TFloat32.class);
  }

  private List<Long> seeds(boolean ofVariables) {
    var graph = runner.graph().toGraphDef();
    return Stream.concat(
            graph.getNodeList().stream(),
            graph.getLibrary().getFunctionList().stream()
                .filter(function -> isForwardBody(function.getSignature().getName()))
                .flatMap(function -> function.getNodeDefList().stream()))
        .filter(node -> node.getOp().equals("RandomUniform") || isSeedOfLoop(node))
        .filter(node -> node.getName().startsWith(INITIAL) == ofVariables)
        .map(node -> isSeedOfLoop(node) ? value(node) : node.getAttrOrThrow("seed2").getI())
        .sorted()
        .toList();
  }

  // In a loop's body, random operations are stateless: the seed is an input.
  private static boolean isSeedOfLoop(NodeDef node) {
    return node.getOp().equals("Const") && node.getName().contains("seed2");
  }

  private static long value(NodeDef constant) {
    TensorProto tensor = constant.getAttrOrThrow("value").getTensor();
    return tensor.getTensorContent().isEmpty()
        ? tensor.getInt64ValCount() == 0 ? 0 : tensor.getInt64Val(0)
        : tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.nativeOrder()).getLong();
  }

  private static boolean isForwardBody(String function) {
    return function.endsWith("_body") && !function.endsWith("_gradient_body");
  }

  @Test
  void ofTheUnrolledLoop() {
    StaticRnn.builder(tf, store.rootScope(), stack(), List.of(zeros(2, 3), zeros(2, 3))).build();
    assertThat(seeds(true)).containsExactly(1L, 5L);
    assertThat(seeds(false)).containsExactly(0L, 2L, 3L, 4L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
  }

  @Test
  void ofTheDecoder() {
    RNNCell cell = stack();
    RnnDecoder.of(
        tf, store.rootScope(), List.of(zeros(2, 3)), cell.zeroState(tf, 2), cell, Optional.empty());
    assertThat(seeds(true)).containsExactly(1L, 5L);
    assertThat(seeds(false)).containsExactly(0L, 2L, 3L, 4L, 6L, 7L);
  }

  @Test
  void ofTheDynamicLoop() {
    DynamicRnn.builder(tf, store.rootScope(), stack(), zeros(2, 4, 3)).build();
    assertThat(seeds(true)).containsExactly(1L, 5L);
    assertThat(seeds(false)).containsExactly(0L, 2L, 3L, 4L, 6L, 7L);
  }

  @Test
  void noTwoPlacesHaveTheSameOperationSeed() {
    VariableStore counted = new VariableStore(tf, RandomSeeds.of(5));
    DynamicRnn.builder(tf, counted.rootScope(), stack(), zeros(2, 4, 3)).build();
    List<Long> all = new ArrayList<>(seeds(true));
    all.addAll(seeds(false));
    assertThat(all).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void ofBothDirections() {
    BidirectionalDynamicRnn.builder(
            tf,
            store.rootScope(),
            DropoutWrapper.builder(new GRUCell(3)).inputKeepProb(0.5f).outputKeepProb(0.5f).build(),
            DropoutWrapper.builder(new GRUCell(3)).inputKeepProb(0.5f).build(),
            zeros(2, 4, 3))
        .build();
    assertThat(seeds(true)).containsExactly(1L, 2L, 5L, 6L);
    assertThat(seeds(false)).containsExactly(0L, 3L, 4L);
  }
}
