package io.github.charlstm.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.checkpoint.TensorBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** Models of float64: predictions are the frequencies of the symbols that were read. */
class WideFloatsTest {
  @TempDir Path folder;

  private static Operand<TFloat64> counts(Ops tf) {
    Operand<TInt32> symbols =
        tf.withName("inputs").placeholder(TInt32.class, Placeholder.shape(Shape.of(1, 1)));
    Operand<TFloat64> hot =
        tf.oneHot(symbols, tf.constant(3), tf.constant(1.0), tf.constant(0.0)); // [1, 1, 3]
    return tf.sum(hot, tf.constant(1)); // [1, 3]
  }

  private static float[] frequencies(float... row) {
    return ForeignModel.softmax(row);
  }

  private static void assertCountsFromZero(ForeignModel model) {
    for (int round = 0; round < 2; round++) {
      model.resetState();
      assertThat(model.predictNext(0)).containsExactly(frequencies(1, 0, 0), within(1e-6f));
      assertThat(model.predictNext(2)).containsExactly(frequencies(1, 0, 1), within(1e-6f));
      assertThat(model.predictNext(2)).containsExactly(frequencies(1, 0, 2), within(1e-6f));
    }
  }

  @Test
  void statesAndKeepProbabilitiesOfFloat64AreFed() throws IOException {
    Path file = folder.resolve("wide.pb");
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat64> state =
          tf.withName("before").placeholder(TFloat64.class, Placeholder.shape(Shape.of(1, 3)));
      Operand<TFloat64> keepProb =
          tf.withName("keep_prob").placeholder(TFloat64.class, Placeholder.shape(Shape.scalar()));
      Operand<TFloat64> after = tf.withName("after").math.add(state, counts(tf));
      tf.withName("predictions").nn.softmax(tf.math.mul(after, keepProb));
      Files.write(file, graph.toGraphDef().toByteArray());
    }
    RoleMap roles = RoleMap.parse(List.of("initial_state=before:0", "final_state=after:0"));
    try (ForeignModel model =
        ForeignModel.open(file, ForeignModelOptions.graphDef().withRoles(roles))) {
      assertCountsFromZero(model);
    }
  }

  @Test
  void aStateInVariablesOfFloat64IsReset() throws IOException {
    MetaGraphDef.Builder definition = MetaGraphDef.newBuilder();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      VarHandleOp variable = tf.withName("memory").varHandleOp(TFloat64.class, Shape.of(1, 3));
      tf.withName("start").assignVariableOp(variable, tf.constant(new double[][] {{7, 7, 7}}));
      var added = tf.assignAddVariableOp(variable, counts(tf));
      Operand<TFloat64> read =
          tf.withControlDependencies(added).readVariableOp(variable, TFloat64.class);
      tf.withName("predictions").nn.softmax(read);
      tf.withName("restore").noOp();
      tf.withName("prefix").constant("");
      definition.setGraphDef(graph.toGraphDef());
    }
    definition.getMetaInfoDefBuilder().addTags("serve").setTensorflowVersion("hand-made");
    definition.getSaverDefBuilder().setRestoreOpName("restore").setFilenameTensorName("prefix:0");
    definition.putSignatureDef("serving_default", signature("predictions:0").build());
    definition.putSignatureDef(
        "__saved_model_init_op",
        SignatureDef.newBuilder().putOutputs("__saved_model_init_op", tensor("start")).build());
    HandMadeModel.write(folder, definition.build());
    Files.createDirectories(folder.resolve("variables"));
    try (TFloat32 any = TFloat32.scalarOf(1)) {
      TensorBundle.write(folder.resolve("variables").resolve("variables"), Map.of("any", any));
    }
    try (ForeignModel model = ForeignModel.open(folder, ForeignModelOptions.savedModel())) {
      assertCountsFromZero(model);
    }
  }

  private static SignatureDef.Builder signature(String predictions) {
    return SignatureDef.newBuilder()
        .putInputs("inputs", tensor("inputs:0"))
        .putOutputs("predictions", tensor(predictions));
  }

  private static TensorInfo tensor(String name) {
    return TensorInfo.newBuilder().setName(name).build();
  }
}
