package io.github.charlstm.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.Activation;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMStateTuple;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.cell.TensorState;
import io.github.charlstm.cell.TupleState;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Cumsum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Attention and beam search against real TensorFlow 1.15. */
@Tag("slow")
class AttentionGoldenTest {
  private static final int BATCH = 2;
  private static final int DEPTH = 3;
  private static final int UNITS = 4;
  private static final int SYMBOLS = 6;
  private static final int QUERY = 4;

  private static Stream<Named<JsonNode>> cases(String prefix) {
    return GoldenGraph.cases("contrib_attention", prefix);
  }

  static Stream<Named<JsonNode>> mechanisms() {
    return Stream.concat(cases("luong"), cases("bahdanau"));
  }

  private static void options(GoldenGraph graph, AttentionMechanism.Builder<?, ?> builder) {
    if (graph.gives("memory_sequence_length")) {
      builder.memorySequenceLength(graph.integers("memory_sequence_length"));
    }
  }

  private static AttentionMechanism mechanism(GoldenGraph graph) {
    Ops tf = graph.tf();
    String name = graph.name();
    Operand<TFloat32> memory = graph.floats("memory");
    boolean luong = name.startsWith("luong");
    if (name.contains("monotonic")) {
      MonotonicAttention.MonotonicBuilder<?, ?> builder;
      if (luong) {
        var given = LuongMonotonicAttention.builder(tf, graph.scope(), QUERY, memory);
        builder = name.contains("noise") ? given.scale(true) : given.scoreBiasInit(0.2);
      } else {
        var given = BahdanauMonotonicAttention.builder(tf, graph.scope(), QUERY, memory);
        builder = name.contains("noise") ? given.normalize(true) : given.scoreBiasInit(-0.1);
      }
      if (name.contains("noise")) {
        builder.sigmoidNoise(0.7).sigmoidNoiseSeed(luong ? 3 : 4);
      } else {
        String mode = name.replaceFirst(".* monotonic (\\w+),.*", "$1");
        builder.mode(MonotonicAttention.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
      }
      options(graph, builder);
      return builder.build();
    }
    AttentionMechanism.SoftBuilder<?, ?> builder =
        luong
            ? LuongAttention.builder(tf, graph.scope(), QUERY, memory)
                .scale(name.startsWith("luong scale"))
            : BahdanauAttention.builder(tf, graph.scope(), QUERY, memory)
                .normalize(name.startsWith("bahdanau normalize"));
    if (name.contains("hardmax")) {
      builder.probabilityFn(AttentionMechanism.HARDMAX);
    } else if (name.contains("sigmoid")) {
      builder.probabilityFn(Activation.SIGMOID);
    } else if (name.contains("score mask")) {
      builder.scoreMaskValue(-1.5);
    }
    options(graph, builder);
    return builder.build();
  }

  private static void leaves(
      Map<String, Operand<?>> results, AttentionWrapperState<TFloat32> state) {
    List<Operand<TFloat32>> cell = state.cellState().flatten();
    for (int k = 0; k < cell.size(); k++) {
      results.put("cell_state_" + k, cell.get(k));
    }
    results.put("attention", state.attention());
    for (int k = 0; k < state.alignments().size(); k++) {
      results.put("alignments_" + k, state.alignments().get(k));
      results.put("attention_state_" + k, state.attentionState().get(k));
    }
  }

  private static void histories(
      GoldenGraph graph, Map<String, Operand<?>> results, AttentionWrapperState<TFloat32> state) {
    if (state.history().wanted()) {
      List<Operand<TFloat32>> all = state.alignmentHistory(graph.tf());
      for (int k = 0; k < all.size(); k++) {
        results.put("history_" + k, all.get(k));
      }
    }
  }

  private static void decode(
      GoldenGraph graph,
      AttentionWrapper wrapper,
      RNNState<TFloat32> state,
      boolean layer,
      Consumer<DynamicDecode.Builder<?, ?, ?, ?>> options) {
    Helper<TFloat32, TInt32> helper =
        new TrainingHelper<>(graph.tf(), graph.floats("inputs"), graph.integers("sequence_length"));
    BasicDecoder<TFloat32, TInt32> decoder =
        layer
            ? new BasicDecoder<>(
                wrapper, helper, state, Dense.builder(SYMBOLS).name("projection").build())
            : new BasicDecoder<>(wrapper, helper, state);
    var builder = DynamicDecode.builder(graph.tf(), graph.scope(), decoder);
    options.accept(builder);
    var decoded = builder.build();
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    results.put("rnn_output", decoded.outputs().rnnOutput());
    results.put("lengths", decoded.sequenceLengths());
    AttentionWrapperState<TFloat32> last = (AttentionWrapperState<TFloat32>) decoded.state();
    leaves(results, last);
    histories(graph, results, last);
    graph.check(results);
  }

  private static RNNState<TFloat32> zeros(GoldenGraph graph, AttentionWrapper wrapper) {
    return wrapper.zeroState(graph.tf(), BATCH, TFloat32.class);
  }

  @ParameterizedTest
  @MethodSource("mechanisms")
  void mechanism(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      AttentionWrapper.Builder builder =
          AttentionWrapper.builder(new BasicLSTMCell(UNITS), mechanism(graph));
      if (!graph.name().contains("score mask")) {
        builder.attentionLayerSize(2);
      }
      AttentionWrapper wrapper = builder.build();
      decode(graph, wrapper, zeros(graph, wrapper), false, options -> {});
    }
  }

  static Stream<Named<JsonNode>> wrappers() {
    return cases("wrapper: ");
  }

  private static LSTMStateTuple<TFloat32> given(GoldenGraph graph) {
    return new LSTMStateTuple<>(graph.floats("c"), graph.floats("h"));
  }

  @ParameterizedTest
  @MethodSource("wrappers")
  void attentionWrapper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Ops tf = graph.tf();
      String name = graph.name();
      AttentionMechanism luong =
          LuongAttention.builder(tf, graph.scope(), QUERY, graph.floats("memory")).build();
      if (name.startsWith("two mechanisms")) {
        AttentionMechanism other =
            BahdanauAttention.builder(tf, graph.scope(), 5, graph.floats("other")).build();
        AttentionWrapper.Builder both =
            AttentionWrapper.builder(new BasicLSTMCell(UNITS), luong, other).alignmentHistory(true);
        AttentionWrapper wrapper =
            (name.endsWith("None") ? both : both.attentionLayerSize(2, 3)).build();
        decode(graph, wrapper, zeros(graph, wrapper), false, options -> {});
        return;
      }
      if (name.equals("in a stack, GRU")) {
        inAStack(graph, luong);
        return;
      }
      AttentionWrapper.Builder builder = AttentionWrapper.builder(new BasicLSTMCell(UNITS), luong);
      switch (name) {
        case "cell output" -> builder.attentionLayerSize(2).outputAttention(false);
        case "input function" ->
            builder.cellInputFn((ops, inputs, attention) -> ops.math.mul(inputs, attention));
        case "attention layer" ->
            builder.attentionLayers(
                Dense.builder(3).activation(Activation.RELU).name("mine").build());
        case "history" -> builder.attentionLayerSize(2).alignmentHistory(true);
        case "history, impute finished", "static_rnn" -> builder.alignmentHistory(true);
        case "initial cell state" -> builder.initialCellState(given(graph)).name("mine");
        default -> {}
      }
      AttentionWrapper wrapper = builder.build();
      if (name.equals("static_rnn")) {
        unrolled(graph, wrapper);
        return;
      }
      RNNState<TFloat32> state = zeros(graph, wrapper);
      if (name.equals("clone")) {
        state = ((AttentionWrapperState<TFloat32>) state).withCellState(given(graph));
      }
      decode(
          graph,
          wrapper,
          state,
          name.equals("cell output"),
          options -> {
            if (name.equals("history, impute finished")) {
              options.imputeFinished(true).outputTimeMajor(true);
            }
          });
    }
  }

  private static void inAStack(GoldenGraph graph, AttentionMechanism luong) {
    AttentionWrapper inner =
        AttentionWrapper.builder(new GRUCell(UNITS), luong).attentionLayerSize(3).build();
    DynamicRnn<TFloat32> rnn =
        DynamicRnn.builder(
                graph.tf(),
                graph.scope(),
                new MultiRNNCell(List.of(inner, new GRUCell(2))),
                graph.floats("inputs"))
            .build();
    TupleState<TFloat32> last = (TupleState<TFloat32>) rnn.state();
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    results.put("outputs", rnn.outputs());
    leaves(results, (AttentionWrapperState<TFloat32>) last.parts().get(0));
    results.put("upper", ((TensorState<TFloat32>) last.parts().get(1)).tensor());
    graph.check(results);
  }

  private static void unrolled(GoldenGraph graph, AttentionWrapper wrapper) {
    Ops tf = graph.tf();
    Operand<TFloat32> inputs = graph.floats("inputs");
    List<Operand<TFloat32>> steps = graph.steps(tf.linalg.transpose(inputs, tf.array(1, 0, 2)));
    StaticRnn<TFloat32> rnn = StaticRnn.builder(tf, graph.scope(), wrapper, steps).build();
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    results.put("outputs", TimeStack.of(tf, rnn.outputs()));
    AttentionWrapperState<TFloat32> last = (AttentionWrapperState<TFloat32>) rnn.state();
    leaves(results, last);
    histories(graph, results, last);
    graph.check(results);
  }

  static Stream<Named<JsonNode>> monotonic() {
    return cases("monotonic_attention: ");
  }

  @ParameterizedTest
  @MethodSource("monotonic")
  void monotonicAttention(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Operand<TFloat32> attention =
          MonotonicAttention.alignments(
              graph.tf(),
              graph.floats("p"),
              graph.floats("previous"),
              MonotonicAttention.Mode.valueOf(graph.name().toUpperCase(Locale.ROOT)));
      graph.check(Map.of("attention", attention));
    }
  }

  static Stream<Named<JsonNode>> trees() {
    return cases("gather_tree: ");
  }

  @ParameterizedTest
  @MethodSource("trees")
  void gatherTree(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Operand<TInt32> tree =
          GatherTree.of(
              graph.tf(),
              graph.integers("step_ids"),
              graph.integers("parent_ids"),
              graph.integers("lengths"),
              graph.integers("end_token"));
      graph.check(Map.of("tree", tree));
    }
  }

  static Stream<Named<JsonNode>> tiles() {
    return cases("tile_batch");
  }

  @ParameterizedTest
  @MethodSource("tiles")
  void tileBatch(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      graph.check(
          Map.of(
              "a", TileBatch.of(graph.tf(), graph.floats("a"), 3),
              "b", TileBatch.of(graph.tf(), graph.floats("b"), 3)));
    }
  }

  static Stream<Named<JsonNode>> hard() {
    return cases("hardmax");
  }

  @ParameterizedTest
  @MethodSource("hard")
  void hardmax(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Operand<TFloat32> logits = graph.floats("logits");
      graph.check(Map.of("hardmax", AttentionMechanism.HARDMAX.of(graph.tf(), logits)));
    }
  }

  static Stream<Named<JsonNode>> products() {
    return cases("safe_cumprod");
  }

  @ParameterizedTest
  @MethodSource("products")
  void safeCumprod(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Ops tf = graph.tf();
      Operand<TFloat32> x = graph.floats("x");
      graph.check(
          Map.of(
              "plain", MonotonicAttention.safeCumprod(tf, x, 1),
              "exclusive", MonotonicAttention.safeCumprod(tf, x, 1, Cumsum.exclusive(true)),
              "reverse", MonotonicAttention.safeCumprod(tf, x, 0, Cumsum.reverse(true))));
    }
  }

  // --- beam search ---

  static Stream<Named<JsonNode>> beams() {
    return cases("beam: ");
  }

  private static Embedding<TFloat32> table(GoldenGraph graph) {
    return Embedding.of(graph.scope().getVariable("embedding", Shape.of(SYMBOLS, DEPTH)).value());
  }

  private static Dense projection() {
    return Dense.builder(SYMBOLS).name("projection").build();
  }

  @ParameterizedTest
  @MethodSource("beams")
  void beamSearchDecoder(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      String name = graph.name();
      if (name.startsWith("attention")) {
        attentionBeam(graph, name);
        return;
      }
      Ops tf = graph.tf();
      int width =
          switch (name) {
            case "one beam" -> 1;
            case "without an output layer", "a function" -> 2;
            case "GRU, five beams" -> 5;
            default -> 3;
          };
      RNNCell cell = name.equals("GRU, five beams") ? new GRUCell(UNITS) : new BasicLSTMCell(UNITS);
      Embedding<TFloat32> embedding =
          name.equals("a function")
              ? (ops, ids) ->
                  ops.oneHot(ids, ops.constant(DEPTH), ops.constant(1f), ops.constant(0f))
              : table(graph);
      List<Operand<TFloat32>> leaves = new ArrayList<>();
      for (int k = 0; graph.gives("state_" + k); k++) {
        leaves.add(graph.floats("state_" + k));
      }
      var builder =
          BeamSearchDecoder.builder(
              tf,
              cell,
              embedding,
              tf.array(1, 2),
              tf.constant(0),
              TileBatch.of(tf, cell.stateSize().pack(leaves), width),
              width);
      if (!name.equals("without an output layer")) {
        builder.outputLayer(projection());
      }
      if (name.equals("length penalty")) {
        builder.lengthPenaltyWeight(0.6);
      }
      int iterations =
          switch (name) {
            case "until all are finished" -> 30;
            case "GRU, five beams" -> 4;
            default -> 6;
          };
      check(graph, builder.build(), iterations, name.equals("time major"));
    }
  }

  private static void attentionBeam(GoldenGraph graph, String name) {
    Ops tf = graph.tf();
    int width = 3;
    Embedding<TFloat32> embedding = table(graph);
    AttentionMechanism mechanism =
        LuongAttention.builder(
                tf, graph.scope(), QUERY, TileBatch.of(tf, graph.floats("memory"), width))
            .memorySequenceLength(TileBatch.of(tf, graph.integers("memory_sequence_length"), width))
            .build();
    AttentionWrapper wrapper =
        AttentionWrapper.builder(new GRUCell(UNITS), mechanism)
            .attentionLayerSize(3)
            .alignmentHistory(name.contains("history"))
            .build();
    AttentionWrapperState<TFloat32> zeros =
        (AttentionWrapperState<TFloat32>) wrapper.zeroState(tf, BATCH * width, TFloat32.class);
    var builder =
        BeamSearchDecoder.builder(
                tf,
                wrapper,
                embedding,
                tf.array(1, 2),
                tf.constant(0),
                zeros.withCellState(
                    new TensorState<>(TileBatch.of(tf, graph.floats("state_0"), width))),
                width)
            .outputLayer(projection());
    switch (name) {
      case "attention, history as it is" -> builder.reorderTensorArrays(false);
      case "attention, coverage penalty" ->
          builder.coveragePenaltyWeight(0.4).lengthPenaltyWeight(0.5);
      default -> {}
    }
    check(graph, builder.build(), 5, false);
  }

  private static void check(
      GoldenGraph graph, BeamSearchDecoder<TFloat32> decoder, int iterations, boolean timeMajor) {
    Ops tf = graph.tf();
    var decoded =
        DynamicDecode.builder(tf, graph.scope(), decoder)
            .maximumIterations(iterations)
            .outputTimeMajor(timeMajor)
            .build();
    BeamSearchDecoderOutput<TFloat32> steps = decoded.outputs().beamSearchDecoderOutput();
    BeamSearchDecoderState<TFloat32> state = decoded.state();
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    results.put("predicted_ids", decoded.outputs().predictedIds());
    results.put("scores", steps.scores());
    results.put("step_ids", steps.predictedIds());
    results.put("parent_ids", steps.parentIds());
    results.put("log_probs", state.logProbs());
    results.put("finished", tf.dtypes.cast(state.finished(), TInt32.class));
    results.put("state_lengths", tf.dtypes.cast(state.lengths(), TInt32.class));
    results.put("lengths", decoded.sequenceLengths());
    if (state.cellState() instanceof AttentionWrapperState<TFloat32> attention) {
      leaves(results, attention);
      histories(graph, results, attention);
    } else {
      List<Operand<TFloat32>> cell = state.cellState().flatten();
      for (int k = 0; k < cell.size(); k++) {
        results.put("cell_state_" + k, cell.get(k));
      }
    }
    graph.check(results);
  }
}
