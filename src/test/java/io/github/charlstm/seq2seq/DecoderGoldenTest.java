package io.github.charlstm.seq2seq;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.charlstm.cell.BasicLSTMCell;
import io.github.charlstm.cell.GRUCell;
import io.github.charlstm.cell.LSTMCell;
import io.github.charlstm.cell.LSTMStateTuple;
import io.github.charlstm.cell.MultiRNNCell;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.cell.RNNState;
import io.github.charlstm.seq2seq.SequenceLoss.Reduction;
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
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** {@code sequence_loss} and {@code dynamic_decode} against real TensorFlow 1.15. */
@Tag("slow")
class DecoderGoldenTest {
  private static final int UNITS = 4;
  private static final int DEPTH = 3;
  private static final int SYMBOLS = 6;

  private static Stream<Named<JsonNode>> cases(String prefix) {
    return GoldenGraph.cases("contrib_seq2seq", prefix);
  }

  static Stream<Named<JsonNode>> losses() {
    return cases("loss: ");
  }

  static Stream<Named<JsonNode>> training() {
    return cases("training: ");
  }

  static Stream<Named<JsonNode>> greedy() {
    return cases("greedy: ");
  }

  static Stream<Named<JsonNode>> sample() {
    return cases("sample: ");
  }

  static Stream<Named<JsonNode>> scheduledEmbedding() {
    return cases("scheduled embedding: ");
  }

  static Stream<Named<JsonNode>> scheduledOutput() {
    return cases("scheduled output: ");
  }

  static Stream<Named<JsonNode>> inference() {
    return cases("inference: ");
  }

  static Stream<Named<JsonNode>> custom() {
    return cases("custom: ");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void sequenceLoss(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      SequenceLoss<TFloat32> loss =
          SequenceLoss.builder(
              graph.tf(),
              graph.floats("logits"),
              graph.integers("targets"),
              graph.floats("weights"));
      if (graph.name().equals("another function")) {
        loss.softmaxLossFunction(
            (tf, labels, logits) -> {
              Operand<TFloat32> oneHot =
                  tf.oneHot(labels, tf.constant(5), tf.constant(1f), tf.constant(0f));
              return tf.sum(tf.math.square(tf.math.sub(logits, oneHot)), tf.array(1));
            });
      } else {
        String[] words = graph.name().split(", ");
        loss.timesteps(Reduction.valueOf(words[1].toUpperCase(Locale.ROOT)));
        loss.batch(Reduction.valueOf(words[2].toUpperCase(Locale.ROOT)));
      }
      graph.check(Map.of("loss", loss.build()));
    }
  }

  // --- dynamic_decode ---

  private static <I extends TType> void decode(
      GoldenGraph graph,
      Helper<TFloat32, I> helper,
      RNNCell cell,
      boolean layer,
      Consumer<DynamicDecode.Builder<?, ?, ?, ?>> options) {
    List<Operand<TFloat32>> leaves = new ArrayList<>();
    for (int k = 0; graph.gives("state_" + k); k++) {
      leaves.add(graph.floats("state_" + k));
    }
    RNNState<TFloat32> state = cell.stateSize().pack(leaves);
    BasicDecoder<TFloat32, I> decoder =
        layer
            ? new BasicDecoder<>(
                cell, helper, state, Dense.builder(SYMBOLS).name("projection").build())
            : new BasicDecoder<>(cell, helper, state);
    var builder = DynamicDecode.builder(graph.tf(), graph.scope(), decoder);
    options.accept(builder);
    var decoded = builder.build();
    Map<String, Operand<?>> results = new LinkedHashMap<>();
    results.put("rnn_output", decoded.outputs().rnnOutput());
    results.put("sample_id", decoded.outputs().sampleId());
    results.put("lengths", decoded.sequenceLengths());
    List<Operand<TFloat32>> last = decoded.state().flatten();
    for (int k = 0; k < last.size(); k++) {
      results.put("state_" + k, last.get(k));
    }
    graph.check(results);
  }

  private static RNNCell lstm() {
    return new BasicLSTMCell(UNITS);
  }

  @ParameterizedTest
  @MethodSource("training")
  void trainingHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      String name = graph.name();
      RNNCell cell =
          switch (name) {
            case "GRU" -> new GRUCell(UNITS);
            case "stack" -> new MultiRNNCell(List.of(new LSTMCell(UNITS), new GRUCell(UNITS)));
            default -> lstm();
          };
      Helper<TFloat32, TInt32> helper =
          new TrainingHelper<>(
              graph.tf(),
              graph.floats("inputs"),
              graph.integers("sequence_length"),
              name.equals("time major"));
      decode(
          graph,
          helper,
          cell,
          !name.equals("without an output layer"),
          options -> {
            switch (name) {
              case "stack", "impute finished" -> options.imputeFinished(true);
              case "time major" -> options.outputTimeMajor(true);
              case "fewer iterations" -> options.maximumIterations(2).imputeFinished(true);
              case "more iterations" -> options.maximumIterations(9);
              case "no iterations" -> options.maximumIterations(0);
              default -> {}
            }
          });
    }
  }

  private static Embedding<TFloat32> table(GoldenGraph graph) {
    return Embedding.of(graph.scope().getVariable("embedding", Shape.of(SYMBOLS, DEPTH)).value());
  }

  private static Operand<TFloat32> oneHot(Ops tf, Operand<TInt32> ids) {
    return tf.oneHot(ids, tf.constant(DEPTH), tf.constant(1f), tf.constant(0f));
  }

  @ParameterizedTest
  @MethodSource("greedy")
  void greedyEmbeddingHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Ops tf = graph.tf();
      String name = graph.name();
      Embedding<TFloat32> embedding =
          name.equals("a function") ? DecoderGoldenTest::oneHot : table(graph);
      decode(
          graph,
          new GreedyEmbeddingHelper<>(tf, embedding, tf.array(1, 2, 3, 4), tf.constant(0)),
          lstm(),
          true,
          options -> {
            switch (name) {
              case "time major" -> options.maximumIterations(4).outputTimeMajor(true);
              case "a function" -> options.maximumIterations(5);
              default ->
                  options.maximumIterations(6).imputeFinished(name.equals("impute finished"));
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("sample")
  void sampleEmbeddingHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Ops tf = graph.tf();
      String name = graph.name();
      var helper =
          SampleEmbeddingHelper.builder(tf, table(graph), tf.array(1, 2, 3, 4), tf.constant(0));
      switch (name) {
        case "temperature" -> helper.seed(4).softmaxTemperature(0.4);
        case "impute finished" -> helper.seed(9);
        default -> helper.seed(3);
      }
      decode(
          graph,
          helper.build(),
          lstm(),
          true,
          options -> options.maximumIterations(8).imputeFinished(name.equals("impute finished")));
    }
  }

  @ParameterizedTest
  @MethodSource("scheduledEmbedding")
  void scheduledEmbeddingTrainingHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      decode(
          graph,
          ScheduledEmbeddingTrainingHelper.builder(
                  graph.tf(),
                  graph.floats("inputs"),
                  graph.integers("sequence_length"),
                  table(graph),
                  graph.floats("sampling_probability"))
              .seed(7)
              .schedulingSeed(8)
              .build(),
          lstm(),
          true,
          options -> options.imputeFinished(graph.name().equals("impute finished")));
    }
  }

  @ParameterizedTest
  @MethodSource("scheduledOutput")
  void scheduledOutputTrainingHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      boolean function = graph.name().startsWith("function");
      var helper =
          ScheduledOutputTrainingHelper.builder(
                  graph.tf(),
                  graph.floats("inputs"),
                  graph.integers("sequence_length"),
                  graph.floats("sampling_probability"))
              .seed(11);
      if (graph.gives("auxiliary")) {
        helper.auxiliaryInputs(graph.floats("auxiliary"));
      }
      if (function) {
        helper.nextInputs(
            (tf, outputs) -> tf.math.tanh(tf.slice(outputs, tf.array(0, 0), tf.array(-1, DEPTH))));
      }
      decode(graph, helper.build(), lstm(), function, options -> {});
    }
  }

  @ParameterizedTest
  @MethodSource("inference")
  void inferenceHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Ops tf = graph.tf();
      Operand<TFloat32> start = graph.floats("start");
      if (graph.name().equals("outputs fed back")) {
        decode(
            graph,
            InferenceHelper.ofSamples(
                tf,
                start,
                (body, outputs) -> body.math.mul(outputs, body.constant(2f)),
                (body, samples) ->
                    body.math.greater(
                        body.gather(samples, body.constant(0), body.constant(1)),
                        body.constant(0.1f))),
            lstm(),
            false,
            options -> options.maximumIterations(6));
      } else {
        decode(
            graph,
            new InferenceHelper<TFloat32, TInt32>(
                tf,
                start,
                (body, outputs) -> body.math.argMax(outputs, body.constant(1), TInt32.class),
                (body, samples) -> body.math.equal(samples, body.constant(2)),
                DecoderGoldenTest::oneHot),
            lstm(),
            true,
            options -> options.maximumIterations(6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("custom")
  void customHelper(JsonNode golden) {
    try (GoldenGraph graph = GoldenGraph.of(golden)) {
      Operand<TFloat32> inputs = graph.floats("inputs");
      Operand<TInt32> lengths = graph.tf().array(1, 4, 2, 5);
      decode(
          graph,
          new CustomHelper<TFloat32, TInt32>(
              graph.tf(),
              tf ->
                  new Helper.Start<>(
                      tf.math.equal(lengths, tf.constant(0)),
                      tf.gather(inputs, tf.constant(0), tf.constant(0))),
              (step, outputs, state) ->
                  step.tf().math.argMin(outputs, step.tf().constant(1), TInt32.class),
              (step, outputs, state, ids) -> {
                Ops tf = step.tf();
                Operand<TInt32> next = tf.math.add(step.time(), tf.constant(1));
                Operand<TFloat32> row =
                    tf.gather(inputs, tf.math.minimum(next, tf.constant(4)), tf.constant(0));
                Operand<TFloat32> part = tf.slice(outputs, tf.array(0, 0), tf.array(-1, DEPTH));
                LSTMStateTuple<TFloat32> tuple = (LSTMStateTuple<TFloat32>) state;
                return new Helper.Next<>(
                    tf.math.greaterEqual(next, lengths),
                    tf.math.add(row, part),
                    new LSTMStateTuple<>(tf.math.mul(tuple.c(), tf.constant(0.5f)), tuple.h()));
              }),
          lstm(),
          true,
          options -> options.imputeFinished(graph.name().equals("impute True")));
    }
  }
}
