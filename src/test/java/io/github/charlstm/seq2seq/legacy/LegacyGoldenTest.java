package io.github.charlstm.seq2seq.legacy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.OutputProjectionWrapper;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.rnn.RnnDecoder;
import io.github.charlstm.seq2seq.GoldenGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** {@code tf.contrib.legacy_seq2seq} against real TensorFlow 1.15. */
@Tag("slow")
class LegacyGoldenTest {
  private static final int UNITS = 4;
  private static final int DEPTH = 3;
  private static final int SYMBOLS = 6;
  private static final int DECODER_SYMBOLS = 5;
  private static final int EMBEDDING = 3;

  private static Stream<Named<JsonNode>> cases(String prefix) {
    return GoldenGraph.cases("legacy_seq2seq", prefix);
  }

  private static RNNCell cell(String name) {
    return switch (name) {
      case "GRU" -> new GRUCell(UNITS);
      case "stack" -> new MultiRNNCell(List.of(new BasicLSTMCell(UNITS), new GRUCell(UNITS)));
      default -> new BasicLSTMCell(UNITS);
    };
  }

  private static List<Operand<TFloat32>> floats(GoldenGraph graph, String name) {
    return graph.steps(graph.floats(name));
  }

  private static List<Operand<TInt32>> symbols(GoldenGraph graph, String name) {
    return graph.steps(graph.integers(name));
  }

  private static RNNState<TFloat32> state(GoldenGraph graph, RNNCell cell) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int k = 0; graph.gives("state_" + k); k++) {
      leaves.add(graph.floats("state_" + k));
    }
    return cell.stateSize().pack(leaves);
  }

  private static void projection(GoldenGraph graph, SymbolBuilder<TFloat32, ?> builder) {
    if (graph.gives("weights")) {
      builder.outputProjection(graph.floats("weights"), graph.floats("biases"));
    }
  }

  private static RnnDecoder.LoopFunction<TFloat32> tanh() {
    return (tf, previous, step) ->
        tf.math.tanh(tf.slice(previous, tf.array(0, 0), tf.array(-1, DEPTH)));
  }

  private static void check(GoldenGraph graph, List<Seq2SeqOutput<TFloat32>> all) {
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    int outputs = 0;
    int leaves = 0;
    for (Seq2SeqOutput<TFloat32> one : all) {
      for (Operand<TFloat32> output : one.outputs()) {
        results.put("output_" + outputs++, output);
      }
      for (Operand<TFloat32> leaf : one.state().flatten()) {
        results.put("final_" + leaves++, leaf);
      }
    }
    graph.check(results);
  }

  private static void check(GoldenGraph graph, Seq2SeqOutput<TFloat32> one) {
    check(graph, List.of(one));
  }

  static Stream<Named<JsonNode>> basic() {
    return cases("basic: ");
  }

  @ParameterizedTest
  @MethodSource("basic")
  void basicRnnSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean named = graph.name().equals("scope");
      var builder =
          BasicRnnSeq2Seq.builder(
              graph.tf(),
              graph.scope(),
              floats(graph, "encoder"),
              floats(graph, "decoder"),
              () -> cell(named ? "GRU" : graph.name()));
      if (named) {
        builder.scope("mine");
      }
      check(graph, builder.build());
    }
  }

  static Stream<Named<JsonNode>> tied() {
    return cases("tied: ");
  }

  @ParameterizedTest
  @MethodSource("tied")
  void tiedRnnSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      var builder =
          TiedRnnSeq2Seq.builder(
              graph.tf(),
              graph.scope(),
              floats(graph, "encoder"),
              floats(graph, "decoder"),
              cell(graph.name()));
      if (graph.name().equals("loop function and scope")) {
        builder.loopFunction(tanh()).scope("mine");
      }
      check(graph, builder.build());
    }
  }

  static Stream<Named<JsonNode>> embeddingDecoder() {
    return cases("embedding_rnn_decoder: ");
  }

  @ParameterizedTest
  @MethodSource("embeddingDecoder")
  void embeddingRnnDecoder(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean named = graph.name().equals("no update, scope");
      RNNCell inner = cell(named ? "GRU" : "LSTM");
      RNNCell cell = graph.gives("weights") ? inner : new OutputProjectionWrapper(inner, SYMBOLS);
      var builder =
          EmbeddingRnnDecoder.builder(
                  graph.tf(), graph.scope(), symbols(graph, "decoder"), state(graph, cell), cell)
              .numSymbols(SYMBOLS)
              .embeddingSize(EMBEDDING)
              .feedPrevious(named || graph.name().startsWith("True"));
      projection(graph, builder);
      if (named) {
        builder.updateEmbeddingForPrevious(false).scope("mine");
      }
      check(graph, builder.build());
    }
  }

  private static <B extends ModelBuilder<TFloat32, B>> B feed(GoldenGraph graph, B builder) {
    projection(graph, builder);
    String name = graph.name();
    if (name.startsWith("tensor")) {
      builder.feedPrevious(graph.tf().constant(name.startsWith("tensor true")));
    } else {
      builder.feedPrevious(name.startsWith("previous") || name.startsWith("heads"));
    }
    return builder.embeddingSize(EMBEDDING);
  }

  static Stream<Named<JsonNode>> embedding() {
    return cases("embedding_rnn: ");
  }

  @ParameterizedTest
  @MethodSource("embedding")
  void embeddingRnnSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean named = graph.name().equals("stack and scope");
      var builder =
          EmbeddingRnnSeq2Seq.builder(
                  graph.tf(),
                  graph.scope(),
                  TFloat32.class,
                  symbols(graph, "encoder"),
                  symbols(graph, "decoder"),
                  () -> cell(named ? "stack" : "LSTM"))
              .numEncoderSymbols(SYMBOLS)
              .numDecoderSymbols(DECODER_SYMBOLS);
      if (named) {
        builder.scope("mine");
      }
      check(graph, feed(graph, builder).build());
    }
  }

  static Stream<Named<JsonNode>> embeddingTied() {
    return cases("embedding_tied: ");
  }

  @ParameterizedTest
  @MethodSource("embeddingTied")
  void embeddingTiedRnnSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean named = graph.name().equals("other symbols");
      var builder =
          EmbeddingTiedRnnSeq2Seq.builder(
                  graph.tf(),
                  graph.scope(),
                  TFloat32.class,
                  symbols(graph, "encoder"),
                  symbols(graph, "decoder"),
                  cell(named ? "LSTM" : "GRU"))
              .numSymbols(SYMBOLS);
      if (named) {
        builder.numDecoderSymbols(4).scope("mine");
      }
      check(graph, feed(graph, builder).build());
    }
  }

  static Stream<Named<JsonNode>> embeddingAttention() {
    return cases("embedding_attention: ");
  }

  @ParameterizedTest
  @MethodSource("embeddingAttention")
  void embeddingAttentionSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean heads = graph.name().startsWith("heads");
      var builder =
          EmbeddingAttentionSeq2Seq.builder(
                  graph.tf(),
                  graph.scope(),
                  TFloat32.class,
                  symbols(graph, "encoder"),
                  symbols(graph, "decoder"),
                  () -> cell(heads ? "stack" : "LSTM"))
              .numEncoderSymbols(SYMBOLS)
              .numDecoderSymbols(DECODER_SYMBOLS);
      if (heads) {
        builder.numHeads(2).initialStateAttention(true);
      }
      check(graph, feed(graph, builder).build());
    }
  }

  static Stream<Named<JsonNode>> one2many() {
    return cases("one2many: ");
  }

  @ParameterizedTest
  @MethodSource("one2many")
  void one2ManyRnnSeq2Seq(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Map<String, One2ManyRnnSeq2Seq.Decoder> decoders = new LinkedHashMap<>();
      decoders.put(
          "a", new One2ManyRnnSeq2Seq.Decoder(symbols(graph, "decoder_a"), cell("LSTM"), 5));
      decoders.put(
          "b", new One2ManyRnnSeq2Seq.Decoder(symbols(graph, "decoder_b"), cell("LSTM"), 4));
      var builder =
          One2ManyRnnSeq2Seq.builder(
                  graph.tf(),
                  graph.scope(),
                  TFloat32.class,
                  symbols(graph, "encoder"),
                  cell("LSTM"),
                  decoders)
              .numEncoderSymbols(SYMBOLS);
      var found = feed(graph, builder).build();
      check(graph, List.of(found.get("a"), found.get("b")));
    }
  }

  static Stream<Named<JsonNode>> attention() {
    return cases("attention_decoder: ");
  }

  @ParameterizedTest
  @MethodSource("attention")
  void attentionDecoder(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      RNNCell cell = cell(graph.name().equals("heads") ? "GRU" : "LSTM");
      var builder =
          AttentionDecoder.builder(
              graph.tf(),
              graph.scope(),
              floats(graph, "decoder"),
              state(graph, cell),
              graph.floats("attention_states"),
              cell);
      switch (graph.name()) {
        case "output size" -> builder.outputSize(7);
        case "heads" -> builder.numHeads(2);
        case "initial state attention" -> builder.initialStateAttention(true);
        case "loop function" -> builder.loopFunction(tanh());
        case "scope" -> builder.scope("mine");
        default -> {}
      }
      check(graph, builder.build());
    }
  }

  static Stream<Named<JsonNode>> attentionEmbedding() {
    return cases("embedding_attention_decoder: ");
  }

  @ParameterizedTest
  @MethodSource("attentionEmbedding")
  void embeddingAttentionDecoder(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      RNNCell cell = cell("LSTM");
      boolean projected = graph.name().equals("projection");
      var builder =
          EmbeddingAttentionDecoder.builder(
                  graph.tf(),
                  graph.scope(),
                  symbols(graph, "decoder"),
                  state(graph, cell),
                  graph.floats("attention_states"),
                  cell)
              .numSymbols(SYMBOLS)
              .embeddingSize(EMBEDDING)
              .feedPrevious(!graph.name().equals("False"));
      if (projected) {
        projection(graph, builder);
        builder.updateEmbeddingForPrevious(false).initialStateAttention(true);
      } else {
        builder.outputSize(SYMBOLS);
      }
      check(graph, builder.build());
    }
  }

  static Stream<Named<JsonNode>> buckets() {
    return cases("buckets: ");
  }

  @ParameterizedTest
  @MethodSource("buckets")
  void modelWithBuckets(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      ModelWithBuckets<TFloat32> model =
          ModelWithBuckets.builder(
                  graph.tf(),
                  graph.scope(),
                  symbols(graph, "encoder"),
                  symbols(graph, "decoder"),
                  symbols(graph, "targets"),
                  floats(graph, "loss_weights"))
              .perExampleLoss(graph.name().equals("True"))
              .build(
                  List.of(new ModelWithBuckets.Bucket(2, 2), new ModelWithBuckets.Bucket(4, 3)),
                  (scope, encoder, decoder) ->
                      EmbeddingRnnSeq2Seq.builder(
                              graph.tf(),
                              scope,
                              TFloat32.class,
                              encoder,
                              decoder,
                              () -> cell("LSTM"))
                          .numEncoderSymbols(SYMBOLS)
                          .numDecoderSymbols(DECODER_SYMBOLS)
                          .embeddingSize(EMBEDDING)
                          .build());
      Map<String, Operand<?>> results = new LinkedHashMap<>();
      for (int b = 0; b < 2; b++) {
        results.put("loss_" + b, model.losses().get(b));
        for (int k = 0; k < model.outputs().get(b).size(); k++) {
          results.put("output_" + b + "_" + k, model.outputs().get(b).get(k));
        }
      }
      graph.check(results);
    }
  }
}
