package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.VariableDef;
import org.tensorflow.types.TFloat32;

class SavedModelWriterTest {
  @TempDir Path folder;

  @Test
  void bothGraphsLoadByTagAndGiveTheSameNumbersFromOneSetOfVariables() throws IOException {
    Path model = folder.resolve("model");
    try (SmallGraph train = new SmallGraph(3, 1f).initialize();
        SmallGraph serve = new SmallGraph(3, 50f)) {
      Saver saver = train.saver();
      SavedModelWriter writer =
          new SavedModelWriter(
              List.of(meta(train, saver, "train"), meta(serve, serve.saver(), "serve")));
      writer.write(model, train.session, saver);
    }
    // [1, 2, 3] x [[1, 2], [3, 4], [5, 6]] + [101, 102]
    assertThat(call(model, "train")).containsExactly(123, 130);
    assertThat(call(model, "serve")).containsExactly(123, 130);
  }

  @Test
  void aWriterCanWriteSeveralCheckpoints() throws IOException {
    try (SmallGraph train = new SmallGraph(3, 1f).initialize()) {
      Saver saver = train.saver();
      SavedModelWriter writer = new SavedModelWriter(List.of(meta(train, saver, "train")));
      writer.write(folder.resolve("first"), train.session, saver);
      var moved = train.tf.assign(train.variables.get("cell/bias"), train.tf.array(0f, 1f));
      train.session.runner().addTarget(moved).run().close();
      writer.write(folder.resolve("second"), train.session, saver);
    }
    assertThat(call(folder.resolve("first"), "train")).containsExactly(123, 130);
    assertThat(call(folder.resolve("second"), "train")).containsExactly(22, 29);
  }

  @Test
  void theVariablesAreACheckpoint() throws IOException {
    try (SmallGraph train = new SmallGraph(3, 1f).initialize()) {
      Saver saver = train.saver();
      new SavedModelWriter(List.of(meta(train, saver, "train")))
          .write(folder, train.session, saver);
    }
    CheckpointReader reader = CheckpointReader.open(SavedModelWriter.variablesOf(folder));
    assertThat(reader.readFloats("cell/bias")).containsExactly(101, 102);
  }

  @Test
  void collectionsListTrainableVariablesSeparately() {
    try (SmallGraph small = new SmallGraph(3, 1f)) {
      MetaGraphDef meta = meta(small, small.saver(), "train");
      assertThat(meta.getCollectionDefOrThrow("variables").getBytesList().getValueList())
          .hasSize(2);
      assertThat(meta.getCollectionDefOrThrow("trainable_variables").getBytesList().getValueList())
          .containsExactly(definition(small, "cell/kernel", true).toByteString());
    }
  }

  @Test
  void graphsWithEqualTagsAreRejected() {
    GraphDef graph = GraphDef.getDefaultInstance();
    SaverDef saver = SaverDef.getDefaultInstance();
    MetaGraphDef one =
        SavedModelWriter.metaGraph(graph, saver, List.of("serve"), Map.of(), List.of());
    assertThatThrownBy(() -> new SavedModelWriter(List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same tags");
    assertThatThrownBy(() -> new SavedModelWriter(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> SavedModelWriter.metaGraph(graph, saver, List.of(), Map.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs a tag");
  }

  private static MetaGraphDef meta(SmallGraph small, Saver saver, String tag) {
    return SavedModelWriter.metaGraph(
        small.graph.toGraphDef(),
        saver.saverDef(),
        List.of(tag),
        Map.of(
            "serving_default",
            SavedModelWriter.signature(
                "tensorflow/serving/predict",
                Map.of("inputs", small.inputs),
                Map.of("output", small.output))),
        List.of(definition(small, "cell/kernel", true), definition(small, "cell/bias", false)));
  }

  private static VariableDef definition(SmallGraph small, String name, boolean trainable) {
    return SavedModelWriter.variable(
        small.variables.get(name),
        small.initialValues.get(name),
        small.initializers.get(name),
        small.reads.get(name),
        trainable);
  }

  private static float[] call(Path model, String tag) {
    try (SavedModelBundle bundle = SavedModelBundle.load(model.toString(), tag);
        TFloat32 inputs = TFloat32.tensorOf(StdArrays.ndCopyOf(new float[][] {{1, 2, 3}}));
        var result = bundle.function("serving_default").call(Map.of("inputs", inputs))) {
      return SmallGraph.floats((TFloat32) result.get("output").orElseThrow());
    }
  }
}
