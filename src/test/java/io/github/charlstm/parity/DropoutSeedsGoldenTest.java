package io.github.charlstm.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.charlstm.GraphRunner;
import io.github.charlstm.cell.RNNCell;
import io.github.charlstm.graph.Initializers;
import io.github.charlstm.graph.RandomSeeds;
import io.github.charlstm.graph.VariableScope;
import io.github.charlstm.graph.VariableStore;
import io.github.charlstm.rnn.BidirectionalDynamicRnn;
import io.github.charlstm.rnn.DynamicRnn;
import io.github.charlstm.rnn.StaticBidirectionalRnn;
import io.github.charlstm.rnn.StaticRnn;
import io.github.charlstm.rnn.TimeStack;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Initial values and dropout masks from the seed of the graph, or of the wrappers, and their
 * streams over runs of a session with different fetches.
 */
class DropoutSeedsGoldenTest {

  static Stream<Named<JsonNode>> cases() throws IOException {
    try (InputStream file =
        DropoutSeedsGoldenTest.class.getResourceAsStream("/goldens/dropout_seeds.tf-2.15.1.json")) {
      List<Named<JsonNode>> cases = new ArrayList<>();
      new ObjectMapper()
          .readTree(file)
          .required("cases")
          .forEach(golden -> cases.add(Named.of(golden.required("case").asText(), golden)));
      return cases.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachRunHasPythonsMasks(JsonNode golden) {
    try (GraphRunner runner = new GraphRunner()) {
      JsonNode seed = golden.required("graph_seed");
      VariableStore store =
          new VariableStore(
              runner.tf(),
              seed.isNull() ? RandomSeeds.fromEntropy() : RandomSeeds.numbered(seed.asLong()));
      VariableScope scope =
          seed.isNull()
              ? store.rootScope().withInitializer(Initializers.constant(0.3f))
              : store.rootScope();
      List<Operand<TFloat32>> results = build(runner.tf(), scope, golden);
      Operand<TFloat32> outputs = results.get(0);
      Operand<TFloat32> sum = runner.tf().sum(outputs, runner.tf().array(0, 1, 2));
      runner.run(store.globalVariablesInitializer());
      for (JsonNode run : golden.required("runs")) {
        Session.Runner next = runner.runner().fetch(outputs);
        for (JsonNode fetch : run.required("fetches")) {
          next.fetch(fetch.asText().equals("sum") ? sum : results.get(1));
        }
        JsonNode wanted = run.required("outputs").required("values");
        try (var result = next.run()) {
          int k = 0;
          for (var value : ((TFloat32) result.get(0)).scalars()) {
            float expected = (float) wanted.get(k++).doubleValue();
            assertThat(value.getFloat())
                .isCloseTo(expected, within(1e-6f * Math.max(1, Math.abs(expected))));
            assertThat(value.getFloat() == 0).isEqualTo(expected == 0);
          }
          assertThat(k).isEqualTo(wanted.size());
        }
      }
    }
  }

  private static List<Operand<TFloat32>> build(Ops tf, VariableScope scope, JsonNode golden) {
    SpecCells cells = new SpecCells(tf, TFloat32.class);
    RNNCell cell = cells.cell(golden.required("cell"));
    Optional<RNNCell> backward = Optional.ofNullable(golden.get("cell_bw")).map(cells::cell);
    Optional<Operand<TInt32>> lengths =
        Optional.ofNullable(golden.get("sequence_length"))
            .map(given -> tf.array(given.get(0).asInt(), given.get(1).asInt()));
    Operand<TFloat32> x = tf.fill(tf.array(2, 4, 3), tf.constant(1f));
    List<Operand<TFloat32>> steps = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      steps.add(tf.gather(x, tf.constant(t), tf.constant(1)));
    }
    boolean dynamic = golden.required("kind").asText().equals("dynamic");
    if (backward.isPresent() && dynamic) {
      var rnn = BidirectionalDynamicRnn.builder(tf, scope, cell, backward.get(), x).build();
      return List.of(rnn.joined(tf), rnn.stateForward().flatten().get(0));
    }
    if (backward.isPresent()) {
      var rnn = StaticBidirectionalRnn.builder(tf, scope, cell, backward.get(), steps).build();
      return List.of(TimeStack.of(tf, rnn.outputs()), rnn.stateForward().flatten().get(0));
    }
    if (dynamic) {
      var builder = DynamicRnn.builder(tf, scope, cell, x);
      lengths.ifPresent(builder::sequenceLength);
      var rnn = builder.build();
      return List.of(rnn.outputs(), rnn.state().flatten().get(0));
    }
    var builder = StaticRnn.builder(tf, scope, cell, steps);
    lengths.ifPresent(builder::sequenceLength);
    var rnn = builder.build();
    return List.of(TimeStack.of(tf, rnn.outputs()), rnn.state().flatten().get(0));
  }
}
