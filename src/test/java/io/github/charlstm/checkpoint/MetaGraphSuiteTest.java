package io.github.charlstm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.github.charlstm.TensorFlowCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.types.TFloat32;

/** TensorFlow's cases of export_meta_graph and import_meta_graph. */
class MetaGraphSuiteTest {
  @TempDir Path folder;

  private static ValueGraph two() {
    ValueGraph values = new ValueGraph();
    return values
        .floats("v0", 1, 2, 3, 4, 5, 6)
        .variable("v1", values.tf.constant(11f))
        .initialize();
  }

  private static Saver saver(ValueGraph values, String variable, String scope) {
    return Saver.builder(values.tf, Map.of(variable, values.variables.get(variable)))
        .name(scope)
        .build();
  }

  @Test
  @TensorFlowCase(
      value = "saver_test.MetaGraphTest.testAddCollectionDef",
      partly = "without queue runners, which are threads of Python")
  void collectionsOfEveryKindSurvive() throws IOException {
    Path file = folder.resolve("metafile");
    MetaGraphDef written;
    try (ValueGraph values = two()) {
      Saver save = saver(values, "v0", "save");
      CollectionDef.Builder ints = CollectionDef.newBuilder();
      ints.getInt64ListBuilder().addValue(3);
      CollectionDef.Builder floats = CollectionDef.newBuilder();
      floats.getFloatListBuilder().addValue(3.5f);
      CollectionDef.Builder strings = CollectionDef.newBuilder();
      strings.getBytesListBuilder().addValue(ByteString.copyFromUtf8("hello"));
      MetaGraph.Builder meta =
          save.metaGraph()
              .collection("int_collection", ints.build())
              .collection("float_collection", floats.build())
              .collection("string_collection", strings.build())
              .addToCollection("variable_collection", (Operand<?>) values.variables.get("v0"));
      meta.write(file, false);
      written = meta.build();
    }
    assertThat(written.hasSaverDef()).isTrue();
    assertThat(written.hasGraphDef()).isTrue();
    assertThat(written.getMetaInfoDef().getTensorflowVersion()).startsWith("2.");
    assertThat(written.getMetaInfoDef().getTensorflowGitVersion()).isNotEmpty();
    assertThat(written.getCollectionDefMap()).hasSize(5);
    try (Graph graph = new Graph()) {
      ImportedMetaGraph imported = ImportedMetaGraph.of(graph, file);
      MetaGraph.Builder again =
          imported.saver().orElseThrow().metaGraph().store(imported.variables());
      written
          .getCollectionDefMap()
          .forEach(
              (key, values) -> {
                if (!values.hasNodeList() && !key.equals("variables")) {
                  again.collection(key, imported.collection(key));
                }
              });
      assertThat(again.build().getCollectionDefMap()).isEqualTo(written.getCollectionDefMap());
      assertThat(again.build().getSaverDef()).isEqualTo(written.getSaverDef());
      assertThat(again.build().getGraphDef().getNodeList())
          .containsExactlyInAnyOrderElementsOf(written.getGraphDef().getNodeList());
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testMultiSaverCollection")
  @TensorFlowCase("saver_test.MetaGraphTest.testClearExtraneousSavers")
  void severalSaversOfAGraphRestoreTheirOwn() throws IOException {
    Path file = folder.resolve("metafile");
    Path first = folder.resolve("saver0.ckpt");
    Path second = folder.resolve("saver1.ckpt");
    try (ValueGraph values = two()) {
      Saver saver0 = saver(values, "v0", "saver0");
      Saver saver1 = saver(values, "v1", "saver1");
      saver0.save(values.session, first);
      saver1.save(values.session, second);
      var both = List.of(saver0.saverDef(), saver1.saverDef());
      MetaGraph.Builder meta = MetaGraph.of(values.graph).savers(both);
      meta.write(file, false);
      assertThat(meta.build().hasSaverDef()).isFalse();
      assertThat(meta.build().getCollectionDefOrThrow("savers").getBytesList().getValueCount())
          .isEqualTo(2);
      MetaGraphDef one = saver1.metaGraph().savers(both).clearExtraneousSavers(true).build();
      assertThat(one.getCollectionDefOrThrow("savers").getBytesList().getValueList())
          .containsExactly(saver1.saverDef().toByteString());
      assertThat(one.getGraphDef().getNodeList())
          .extracting(NodeDef::getName)
          .noneMatch(name -> name.startsWith("saver0/"))
          .anyMatch(name -> name.startsWith("saver1/"));
      assertThat(meta.build().getGraphDef().getNodeCount() - one.getGraphDef().getNodeCount())
          .isEqualTo(12); // the operations of a Saver of one variable
    }
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      ImportedMetaGraph imported = ImportedMetaGraph.of(graph, file);
      List<Saver> savers = imported.savers();
      assertThat(savers).hasSize(2);
      savers.get(0).restore(session, first);
      assertThat(floats(session, imported.tensor("v0/read:0"))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThatThrownBy(() -> floats(session, imported.tensor("v1/read:0")))
          .isInstanceOf(TensorFlowException.class)
          .hasMessageContaining("uninitialized value v1");
      savers.get(1).restore(session, second);
      assertThat(floats(session, imported.tensor("v1/read:0"))).containsExactly(11);
    }
  }

  private static float[] floats(Session session, Operand<TFloat32> tensor) {
    try (var result = session.runner().fetch(tensor).run()) {
      return SmallGraph.floats((TFloat32) result.get(0));
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testBinaryAndTextFormat")
  void textIsReadAsWellAndOtherFilesAreNamed() throws IOException {
    Path file = folder.resolve("metafile");
    try (ValueGraph values = two();
        Graph second = new Graph();
        Graph third = new Graph()) {
      MetaGraph.of(values.graph).write(file, false);
      Saver saver = ImportedMetaGraph.of(second, file).saver().orElseThrow();
      saver.metaGraph().write(file, true);
      assertThat(Files.readString(file)).contains("name: \"v0\"");
      assertThat(ImportedMetaGraph.of(third, file).saver()).isPresent();
      Files.writeString(file, saver.saverDef().toString());
    }
    assertThatThrownBy(() -> MetaGraph.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("is no meta graph");
    Files.delete(file);
    assertThatThrownBy(() -> MetaGraph.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testStrippedOpListDef")
  void theOperationsOfTheGraphAreListedWithoutTexts() {
    try (ValueGraph values = two()) {
      values.tf.math.sub(values.tf.constant(1f), values.tf.constant(2f));
      List<OpDef> operations =
          saver(values, "v0", "save")
              .metaGraph()
              .build()
              .getMetaInfoDef()
              .getStrippedOpList()
              .getOpList();
      assertThat(operations)
          .extracting(OpDef::getName)
          .containsExactly(
              "Assign",
              "Const",
              "Identity",
              "NoOp",
              "PlaceholderWithDefault",
              "RestoreV2",
              "SaveV2",
              "Sub",
              "VariableV2");
      assertThat(operations)
          .allMatch(one -> one.getSummary().isEmpty() && one.getDescription().isEmpty());
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testStripDefaultValuedAttrs")
  void attributesAtTheirDefaultsAreLeftOutOnRequest() {
    try (ValueGraph values = new ValueGraph()) {
      Ops tf = values.tf;
      values
          .graph
          .opBuilder("Complex", "complex", values.graph.baseScope())
          .addInput(tf.constant(1f).asOutput())
          .addInput(tf.constant(2f).asOutput())
          .build();
      for (boolean strip : new boolean[] {true, false}) {
        MetaGraphDef meta = MetaGraph.of(values.graph).stripDefaultAttrs(strip).build();
        assertThat(meta.getMetaInfoDef().getStrippedDefaultAttrs()).isEqualTo(strip);
        NodeDef node =
            meta.getGraphDef().getNodeList().stream()
                .filter(one -> one.getName().equals("complex"))
                .findFirst()
                .orElseThrow();
        assertThat(node.containsAttr("T")).isEqualTo(!strip);
        assertThat(node.containsAttr("Tout")).isEqualTo(!strip);
      }
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testImportIntoNamescope")
  @TensorFlowCase("saver_test.MetaGraphTest.testImportIntoImplicitNamescope")
  void aGraphIsImportedUnderAScope() throws IOException {
    Path path = folder.resolve("ckpt");
    try (ValueGraph values = two();
        Graph graph = new Graph();
        Session session = new Session(graph)) {
      values.saver().build().save(values.session, path);
      ImportedMetaGraph imported =
          ImportedMetaGraph.builder()
              .importScope("outer/new_model")
              .importInto(graph, folder.resolve("ckpt.meta"));
      imported.saver().orElseThrow().restore(session, path);
      assertThat(floats(session, imported.tensor("v1/read:0"))).containsExactly(11);
      assertThat(graph.operation("outer/new_model/v1/read")).isNotNull();
      assertThatThrownBy(() -> imported.operation("gone"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("outer/new_model/gone");
      assertThatThrownBy(() -> imported.tensor("v1:1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 1 outputs");
      assertThatThrownBy(() -> ImportedMetaGraph.builder().importScope("a/"))
          .hasMessageContaining("import_scope");
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testImportIntoNamescopeWithoutVariables")
  void aGraphWithoutVariablesHasNoSaver() throws IOException {
    Path file = folder.resolve("meta");
    try (ValueGraph values = new ValueGraph();
        Graph graph = new Graph();
        Session session = new Session(graph)) {
      values.tf.withName("constant").constant(42f);
      MetaGraph.of(values.graph).write(file, false);
      ImportedMetaGraph imported =
          ImportedMetaGraph.builder().importScope("first").importInto(graph, file);
      ImportedMetaGraph again =
          ImportedMetaGraph.builder().importScope("second").importInto(graph, file);
      assertThat(imported.saver()).isEmpty();
      assertThat(floats(session, again.tensor("constant:0"))).containsExactly(42);
      assertThatThrownBy(
              () -> ImportedMetaGraph.builder().importScope("second").importInto(graph, file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("second/constant");
    }
  }

  @Test
  @TensorFlowCase("saver_test.MetaGraphTest.testClearDevicesOnImport")
  @TensorFlowCase("saver_test.MetaGraphTest.testClearDevicesOnExport")
  void devicesAreClearedOnRequest() {
    MetaGraphDef placed;
    MetaGraphDef cleared;
    try (ValueGraph values = new ValueGraph()) {
      values.variable("v", values.tf.constant(3f), "/cpu:7");
      placed = MetaGraph.of(values.graph).build();
      cleared = MetaGraph.of(values.graph).clearDevices(true).build();
    }
    assertThatThrownBy(() -> value(ImportedMetaGraph.builder(), placed))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("CPU:7");
    assertThat(value(ImportedMetaGraph.builder().clearDevices(true), placed)).containsExactly(3);
    assertThat(value(ImportedMetaGraph.builder(), cleared)).containsExactly(3);
  }

  private static float[] value(ImportedMetaGraph.Builder options, MetaGraphDef definition) {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      ImportedMetaGraph imported = options.importScope("new_model").importInto(graph, definition);
      session.runner().addTarget(imported.variables().globalVariablesInitializer()).run().close();
      return floats(session, imported.tensor("v/read:0"));
    }
  }
}
